import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { pack, unpack } from './packed.ts';

test('what was packed comes back on the other side', () => {
  for (const lengths of [[], [0], [32], [0, 5, 0], [32, 32, 32], [1, 200, 0, 96]]) {
    const parts = lengths.map((length) => Uint8Array.from(randomBytes(length)));
    assert.deepEqual(unpack(structuredClone(pack(parts))), parts);
  }
});
