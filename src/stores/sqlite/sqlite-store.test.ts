import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { listOf } from '../../../test/contract/history-cases.ts';
import { ethereumLane, mark, tezosLane } from '../../../test/contract/samples.ts';
import { temporaryDirectory } from '../../../test/contract/stores.ts';
import { isFault } from '../../base/fault.ts';
import { DatabaseThread } from './database-thread.ts';
import { SqliteStore } from './sqlite-store.ts';

const directory = await temporaryDirectory();
test.after(() => rm(directory, { recursive: true }));

test('lists more lanes than one page holds', async () => {
  const store = await SqliteStore.open({ path: join(directory, 'pages.sqlite') });
  const claims = Array.from({ length: 2_500 }, (_, index) => ({
    lane: ethereumLane(index),
    next: mark(BigInt(index)),
  }));
  assert((await store.advanceAll(claims)).every(({ kind }) => kind === 'advance'));
  const listed = await listOf(store);
  assert.equal(listed.size, 2_500);
  assert([...listed.values()].every(({ lane, mark: held }) => BigInt(lane.key) === held?.height));
  await store.end();
});

test('a number that no parser lets through spoils nobody else', async () => {
  const store = await SqliteStore.open({ path: join(directory, 'numbers.sqlite') });
  const good = store.advance(tezosLane('a'), mark(1n));
  await assert.rejects(store.advance(tezosLane('b'), mark(2n ** 64n)), /uint64/u);
  await assert.rejects(store.raise(tezosLane('b'), mark(-1n)), /uint64/u);
  assert.equal((await good).kind, 'advance');
  assert.equal((await store.advance(tezosLane('a'), mark(2n))).kind, 'advance');
  await store.end();
});

test('only so many may wait; who is turned away may ask again', async () => {
  const store = await SqliteStore.open({ path: join(directory, 'waiting.sqlite') });
  const waiting = Array.from({ length: 16_384 }, () => store.read(tezosLane('a')));
  await assert.rejects(store.advance(tezosLane('a'), mark(1n)), (error) => isFault(error, 'store_unavailable'));
  await Promise.all(waiting);
  assert.equal((await store.advance(tezosLane('a'), mark(1n))).kind, 'advance');
  await store.end();
});

test('why a database cannot be opened comes out of its thread', async () => {
  const path = join(directory, 'missing', 'marks.sqlite');
  const isMisplaced = (error: unknown): boolean => isFault(error, 'config_invalid') && error.message.includes(path);
  await assert.rejects(SqliteStore.open({ path }), isMisplaced);
});

test('a thread that is gone is a fault, not a silence', async () => {
  const { thread } = await DatabaseThread.start(join(directory, 'gone.sqlite'));
  const asked = thread.run([{ kind: 'read', lane: tezosLane('a') }]);
  await Promise.all([asked, thread.stop()]);
  await assert.rejects(thread.run([{ kind: 'read', lane: tezosLane('a') }]), (error) => isFault(error, 'store_failed'));
  await thread.stop();
});

test('without better-sqlite3 the fault says what to run', async () => {
  const build = fileURLToPath(new URL('../../..', import.meta.url));
  const alone = join(directory, 'alone');
  for (const room of ['base', 'protection', 'stores'])
    await cp(join(build, 'src', room), join(alone, 'src', room), { recursive: true });
  await cp(join(build, '../package.json'), join(alone, 'package.json'));
  const script = `import { SqliteStore } from './src/stores/sqlite/sqlite-store.js';
    await SqliteStore.open({ path: 'marks.sqlite' }).catch((fault) => console.log(fault.code, fault.message));`;
  await writeFile(join(alone, 'start.mjs'), script);
  const { stdout } = spawnSync(process.execPath, ['start.mjs'], { cwd: alone, encoding: 'utf8' });
  assert.match(stdout, /^addon_missing .*npm rebuild better-sqlite3/u);
});
