import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import { fromHex } from '../../src/base/hex.ts';
import type { GuardedIntent } from '../../src/protection/intent.ts';
import { decide, laneNeverSeen, type Mark } from '../../src/protection/mark.ts';
import { composeBlock } from '../../src/tezos/compose.ts';
import { toIntent } from '../../src/tezos/intent.ts';
import { parseRequest } from '../../src/tezos/request.ts';
import { rootText } from '../../src/tezos/root-text.ts';
import { note, notGiven } from '../not-run.ts';
import { vectorsFolder } from '../vectors.ts';

interface RequestVector {
  readonly name: string;
  readonly hex: string;
  readonly kind: string;
  readonly chain_id?: string;
  readonly level?: number;
  readonly round?: number;
  /** How many operations of each kind. */
  readonly operations?: Readonly<Record<string, number>>;
  readonly blake2b256: string;
  readonly digest_vh: string;
}

/** Level, round and the name of the request that was signed. */
type Record3 = readonly [level: number, round: number, name: string];

interface WatermarkCase {
  readonly title: string;
  readonly before: Readonly<Record<string, Record3>> | null;
  readonly requests: readonly string[];
  readonly status?: readonly number[];
  readonly ok?: number;
  readonly conflict?: number;
  readonly after?: Readonly<Record<string, Record3>>;
}

interface Vectors {
  readonly requests: readonly RequestVector[];
  readonly watermark_cases: readonly WatermarkCase[];
}

const baker = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';

/** The bytes of B2 are not published, only that it is another block at the position of B1. */
const anotherB = composeBlock({ chainId: 'NetXo5iVw1vBoxM', level: 7, round: 2 });

const folder = vectorsFolder();
if (folder === null) notGiven('Tezos vectors', 'set TIDEMARK_VECTORS');
else testVectors(JSON.parse(readFileSync(join(folder, 'tezos-requests.json'), 'utf8')) as Vectors);

function testVectors({ requests, watermark_cases: cases }: Vectors): void {
  const asked = { requests: 0, truncations: 0, cases: 0, answers: 0 };

  for (const vector of requests) {
    test(`${vector.name} is read as published`, () => {
      const message = fromHex(vector.hex);
      const request = parseRequest(message, 2);
      assert.equal(request.kind, vector.kind);
      assert.equal(request.chainId, vector.chain_id ?? null);
      assert.deepEqual(countsOf(request.operations), vector.operations ?? {});
      const intent = toIntent(request, baker, message);
      const root = intent.kind === 'guarded' ? intent.next.root : intent.root;
      assert.equal(root, vector.blake2b256);
      assert.equal(rootText(root), vector.digest_vh);
      if (request.chainId !== null) {
        assert.deepEqual([Number(request.level), Number(request.round)], [vector.level, vector.round]);
      }
      asked.requests += 1;
    });

    test(`${vector.name} is refused when it is cut short or goes on`, () => {
      const message = fromHex(vector.hex);
      for (let length = 0; length < message.length; length += 1) {
        // A batch that ends after one of its operations is a shorter batch.
        assert.notDeepEqual(outcome(message.subarray(0, length)), outcome(message), `${length} bytes`);
        if (vector.kind !== 'generic') assert.equal(outcome(message.subarray(0, length)), 'refused');
        asked.truncations += 1;
      }
      // Not a zero: that may say that an optional proof is absent.
      assert.equal(outcome(Uint8Array.of(...message, 7)), 'refused');
    });
  }

  const guarded = (name: string): GuardedIntent => {
    const vector = requests.find((request) => request.name === name);
    assert.ok(vector !== undefined || name === 'B2', `the request ${name} is among the vectors`);
    const message = vector === undefined ? anotherB : fromHex(vector.hex);
    const intent = toIntent(parseRequest(message, 2), baker, message);
    assert.ok(intent.kind === 'guarded');
    return intent;
  };

  const markOf = ([level, round, name]: Record3): Mark => {
    return { height: BigInt(level), round: BigInt(round), floor: 0n, root: guarded(name).next.root };
  };

  for (const { title, before, requests: names, ...expected } of cases) {
    test(`watermarks: ${title}`, () => {
      const marks = new Map(Object.entries(before ?? {}).map(([duty, record]) => [duty, markOf(record)]));
      const answers = names.map((name) => {
        const { lane, next } = guarded(name);
        const verdict = decide({ ...laneNeverSeen, mark: marks.get(lane.duty) ?? null }, next);
        if (verdict.kind === 'advance') marks.set(lane.duty, next);
        return verdict.kind === 'refused' ? 409 : 200;
      });
      if (expected.status !== undefined) assert.deepEqual(answers, expected.status);
      else assert.deepEqual(countsOf(answers.map(String)), { 200: expected.ok, 409: expected.conflict });
      const after = Object.entries(expected.after ?? {}).map(([duty, record]) => [duty, markOf(record)] as const);
      if (expected.after !== undefined) assert.deepEqual(marks, new Map(after));
      asked.cases += 1;
      asked.answers += answers.length;
    });
  }

  test('every vector was asked', () => {
    assert.deepEqual(asked, { requests: 18, truncations: 10_618, cases: 9, answers: 25 });
    note(`Tezos vectors: ${asked.requests} requests, ${asked.truncations} truncations, ${asked.cases} watermark cases`);
  });
}

function outcome(message: Uint8Array): unknown {
  try {
    return parseRequest(message, 2);
  } catch (error) {
    if (isFault(error)) return 'refused';
    throw error;
  }
}

/** How often each text occurs. */
function countsOf(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}
