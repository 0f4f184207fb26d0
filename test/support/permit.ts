import assert from 'node:assert/strict';
import { toHex } from '../../src/base/hex.ts';
import { blake2b256 } from '../../src/crypto/blake2b.ts';
import { Guard } from '../../src/protection/guard.ts';
import type { Permit } from '../../src/protection/permit.ts';
import { noStops } from '../../src/protection/stop.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';

const guard = new Guard({ store: new MemoryStore(), allowRepeat: true, heightJumpMax: null, stops: noStops });

/** A permit for `key` (a key hash) to sign `message` as a request that no rule concerns, from the real guard. */
export async function permitFor(key: string, message: Uint8Array): Promise<Permit> {
  const root = toHex(blake2b256(message));
  const admission = await guard.admit({ kind: 'free', key, root, message }, { deterministic: true });
  assert.equal(admission.kind, 'granted');
  return admission.permit;
}
