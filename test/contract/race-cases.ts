import assert from 'node:assert/strict';
import { atLeast, type Mark, type Verdict } from '../../src/protection/mark.ts';
import { type Bench, type ContractCase, withStore } from './contract-case.ts';
import { listOf } from './history-cases.ts';
import { ethereumLane, mark, rootOf, tezosLane } from './samples.ts';

const callers = 300;

export const raceCases: readonly ContractCase[] = [
  { name: 'of many conflicting advances released together exactly one wins', run: oneWinner },
  { name: 'of many identical advances one advances and the rest repeat', run: oneAdvance },
  { name: 'rising advances released together answer as if they came one after another', run: oneLine },
  { name: 'many lanes at once do not disturb each other', run: manyLanes },
  { name: 'a raise that races an advance lowers nothing', run: raiseAgainstAdvance },
  { name: 'after close has answered nothing advances', run: closeAgainstAdvance },
  { name: 'advanceAll keeps its order among concurrent callers', run: orderAmongCallers },
];

async function oneWinner({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lane = ethereumLane(1);
    const claims = numbers(callers).map((number) => mark(9n, { floor: 3n, root: rootOf(number) }));
    const verdicts = await Promise.all(claims.map((next) => store.advance(lane, next)));
    const winners = claims.filter((_, index) => verdicts[index]?.kind === 'advance');
    assert.equal(winners.length, 1);
    const [found] = winners;
    for (const verdict of verdicts.filter(({ kind }) => kind !== 'advance')) {
      assert.deepEqual(verdict, { kind: 'refused', why: 'double_vote', found });
    }
    assert.deepEqual((await store.read(lane)).mark, found);
  });
}

async function oneAdvance({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lane = tezosLane('a');
    const next = mark(9n, { round: 1n });
    const verdicts = await Promise.all(numbers(callers).map(() => store.advance(lane, next)));
    assert.equal(count(verdicts, 'advance'), 1);
    assert.equal(count(verdicts, 'repeat'), callers - 1);
  });
}

/** Every advance must have found exactly the mark of the advance before it: that is what atomic means. */
async function oneLine({ open, seed }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lane = tezosLane('a', 'attestation');
    const claims = shuffled(numbers(callers), seed).map(stair);
    const verdicts = await Promise.all(claims.map((next) => store.advance(lane, next)));
    let last: Mark | null = null;
    for (const [next, verdict] of rising(claims, verdicts)) {
      assert.deepEqual(verdict, { kind: 'advance', found: last });
      last = next;
    }
    assert.deepEqual((await store.read(lane)).mark, last);
    assert.deepEqual(last, stair(callers - 1));
  });
}

/** Four rounds to a level. */
function stair(number: number): Mark {
  return mark(BigInt(number >> 2), { round: BigInt(number & 3), root: rootOf(number) });
}

function rising(claims: readonly Mark[], verdicts: readonly Verdict[]): [Mark, Verdict | undefined][] {
  const pairs = claims.map((next, index): [Mark, Verdict | undefined] => [next, verdicts[index]]);
  const advances = pairs.filter(([, verdict]) => verdict?.kind === 'advance');
  return advances.toSorted(([a], [b]) => (atLeast(a, b) ? 1 : -1));
}

async function manyLanes({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lanes = numbers(callers).map((number) => ethereumLane(number));
    for (const height of [1n, 2n]) {
      const verdicts = await Promise.all(lanes.map((lane) => store.advance(lane, mark(height))));
      assert.equal(count(verdicts, 'advance'), callers);
    }
    const listed = [...(await listOf(store)).values()];
    assert.equal(listed.length, callers);
    assert(listed.every((record) => record.mark?.height === 2n && !record.closed));
  });
}

async function raiseAgainstAdvance({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lane = ethereumLane(7);
    let known: Mark | null = null;
    for (const number of numbers(40)) {
      const height = BigInt(2 * number);
      const [, raised, verdict] = await Promise.all([
        store.raise(lane, mark(height > 9n ? height - 9n : 0n, { root: null })),
        store.raise(lane, mark(height, { floor: height / 2n, root: null })),
        store.advance(lane, mark(height + 1n, { floor: height / 2n + 1n })),
      ]);
      assert.equal(verdict.kind, 'advance');
      const held = (await store.read(lane)).mark;
      assert(held !== null && atLeast(held, raised) && held.height === height + 1n && held.floor === height / 2n + 1n);
      assert(known === null || atLeast(held, known));
      known = held;
    }
  });
}

async function closeAgainstAdvance({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lane = tezosLane('a');
    const early = numbers(50).map((number) => store.advance(lane, mark(BigInt(number))));
    await store.close(lane);
    const late = await Promise.all(numbers(50).map((number) => store.advance(lane, mark(BigInt(100 + number)))));
    await Promise.all(early);
    const found = (await store.read(lane)).mark;
    for (const verdict of late) assert.deepEqual(verdict, { kind: 'refused', why: 'closed', found });
  });
}

async function orderAmongCallers({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lane = tezosLane('a');
    const pairs = numbers(60).map((number) => [BigInt(2 * number), BigInt(2 * number + 1)] as const);
    const claims = pairs.map(([low, high]) => [low, high, low].map((height) => ({ lane, next: mark(height) })));
    const answers = await Promise.all(claims.map((three) => store.advanceAll(three)));
    for (const [, , third] of answers) assert.equal(third?.kind, 'refused', 'it asks for less than the one before it');
    assert.equal((await store.read(lane)).mark?.height, 119n);
  });
}

function numbers(end: number): readonly number[] {
  return Array.from({ length: end }, (_, index) => index);
}

function count(verdicts: readonly Verdict[], kind: Verdict['kind']): number {
  return verdicts.filter((verdict) => verdict.kind === kind).length;
}

/** The same order for the same seed: sorted by a multiplicative hash. */
function shuffled(values: readonly number[], seed: number): number[] {
  const weight = (value: number): number => Math.imul(value + seed + 1, 0x9e3779b1) >>> 0;
  return values.toSorted((a, b) => weight(a) - weight(b));
}
