import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MarkStore } from '../src/protection/store.ts';
import { FileStore } from '../src/stores/file/file-store.ts';
import { PostgresStore } from '../src/stores/postgres/postgres-store.ts';
import { SqliteStore } from '../src/stores/sqlite/sqlite-store.ts';
import { ethereumLane, mark, rootOf } from '../test/contract/samples.ts';
import { PostgresServer } from '../test/support/postgres-server.ts';
import { median } from './measure.ts';

/** The votes of one slot for 1,000, 100,000 and 1,000,000 validators. */
const bursts = [31, 3_125, 31_250];
const runs = 3;
const observer = { operation: () => {}, info: () => {}, warn: () => {} };

/** How long does a store take for all votes of a slot, asked for in one moment? And what does a lane take on disk? */
export async function benchStoreBursts(): Promise<readonly string[]> {
  return [
    `### The votes of one slot, asked for at once, median of ${runs}`,
    '',
    `| store | ${bursts.map((count) => `${count}: ms until the last is recorded`).join(' | ')} | bytes a lane on disk |`,
    `| --- |${' --- |'.repeat(bursts.length + 1)}`,
    await onDisk('file', (folder) => FileStore.open({ baseDir: folder, observer })),
    await onDisk('sqlite', (folder) => SqliteStore.open({ path: join(folder, 'marks') })),
    await onPostgres(),
    '',
  ];
}

async function onDisk(name: string, open: (folder: string) => Promise<MarkStore>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const store = await open(folder);
  const times = await timesOf(store);
  await store.end();
  const [size = '0'] = execFileSync('du', ['-sb', folder], { encoding: 'utf8' }).split('\t');
  rmSync(folder, { recursive: true });
  return rowOf(name, times, Number(size));
}

async function onPostgres(): Promise<string> {
  const server = await PostgresServer.start();
  if (server === null) return '| postgres | no server here | | | |';
  try {
    const store = await PostgresStore.open(server.options());
    const times = await timesOf(store);
    await store.end();
    return rowOf('postgres', times, null);
  } finally {
    await server.destroy();
  }
}

/** Each run a slot later than the one before, over the same lanes; the first makes them and does not count. */
async function timesOf(store: MarkStore): Promise<readonly number[]> {
  let height = 0;
  const times: number[] = [];
  for (const count of bursts) {
    const samples: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      height += 1;
      samples.push(await burst(store, count, height));
    }
    times.push(median(samples.slice(1)));
  }
  return times;
}

/** As requests come: in a few hundred at a time, for stores bound how many may wait. */
async function burst(store: MarkStore, count: number, height: number): Promise<number> {
  const next = mark(BigInt(height), { floor: BigInt(height - 1), root: rootOf(height) });
  const started = performance.now();
  let asked = 0;
  const caller = async (): Promise<void> => {
    while (asked < count) await store.advance(ethereumLane(asked++), next);
  };
  await Promise.all(Array.from({ length: 512 }, caller));
  return performance.now() - started;
}

function rowOf(name: string, times: readonly number[], bytes: number | null): string {
  const size = bytes === null ? 'not measured' : (bytes / (bursts.at(-1) ?? 1)).toFixed(0);
  return `| ${[name, ...times.map((ms) => ms.toFixed(ms < 10 ? 1 : 0)), size].join(' | ')} |`;
}
