import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Lane, laneId } from '../../protection/lane.ts';
import { cellBytes, readCell, writeCell } from './cell.ts';
import { LaneTable } from './lane-table.ts';

function lane(number: number): Lane {
  const duty = number % 2 === 0 ? 'block' : 'attestation';
  return {
    chain: 'ethereum',
    network: `0x${'4b'.repeat(32)}`,
    key: `0x${(number >> 1).toString(16).padStart(96, '0')}`,
    duty,
  };
}

function cellOf(subject: Lane, height: bigint): Buffer {
  const cell = Buffer.alloc(cellBytes);
  writeCell(
    cell,
    { subject, mark: { height, round: 0n, floor: 0n, root: null }, closed: false },
    { sequence: 1, index: 0, batch: 1 },
    7,
  );
  return cell;
}

test('a table holds the last cell of each lane while it grows over many chunks', () => {
  const table = new LaneTable();
  const count = 10_000;
  for (const round of [0n, 1n]) {
    for (let number = 0; number < count; number += 1) table.put(cellOf(lane(number), BigInt(number) + round));
  }
  assert.equal(table.size, count);
  for (let number = 0; number < count; number += 1) {
    const cell = table.find(lane(number));
    assert(cell !== null);
    assert.equal(readCell(cell).mark?.height, BigInt(number) + 1n);
  }
  assert.equal(table.find(lane(count)), null);
  const ids = new Set([...table.cells()].map((cell) => laneId(readCell(cell).subject as Lane)));
  assert.equal(ids.size, count);
});

test('slices cover all cells, each chunk by itself', () => {
  const table = new LaneTable();
  for (let number = 0; number < 5000; number += 1) table.put(cellOf(lane(number), 1n));
  let cells = 0;
  for (let from = 0; from < 4999;) {
    const slice = table.slice(from, 4999);
    assert(slice.length > 0 && slice.length % cellBytes === 0);
    from += slice.length / cellBytes;
    cells += slice.length / cellBytes;
  }
  assert.equal(cells, 4999);
});
