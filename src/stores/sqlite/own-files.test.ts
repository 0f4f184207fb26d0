import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ethereumLane, mark } from '../../../test/contract/samples.ts';
import { temporaryDirectory } from '../../../test/contract/stores.ts';
import { isFault } from '../../base/fault.ts';
import { openDatabase } from './connection.ts';
import { loadDriver } from './driver.ts';
import { MarkTable } from './mark-table.ts';

const driver = await loadDriver();
const directory = await temporaryDirectory();
test.after(() => rm(directory, { recursive: true }));

const harms: readonly (readonly [what: string, harm: (path: string) => void, says: RegExp])[] = [
  ['the database is removed', (path) => rmSync(path), /removed or renamed/u],
  ['the database is renamed', (path) => renameSync(path, `${path}-old`), /removed or renamed/u],
  ['the log is removed', (path) => rmSync(`${path}-wal`), /-wal was removed or renamed/u],
  ['the database is replaced by a copy', replaceByCopy, /was replaced/u],
  ['the database is replaced by a link to it', replaceByLink, /was replaced/u],
  ['the database is emptied', (path) => truncateSync(path), /was cut short/u],
  ['the database is overwritten by something shorter', (path) => writeFileSync(path, 'x'), /was cut short/u],
];

for (const [index, [what, harm, says]] of harms.entries()) {
  test(`when ${what} while it is open, nothing more is recorded or found, not even when it is back`, () => {
    const path = join(directory, `${index}.db`);
    const table = new MarkTable(openDatabase(driver, path));
    const ask = (height: bigint) =>
      table.run([{ kind: 'advance', claims: [{ lane: ethereumLane(1), next: mark(height) }] }]);
    ask(5n);
    copyFileSync(path, `${path}-kept`);
    harm(path);
    const isLost = (error: unknown): boolean => isFault(error, 'store_failed') && says.test(error.message);
    assert.throws(() => ask(6n), isLost);
    assert.throws(() => table.run([{ kind: 'read', lane: ethereumLane(1) }]), isLost);
    rmSync(path, { force: true });
    copyFileSync(`${path}-kept`, path);
    assert.throws(() => ask(5n), isLost);
    table.close();
  });
}

test('a database that grows is the same one', () => {
  const path = join(directory, 'grows.db');
  const database = openDatabase(driver, path);
  const table = new MarkTable(database);
  for (let key = 0; key < 500; key += 1) {
    table.run([{ kind: 'advance', claims: [{ lane: ethereumLane(key), next: mark(1n) }] }]);
    if (key % 100 === 0) database.connection.pragma('wal_checkpoint(TRUNCATE)');
  }
  appendFileSync(path, Buffer.alloc(4096));
  const [answer] = table.run([{ kind: 'read', lane: ethereumLane(1) }]);
  assert.deepEqual(answer, { kind: 'state', state: { mark: mark(1n), closed: false } });
  table.close();
});

function replaceByCopy(path: string): void {
  copyFileSync(path, `${path}-copy`);
  renameSync(`${path}-copy`, path);
}

function replaceByLink(path: string): void {
  renameSync(path, `${path}-elsewhere`);
  symlinkSync(`${path}-elsewhere`, path);
}
