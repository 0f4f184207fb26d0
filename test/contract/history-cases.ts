import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Lane, laneId } from '../../src/protection/lane.ts';
import type { LaneState } from '../../src/protection/mark.ts';
import type { LaneRecord, MarkStore } from '../../src/protection/store.ts';
import { type Bench, type ContractCase, withStore } from './contract-case.ts';
import { histories, type Step } from './histories.ts';
import { Model } from './model.ts';
import { ethereumLane, int32Max, mark, root, tezosLane, uint64Max } from './samples.ts';

export const historyCases: readonly ContractCase[] = [
  { name: 'answers every random history as the pure rule does', run: playHistories },
  { name: 'compares numbers at every boundary of both chains', run: crossBoundaries },
  { name: 'advanceAll decides in order, and each claim by itself', run: decideInOrder },
];

async function playHistories({ open, histories: numRuns, seed, stopsInStore, shrinks }: Bench): Promise<void> {
  const property = fc.asyncProperty(histories, async (steps) => {
    await withStore(open, async (opened) => {
      const model = new Model({ stopsInStore });
      let store = opened.store;
      for (const step of steps) {
        if (step.kind === 'reopen') store = (await opened.reopen?.()) ?? store;
        else await play(store, model, step);
      }
      await compareAll(store, model);
    });
  });
  await fc.assert(property, { numRuns, seed, endOnFailure: !shrinks });
}

async function play(store: MarkStore, model: Model, step: Step): Promise<void> {
  switch (step.kind) {
    case 'advance':
      assert.deepEqual(await store.advance(step.claim.lane, step.claim.next), model.advance(step.claim));
      return;
    case 'advanceAll': {
      const expected = step.claims.map((claim) => model.advance(claim));
      assert.deepEqual(await store.advanceAll(step.claims), expected);
      return;
    }
    case 'raise': {
      const { lane, next } = step.claim;
      assert.deepEqual(await store.raise(lane, next), model.raise(lane, next));
      return;
    }
    case 'close':
    case 'open':
      model.setClosed(step.lane, step.kind === 'close');
      assert.equal(await store[step.kind](step.lane), undefined);
      return;
    case 'read':
      assert.deepEqual(await store.read(step.lane), model.read(step.lane));
      return;
    case 'setStop':
      model.setStop(step.network, step.stop);
      await store.setStop(step.network, step.stop);
      return;
    case 'list':
    case 'reopen':
      await compareAll(store, model);
  }
}

async function compareAll(store: MarkStore, model: Model): Promise<void> {
  const listed = await listOf(store);
  assert.deepEqual(listed, model.listed());
  assert.deepEqual(await store.stops(), model.stops());
  for (const { lane, mark: held, closed } of listed.values()) {
    assert.deepEqual(await store.read(lane), { mark: held, closed } satisfies LaneState);
  }
}

/** All that a store lists, by lane; a lane listed twice is a failure. */
export async function listOf(store: MarkStore): Promise<Map<string, LaneRecord>> {
  const records = new Map<string, LaneRecord>();
  for await (const record of store.list()) {
    assert(!records.has(laneId(record.lane)), `${laneId(record.lane)} was listed twice`);
    records.set(laneId(record.lane), record);
  }
  return records;
}

async function crossBoundaries({ open }: Bench): Promise<void> {
  const tezos = [0n, 1n, 2n ** 16n, 2n ** 30n, int32Max - 1n, int32Max];
  const ethereum = [0n, 9n, 10n, 2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n];
  const top = [2n ** 63n - 1n, 2n ** 63n, 2n ** 63n + 1n, uint64Max - 1n, uint64Max];
  await withStore(open, async ({ store }) => {
    await climb(store, tezosLane('a'), tezos);
    await climb(store, ethereumLane(1, 'block'), [...ethereum, ...top]);
    await climb(store, ethereumLane(1), [...ethereum, ...top]);
    const full = mark(uint64Max, { floor: uint64Max });
    assert.equal((await store.advance(ethereumLane(2), full)).kind, 'advance');
    assert.deepEqual((await store.read(ethereumLane(2))).mark, full);
  });
}

/** Each height must be an advance, then a repeat, and refuse both another root and every height before it. */
async function climb(store: MarkStore, lane: Lane, heights: readonly bigint[]): Promise<void> {
  for (const [index, height] of heights.entries()) {
    const found = index === 0 ? null : mark(heights[index - 1] ?? 0n);
    assert.deepEqual(await store.advance(lane, mark(height)), { kind: 'advance', found });
    assert.deepEqual(await store.advance(lane, mark(height)), { kind: 'repeat', found: mark(height) });
    const other = await store.advance(lane, mark(height, { root: root(0xbb) }));
    assert.deepEqual(other, { kind: 'refused', why: 'double_vote', found: mark(height) });
    for (const lower of heights.slice(0, index)) {
      const verdict = await store.advance(lane, mark(lower));
      assert.deepEqual(verdict, { kind: 'refused', why: 'below_mark', found: mark(height) });
    }
  }
}

async function decideInOrder({ open }: Bench): Promise<void> {
  const [a, b] = [tezosLane('a'), tezosLane('b', 'attestation')];
  const claims = [
    { lane: a, next: mark(5n) },
    { lane: a, next: mark(5n, { root: root(0xbb) }) },
    { lane: b, next: mark(7n, { round: 2n }) },
    { lane: a, next: mark(6n) },
    { lane: b, next: mark(7n, { round: 1n }) },
    { lane: a, next: mark(6n) },
    { lane: a, next: mark(4n) },
  ];
  await withStore(open, async ({ store }) => {
    const verdicts = await store.advanceAll(claims);
    assert.deepEqual(verdicts, [
      { kind: 'advance', found: null },
      { kind: 'refused', why: 'double_vote', found: mark(5n) },
      { kind: 'advance', found: null },
      { kind: 'advance', found: mark(5n) },
      { kind: 'refused', why: 'below_mark', found: mark(7n, { round: 2n }) },
      { kind: 'repeat', found: mark(6n) },
      { kind: 'refused', why: 'below_mark', found: mark(6n) },
    ]);
    assert.deepEqual(await store.advanceAll([]), []);
  });
}
