import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Duty } from '../../src/protection/lane.ts';
import type { Claim } from '../../src/protection/store.ts';
import { root, tezosLane } from '../contract/samples.ts';
import { note, notGiven } from '../not-run.ts';
import { vectorsFolder } from '../vectors.ts';
import { baseDir, newMachine, openOn } from './trace.ts';

/** Level, round and the name of the request that was signed. */
type RecordOf = readonly [level: number, round: number, name: string];

interface Vectors {
  readonly requests: readonly VectorRequest[];
  readonly watermark_cases: readonly WatermarkCase[];
}

interface VectorRequest {
  readonly name: string;
  readonly kind: Duty;
  readonly chain_id: string;
  readonly level: number;
  readonly round: number;
  readonly blake2b256: string;
  readonly digest_vh: string;
}

interface WatermarkCase {
  readonly title: string;
  readonly before: Readonly<Record<string, RecordOf>> | null;
  readonly requests: readonly string[];
  readonly status?: readonly number[];
  readonly ok?: number;
  readonly after?: Readonly<Record<string, RecordOf>>;
}

const { key } = tezosLane('a');

function testCases({ requests, watermark_cases: cases }: Vectors): void {
  /** `B2` is not among the requests: it stands for any other at the position of `B1`. */
  const requestOf = (name: string): VectorRequest => {
    const found = requests.find((one) => one.name === (name === 'B2' ? 'B1' : name));
    assert(found !== undefined, name);
    return name === 'B2' ? { ...found, blake2b256: root(0xb2) } : found;
  };

  const claimOf = (name: string): Claim => {
    const { kind, chain_id: network, level, round, blake2b256 } = requestOf(name);
    const next = { height: BigInt(level), round: BigInt(round), floor: 0n, root: blake2b256 };
    return { lane: { chain: 'tezos', network, key, duty: kind }, next };
  };

  const recordsOf = (records: Readonly<Record<string, RecordOf>>): Record<string, unknown> => {
    const entries = Object.entries(records).map(([kind, [level, round, name]]) => {
      return [kind, { level, round, hash: requestOf(name).digest_vh }];
    });
    return Object.fromEntries(entries) as Record<string, unknown>;
  };

  for (const { title, before, requests: names, status, ok, after } of cases) {
    test(`file store: ${title}`, async () => {
      const machine = newMachine();
      const path = `${baseDir}/watermark_v2/${claimOf(names[0] ?? '').lane.network}.json`;
      machine.create(`${baseDir}/watermark_v2`, 'folder');
      if (before !== null) machine.put(path, Buffer.from(JSON.stringify({ [key]: recordsOf(before) })));
      const store = await openOn(machine);
      const verdicts = await store.advanceAll(names.map(claimOf));
      const answers = verdicts.map(({ kind }) => (kind === 'refused' ? 409 : 200));
      if (status !== undefined) assert.deepEqual(answers, status);
      if (ok !== undefined) assert.equal(answers.filter((answer) => answer === 200).length, ok);
      if (after === undefined) return;
      const content = JSON.parse(Buffer.from(machine.bytesOf(path)).toString()) as Record<
        string,
        Record<string, unknown>
      >;
      const written = content[key] ?? {};
      for (const [kind, record] of Object.entries(recordsOf(after))) assert.deepEqual(written[kind], record);
    });
  }
  note(`file store: ${cases.length} watermark cases, over files that Signatory could have written`);
}

const folder = vectorsFolder();
if (folder === null) notGiven('watermark cases', 'set TIDEMARK_VECTORS');
else testCases(JSON.parse(readFileSync(join(folder, 'tezos-requests.json'), 'utf8')) as Vectors);
