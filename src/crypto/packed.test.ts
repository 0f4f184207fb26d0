import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { pack, unpack } from './packed.ts';

test('what was packed comes back, in copies of its own', () => {
  for (const lengths of [[], [0], [32], [0, 5, 0], [32, 32, 32], [1, 200, 0, 96]]) {
    const parts = lengths.map((length) => Uint8Array.from(randomBytes(length)));
    const packed = pack(parts);
    const back = unpack(structuredClone(packed));
    assert.deepEqual(back, parts);
    packed.bytes.fill(0);
    assert.deepEqual(back, parts);
  }
});
