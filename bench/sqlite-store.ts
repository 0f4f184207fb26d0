import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lane } from '../src/protection/lane.ts';
import type { Mark } from '../src/protection/mark.ts';
import { SqliteStore } from '../src/stores/sqlite/sqlite-store.ts';
import { loadDriver } from '../src/stores/sqlite/driver.ts';
import { median } from './measure.ts';

const keys = 10_000;
const callers = 64;
const advancesEach = 48_000;
const runs = 3;

/** How much processor time does one durable advance cost, in all threads, beside what SQLite itself takes for it? */
export async function benchSqliteStore(): Promise<readonly string[]> {
  const samples: { readonly ours: number; readonly bare: number; readonly perSecond: number }[] = [];
  for (let run = 0; run < runs; run += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
    try {
      const { cpu: ours, perSecond } = await advances(join(folder, 'marks.sqlite'));
      samples.push({ ours, perSecond, bare: await bareUpserts(join(folder, 'bare.sqlite')) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const of = (what: 'ours' | 'bare' | 'perSecond'): number => median(samples.map((sample) => sample[what]));
  return [
    `### sqlite store: ${callers} callers, ${keys} keys, median of ${runs}`,
    '',
    '| | CPU per advance |',
    '| --- | --- |',
    `| Tidemark, both threads | ${of('ours').toFixed(1)} µs (${Math.round(of('perSecond'))} a second) |`,
    `| bare upserts of such rows, ${callers} to a commit | ${of('bare').toFixed(1)} µs |`,
    `| ratio | ${(of('ours') / of('bare')).toFixed(2)} |`,
    '',
  ];
}

function laneOf(number: number): Lane {
  const key = `0x${number.toString(16).padStart(96, '0')}`;
  return { chain: 'ethereum', network: `0x${'4b'.repeat(32)}`, key, duty: 'attestation' };
}

async function advances(path: string): Promise<{ cpu: number; perSecond: number }> {
  const store = await SqliteStore.open({ path });
  const lanes = Array.from({ length: keys }, (_, number) => laneOf(number));
  const claims = rising(lanes);
  const caller = async (): Promise<void> => {
    for (const [lane, next] of claims) {
      const verdict = await store.advance(lane, next);
      if (verdict.kind !== 'advance') throw new Error('the bench asks for what rises');
    }
  };
  const began = performance.now();
  const cpu = await processorTime(async () => {
    await Promise.all(Array.from({ length: callers }, caller));
  });
  const seconds = (performance.now() - began) / 1000;
  await store.end();
  return { cpu, perSecond: advancesEach / seconds };
}

/** One claim after the other for whoever takes the next: each lane in turn, then all of them an epoch higher. */
function* rising(lanes: readonly Lane[]): Generator<readonly [Lane, Mark]> {
  for (let asked = 0; asked < advancesEach; asked += 1) {
    const height = BigInt(1 + Math.floor(asked / keys));
    const lane = lanes[asked % keys] ?? laneOf(0);
    yield [lane, { height, round: 0n, floor: height - 1n, root: asked.toString(16).padStart(64, '0') }];
  }
}

/** The least that can be done: the row's columns, its key, one flush for all of a commit. */
async function bareUpserts(path: string): Promise<number> {
  const Database = await loadDriver();
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(
    `CREATE TABLE marks (network TEXT, key TEXT, height TEXT, floor TEXT, root TEXT, PRIMARY KEY (network, key))
     WITHOUT ROWID`,
  );
  const upsert = db.prepare(
    `INSERT INTO marks VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     height = excluded.height, floor = excluded.floor, root = excluded.root WHERE height < excluded.height`,
  );
  const cpu = await processorTime(async () => {
    for (let asked = 0; asked < advancesEach; asked += 1) {
      if (asked % callers === 0) db.exec('BEGIN IMMEDIATE');
      const { network, key } = laneOf(asked % keys);
      const height = String(1 + Math.floor(asked / keys)).padStart(20, '0');
      upsert.run(network, key, height, height, asked.toString(16).padStart(64, '0'));
      if (asked % callers === callers - 1) db.exec('COMMIT');
    }
  });
  db.close();
  return cpu;
}

/** Microseconds of all threads of this process, user and system, for each of the advances. */
async function processorTime(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / advancesEach;
}
