import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

const everyMs = 20;
const withinMs = 60_000;

/**
 * Waits until something holds that nothing tells about, such as what another process did. A promise that rejects does
 * not hold yet.
 */
export async function eventually(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    if (
      await Promise.resolve()
        .then(holds)
        .catch(() => false)
    )
      return;
    await pause(everyMs);
  }
  assert.fail(`never: ${what}`);
}
