import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethereumLane } from '../../test/contract/samples.ts';
import { LaneMap } from './lane-map.ts';

const lane = ethereumLane(1);

test('lanes that differ in one part have values of their own', () => {
  const map = new LaneMap<number>();
  const lanes = [
    lane,
    { ...lane, chain: 'tezos' as const },
    { ...lane, network: '0x00' },
    ethereumLane(2),
    ethereumLane(1, 'block'),
  ];
  for (const [index, each] of lanes.entries()) map.set(each, index);
  assert.deepEqual(
    lanes.map((each) => map.get(each)),
    [0, 1, 2, 3, 4],
  );
});

test('an equal lane is the same one, and its value is replaced', () => {
  const map = new LaneMap<string>();
  assert.equal(map.get(lane), undefined);
  map.set(lane, 'old');
  map.set({ ...lane }, 'new');
  assert.equal(map.get(ethereumLane(1)), 'new');
  assert.equal(map.get(ethereumLane(1, 'block')), undefined);
});
