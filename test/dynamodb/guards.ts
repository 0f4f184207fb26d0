import { Guard } from '../../src/protection/guard.ts';
import type { MarkStore } from '../../src/protection/store.ts';

/** The guard as the program makes it, with repeats allowed. */
export async function guardOf(store: MarkStore): Promise<Guard> {
  return await Guard.open({ store, allowRepeat: true, heightJumpMax: null });
}
