import assert from 'node:assert/strict';
import { isFault } from '../../src/base/fault.ts';
import type { Lane } from '../../src/protection/lane.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { mark, rootOf } from '../contract/samples.ts';

/** Two stores at one place, and 64 requests that conflict, ten times: exactly one wins, and nobody repeats it. */
export async function oneWinner([one, other]: readonly [MarkStore, MarkStore], lane: Lane): Promise<void> {
  for (let height = 1n; height <= 10n; height += 1n) {
    const asked = Array.from({ length: 64 }, async (_, index) => {
      const store = index % 2 === 0 ? one : other;
      return await store.advance(lane, mark(height, { root: rootOf(index) })).catch((error: unknown) => {
        assert.ok(isFault(error, 'store_unavailable'));
        return null;
      });
    });
    const verdicts = await Promise.all(asked);
    assert.equal(verdicts.filter((verdict) => verdict?.kind === 'advance').length, 1, `height ${height}`);
    assert.equal(verdicts.filter((verdict) => verdict?.kind === 'repeat').length, 0);
  }
}
