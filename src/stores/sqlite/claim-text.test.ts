import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethereumLane, int32Max, mark, root, tezosLane, uint64Max } from '../../../test/contract/samples.ts';
import type { Mark, RefusalReason, Verdict } from '../../protection/mark.ts';
import { claimsText, parseClaims, parseVerdicts, verdictsText } from './claim-text.ts';

const marks: readonly Mark[] = [
  mark(0n),
  mark(int32Max, { round: int32Max, root: null }),
  mark(2n ** 53n + 1n, { floor: 2n ** 53n }),
  mark(uint64Max, { round: uint64Max, floor: uint64Max, root: root(0xff) }),
];

test('claims come out as they went in, none, one or many', () => {
  const lanes = [tezosLane('a'), tezosLane('a', 'preattestation'), tezosLane('b', 'attestation'), ethereumLane(1)];
  const claims = [...lanes, ethereumLane(2, 'block')].flatMap((lane) => marks.map((next) => ({ lane, next })));
  for (const count of [0, 1, 2, claims.length]) {
    const some = claims.slice(0, count);
    assert.deepEqual(parseClaims(claimsText(some)), some);
  }
});

test('verdicts come out as they went in, with every reason, and with nothing found', () => {
  const reasons: readonly RefusalReason[] = [
    'double_vote',
    'surround',
    'below_mark',
    'source_after_target',
    'closed',
    'stopped',
  ];
  const verdicts: readonly Verdict[] = [
    { kind: 'advance', found: null },
    ...marks.flatMap((found): readonly Verdict[] => [
      { kind: 'advance', found },
      { kind: 'repeat', found },
      ...reasons.map((why): Verdict => ({ kind: 'refused', why, found })),
    ]),
    ...reasons.map((why): Verdict => ({ kind: 'refused', why, found: null })),
  ];
  assert.deepEqual(parseVerdicts(verdictsText(verdicts)), verdicts);
  assert.deepEqual(parseVerdicts(verdictsText([])), []);
});

test('a text that is none is a programmer error, never a verdict', () => {
  for (const text of ['advanced', 'repeat', 'granted 1 0 0 -', 'advance 1 0 0', 'repeat 1 0', 'advance x 0 0 -', ' '])
    assert.throws(() => parseVerdicts(text), text);
  for (const text of ['tezos a b block 1 0 0', 'tezo a b block 1 0 0 -', 'tezos a b vote 1 0 0 -', 'tezos'])
    assert.throws(() => parseClaims(text), text);
});
