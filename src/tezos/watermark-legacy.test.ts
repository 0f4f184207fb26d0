import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import type { Duty } from '../protection/lane.ts';
import { decide, type Mark } from '../protection/mark.ts';
import { parseRootText } from './root-text.ts';
import { parseWatermarkV0, parseWatermarkV1 } from './watermark-legacy.ts';

const baker = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const other = 'tz2QPsZoZse4eeahhg5DdfnBDB4VbU1PwgxN';
const hash = 'vh2UEcdXfsAWcTP1omYSp1q54H5S2x3zqfr2YqAcZ2Neyjauix1K';
const root = parseRootText(hash);
const int32Max = 2n ** 31n - 1n;

function mark(height: bigint, round: bigint, known: string | null = null): Mark {
  return { height, round, floor: 0n, root: known };
}

function v1(record: string): Map<Duty, Mark> {
  return new Map(parseWatermarkV1(Buffer.from(`{"${baker}":${record}}`)).get(baker) ?? []);
}

function isCorrupt(error: unknown): boolean {
  return isFault(error, 'store_corrupt') && typeof error.facts['offset'] === 'number';
}

test('version 0 has kinds outside and keys inside', () => {
  const text = `{
    "block": {"${baker}": {"level": 5, "round": 1, "hash": "${hash}"}, "${other}": {"level": 9}},
    "endorsement": {"${baker}": {"level": 4, "round": 0, "hash": null}}
  }`;
  const records = parseWatermarkV0(Buffer.from(text));
  assert.deepEqual(
    [...(records.get(baker) ?? [])],
    [
      ['block', mark(5n, 1n, root)],
      ['attestation', mark(4n, 0n)],
    ],
  );
  assert.deepEqual([...(records.get(other) ?? [])], [['block', mark(9n, 0n)]]);
});

test('version 0 takes the higher where old and new names meet', () => {
  const text = `{"endorsement":{"${baker}":{"level":5}},"attestation":{"${baker}":{"level":4}}}`;
  assert.deepEqual([...(parseWatermarkV0(Buffer.from(text)).get(baker) ?? [])], [['attestation', mark(5n, 0n)]]);
});

test('version 1: the signed duty keeps its digest, the others get what the record proves of them', () => {
  const record = (order: number): string => `{"level": 5, "round": 2, "order": ${order}, "hash": "${hash}"}`;
  assert.deepEqual(
    v1(record(0)),
    new Map([
      ['block', mark(5n, 2n, root)],
      ['preattestation', mark(5n, 1n)],
      ['attestation', mark(5n, 1n)],
    ]),
  );
  assert.deepEqual(
    v1(record(1)),
    new Map([
      ['block', mark(5n, 2n)],
      ['preattestation', mark(5n, 2n, root)],
      ['attestation', mark(5n, 1n)],
    ]),
  );
  for (const order of [2, 3]) {
    assert.deepEqual(
      v1(record(order)),
      new Map([
        ['block', mark(5n, 2n)],
        ['preattestation', mark(5n, 2n)],
        ['attestation', mark(5n, 2n, root)],
      ]),
    );
  }
});

test('version 1: a null round is 0, and what lies under round 0 is the whole level below', () => {
  const marks = v1('{"level": 5, "round": null, "order": 0, "hash": null}');
  assert.deepEqual(
    marks,
    new Map([
      ['block', mark(5n, 0n)],
      ['preattestation', mark(4n, int32Max)],
      ['attestation', mark(4n, int32Max)],
    ]),
  );
  assert.deepEqual(v1('{"level": 0, "order": 0}'), new Map([['block', mark(0n, 0n)]]));
});

test('version 1: after the migration nothing is signed that version 1 would have refused, and the next duty is', () => {
  const marks = v1('{"level": 5, "round": 2, "order": 1}');
  const duties: readonly Duty[] = ['block', 'preattestation', 'attestation'];
  for (const [order, duty] of duties.entries()) {
    for (const [level, round] of [
      [4n, 9n],
      [5n, 1n],
      [5n, 2n],
      [5n, 3n],
      [6n, 0n],
    ] as const) {
      const before = level < 5n || (level === 5n && (round < 2n || (round === 2n && order <= 1)));
      const verdict = decide({ mark: marks.get(duty) ?? null, closed: false }, mark(level, round, root));
      assert.equal(verdict.kind, before ? 'refused' : 'advance', `${duty} ${level} ${round}`);
    }
  }
});

test('damaged files are refused with their place', () => {
  const negative = `{"block":{"${baker}":{"level":-1}}}`;
  for (const text of ['', '{}', 'null', `{"${baker}":{}}`, negative, '{"generic":{"x":{}}}']) {
    assert.throws(() => parseWatermarkV0(Buffer.from(text)), isCorrupt, text);
  }
  const orders = ['{"level":1,"order":-1}', '{"level":1,"order":"0"}'];
  for (const record of ['{}', '{"round":1}', '{"level":1,"kind":0}', 'null', ...orders]) {
    assert.throws(() => v1(record), isCorrupt, record);
  }
});
