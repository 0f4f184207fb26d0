/** The process of `store-syncs.ts`: STORE CALLERS ADVANCES. Prints how long each advance took, in milliseconds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MarkStore } from '../src/protection/store.ts';
import { FileStore } from '../src/stores/file/file-store.ts';
import { loadDriver } from '../src/stores/sqlite/driver.ts';
import { SqliteStore } from '../src/stores/sqlite/sqlite-store.ts';
import { ethereumLane, mark, rootOf } from '../test/contract/samples.ts';
import { bareAppend } from './bare.ts';
import { latencyOf } from './measure.ts';

const observer = { operation: () => {}, info: () => {}, warn: () => {} };

const [what = '', callers = '1', advances = '1000'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
try {
  console.log(JSON.stringify(latencyOf(await timesOf(what, Number(callers), Number(advances)))));
} finally {
  rmSync(folder, { recursive: true });
}

async function timesOf(store: string, callerCount: number, count: number): Promise<number[]> {
  if (store === 'bare-file') return await bareFile(count);
  if (store === 'bare-sqlite') return await bareSqlite(count);
  const opened = store === 'sqlite' ? SqliteStore.open({ path: join(folder, 'marks') }) : openFile();
  return await advance(await opened, callerCount, count);
}

async function openFile(): Promise<MarkStore> {
  return await FileStore.open({ baseDir: folder, observer });
}

/** Each caller has a lane of its own, and asks for its next position as soon as the last is recorded. */
async function advance(store: MarkStore, callerCount: number, count: number): Promise<number[]> {
  const times: number[] = [];
  const caller = async (_: unknown, number: number): Promise<void> => {
    const lane = ethereumLane(number);
    for (let height = 1; height <= count / callerCount; height += 1) {
      const started = performance.now();
      await store.advance(lane, mark(BigInt(height), { root: rootOf(height) }));
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: callerCount }, caller));
  await store.end();
  return times;
}

async function bareFile(count: number): Promise<number[]> {
  const bare = await bareAppend();
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const started = performance.now();
    await bare.step();
    times.push(performance.now() - started);
  }
  await bare.end();
  return times;
}

/** One row in one transaction, on the event loop: what SQLite itself takes for a commit. */
async function bareSqlite(count: number): Promise<number[]> {
  const Database = await loadDriver();
  const db = new Database(join(folder, 'bare'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE marks (key TEXT PRIMARY KEY, height TEXT, root TEXT) WITHOUT ROWID');
  const upsert = db.prepare(
    'INSERT INTO marks VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET height = excluded.height, root = excluded.root',
  );
  const times: number[] = [];
  for (let height = 0; height < count; height += 1) {
    const started = performance.now();
    upsert.run('ab'.repeat(48), String(height).padStart(20, '0'), rootOf(height));
    times.push(performance.now() - started);
  }
  db.close();
  return times;
}
