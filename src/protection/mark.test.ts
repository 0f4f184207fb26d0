import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ethereumLane, int32Max, mark, root, uint64Max } from '../../test/contract/samples.ts';
import { offences, type Released } from '../../test/simulate/oracle.ts';
import { laneId } from './lane.ts';
import { atLeast, decide, follows, type LaneState, laneNeverSeen, type Mark, merge, rises } from './mark.ts';

const runs = { numRuns: 2_000, seed: 3076 };
const small = fc.bigInt({ min: 0n, max: 6n });
const edges = fc.constantFrom(0n, int32Max, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, uint64Max);
const numbers = fc.oneof({ weight: 5, arbitrary: small }, { weight: 1, arbitrary: edges });
const roots = fc.constantFrom(root(0xaa), root(0xbb), null);
const rounds = fc.bigInt({ min: 0n, max: 2n });
const marks: fc.Arbitrary<Mark> = fc
  .tuple(numbers, rounds, numbers, roots)
  .map(([height, round, floor, known]) => ({ height, round, floor, root: known }));
const votes = marks.map((vote) => ({ ...vote, round: 0n, root: vote.root ?? root(0xcc) }));
const blocks = votes.map((vote) => ({ ...vote, floor: 0n }));
const steps = marks.map((one) => ({ ...one, floor: 0n, root: one.root ?? root(0xcc) }));

/** What a lane signs when it is asked for `claims`, one after another. */
function signed(claims: readonly Mark[]): readonly Mark[] {
  let state: LaneState = laneNeverSeen;
  return claims.filter((next) => {
    const verdict = decide(state, next);
    if (verdict.kind === 'advance') state = { ...state, mark: next };
    return verdict.kind !== 'refused';
  });
}

function released(duty: 'block' | 'attestation', claims: readonly Mark[]): readonly Released[] {
  return signed(claims).map((next) => ({
    ...next,
    lane: ethereumLane(1, duty),
    root: String(next.root),
    signature: '',
  }));
}

test('no history of claims yields anything a chain would punish', () => {
  for (const [kind, duty] of [
    [votes, 'attestation'],
    [blocks, 'block'],
    [steps, 'block'],
  ] as const) {
    const history = fc.array<Mark>(kind, { maxLength: 30 });
    fc.assert(
      fc.property(history, (claims) => assert.deepEqual(offences(released(duty, claims)), [])),
      runs,
    );
  }
});

/**
 * The minimal strategy of EIP-3076 over the whole history, by brute force: above every target and not below any source
 * that was ever signed, or the very message that was signed last.
 */
function minimalAllows(history: readonly Mark[], next: Mark): boolean {
  if (next.floor > next.height) return false;
  const above = history.every((past) => next.height > past.height && next.floor >= past.floor);
  const last = history.at(-1);
  return above || (last !== undefined && JSON.stringify(textOf(last)) === JSON.stringify(textOf(next)));
}

function textOf(one: Mark): readonly (string | null)[] {
  return [String(one.height), String(one.round), String(one.floor), one.root];
}

test('the rule equals the minimal strategy of EIP-3076 and repeats of the last message', () => {
  for (const kind of [votes, blocks]) {
    const histories = fc.array<Mark>(kind, { maxLength: 30 });
    fc.assert(
      fc.property(histories, (claims) => assert.deepEqual(signed(claims), minimallySigned(claims))),
      runs,
    );
  }
});

function minimallySigned(claims: readonly Mark[]): readonly Mark[] {
  const history: Mark[] = [];
  return claims.filter((next) => {
    const allowed = minimalAllows(history, next);
    if (allowed) history.push(next);
    return allowed;
  });
}

test('a mark only rises, and only an advance changes it', () => {
  const property = fc.property(fc.option(marks), marks, fc.boolean(), (found, next, closed) => {
    const verdict = decide({ mark: found, closed }, next);
    assert.equal(verdict.found, found);
    if (verdict.kind === 'advance' && found !== null) assert(atLeast(next, found) && rises(found, next));
    if (closed) assert.deepEqual(verdict, { kind: 'refused', why: 'closed', found });
  });
  fc.assert(property, runs);
});

/** Every mark of a small world: all ways in which two or three marks can stand to each other. */
const everyMark: readonly Mark[] = [0n, 1n, 2n].flatMap((height) =>
  [0n, 1n].flatMap((round) =>
    [0n, 1n, 2n].flatMap((floor) =>
      [root(0xaa), root(0xbb), null].map((known) => ({ height, round, floor, root: known })),
    ),
  ),
);

function forEveryPair(check: (a: Mark, b: Mark) => void): void {
  for (const a of everyMark) for (const b of everyMark) check(a, b);
}

test('merge is commutative and idempotent, and at least as strict as both sides', () => {
  forEveryPair((a, b) => {
    const merged = merge(a, b);
    assert.deepEqual(merged, merge(b, a));
    assert.deepEqual(merge(merged, a), merged, 'importing the same again changes nothing');
    assert(atLeast(merged, a) && atLeast(merged, b));
  });
  for (const one of everyMark) assert.deepEqual(merge(one, one), one);
});

test('the numbers of a merge do not depend on the order of imports', () => {
  const property = fc.property(marks, marks, marks, (a, b, c) => {
    const [left, right] = [merge(merge(a, b), c), merge(a, merge(b, c))];
    assert.deepEqual({ ...left, root: null }, { ...right, root: null });
  });
  fc.assert(property, runs);
});

test('what either side of a merge refuses, the merged mark refuses', () => {
  const refuses = (found: Mark, next: Mark): boolean => decide({ mark: found, closed: false }, next).kind === 'refused';
  forEveryPair((a, b) => {
    const merged = merge(a, b);
    for (const next of everyMark) {
      if (!refuses(merged, next)) assert(!refuses(a, next) && !refuses(b, next));
    }
  });
});

test('a mark follows its earlier ones, whatever was asked or imported, and no later one', () => {
  forEveryPair((found, next) => {
    assert(follows(found, merge(found, next)));
    if (decide({ mark: found, closed: false }, next).kind !== 'advance') return;
    assert(follows(found, next) && !follows(next, found));
  });
  for (const one of everyMark) assert(follows(one, one));
  assert(!follows(mark(5n), mark(5n, { root: root(0xbb) })), 'another root');
  assert(!follows(mark(5n), mark(5n, { floor: 1n })), 'another message with the same root');
  assert(!follows(mark(5n, { root: null }), mark(5n)), 'a root that came to be known');
});

test('a merged root survives only where nothing else was signed at its position', () => {
  const top = mark(9n, { floor: 4n });
  assert.deepEqual(merge(top, mark(8n, { floor: 3n })), top);
  assert.deepEqual(merge(top, mark(8n, { floor: 5n })), mark(9n, { floor: 5n, root: null }));
  assert.deepEqual(merge(top, { ...top, root: root(0xbb) }), { ...top, root: null });
  assert.deepEqual(merge(top, { ...top, root: null }), { ...top, root: null });
  assert.deepEqual(merge(top, mark(9n, { floor: 5n, root: root(0xbb) })), mark(9n, { floor: 5n, root: null }));
});

test('each refusal names its reason', () => {
  const found = mark(9n, { floor: 4n });
  const why = (next: Mark, closed = false): string => {
    const verdict = decide({ mark: found, closed }, next);
    return verdict.kind === 'refused' ? verdict.why : verdict.kind;
  };
  assert.equal(why(mark(10n, { floor: 4n })), 'advance');
  assert.equal(why(mark(9n, { floor: 4n })), 'repeat');
  assert.equal(why(mark(9n, { floor: 4n, root: root(0xbb) })), 'double_vote');
  assert.equal(why(mark(9n, { floor: 5n })), 'double_vote');
  assert.equal(why(mark(8n, { floor: 5n })), 'surround', 'inside the last vote');
  assert.equal(why(mark(10n, { floor: 3n })), 'surround', 'around the last vote');
  assert.equal(why(mark(8n, { floor: 4n })), 'below_mark');
  assert.equal(why(mark(10n, { floor: 11n })), 'source_after_target');
  assert.equal(why(mark(10n, { floor: 4n }), true), 'closed');
});

test('an unknown root repeats nothing, not even another unknown one', () => {
  const state = { mark: mark(9n, { root: null }), closed: false };
  for (const known of [null, root(0xaa)]) assert.equal(decide(state, mark(9n, { root: known })).kind, 'refused');
});

test('lanes differ in every part of their name', () => {
  const lane = ethereumLane(1);
  const others = [
    { ...lane, chain: 'tezos' as const },
    { ...lane, network: '0x00' },
    { ...lane, key: '0x01' },
    { ...lane, duty: 'block' as const },
  ];
  assert.equal(laneId(lane), `ethereum:${lane.network}/${lane.key}/attestation`);
  assert.equal(new Set([lane, ...others].map(laneId)).size, 5);
});
