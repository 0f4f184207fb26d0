import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { PointTable } from './point-table.ts';

test('each point is found under its key, near and far', () => {
  const table = new PointTable();
  const points = new Map([0, 1, 1023, 1024, 99_999].map((key) => [key, Uint8Array.from(randomBytes(96))]));
  for (const [key, point] of points) table.set(key, point);
  for (const [key, point] of points) assert.deepEqual(Uint8Array.from(table.get(key)), point);
});

test('what is no point, and what was never set, is refused', () => {
  const table = new PointTable();
  assert.throws(() => table.set(0, new Uint8Array(48)), /96 bytes/u);
  assert.throws(() => table.get(0), /was set/u);
});
