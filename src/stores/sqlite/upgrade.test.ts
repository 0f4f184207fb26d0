import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ethereumLane, mark, tezosLane } from '../../../test/contract/samples.ts';
import { temporaryDirectory } from '../../../test/contract/stores.ts';
import { FailingDriver, noPlan } from '../../../test/doubles/failing-driver.ts';
import { isFault, messageOf } from '../../base/fault.ts';
import { openDatabase } from './connection.ts';
import { loadDriver } from './driver.ts';
import { MarkTable } from './mark-table.ts';
import { crcOfTexts, rowOf } from './row.ts';
import { applicationId, firstSchema } from './schema.ts';

const Database = await loadDriver();
const directory = await temporaryDirectory();
let files = 0;
test.after(() => rm(directory, { recursive: true }));

function newPath(): string {
  files += 1;
  return join(directory, `${files}.sqlite`);
}

const lanes = [tezosLane('a'), tezosLane('a', 'attestation'), ethereumLane(1), ethereumLane(2, 'block')];
const { network } = ethereumLane(1);
const stop = { slot: 320n, epoch: 10n };

/** A closed database of version 1 in which each lane has signed at 105. */
function madeByFirst(): string {
  const path = newPath();
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.exec(`BEGIN; ${firstSchema} PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1; COMMIT;`);
  db.prepare('INSERT INTO identity (only, uuid, crc) VALUES (1, ?, ?)').run('first', crcOfTexts(['first']));
  const put = db.prepare(
    `INSERT INTO marks (chain, network, key, duty, closed, height, round, floor, root, crc)
     VALUES (@chain, @network, @key, @duty, @closed, @height, @round, @floor, @root, @crc)`,
  );
  for (const lane of lanes) put.run(rowOf({ lane, mark: mark(105n), closed: false }));
  db.close();
  return path;
}

function opens({ driver }: FailingDriver, path: string): boolean {
  try {
    openDatabase(driver, path).connection.close();
    return true;
  } catch (error) {
    assert(isFault(error), messageOf(error));
    return false;
  }
}

test('a database of version 1 is brought to version 2 with its identity and its marks', () => {
  const path = madeByFirst();
  const table = new MarkTable(openDatabase(Database, path));
  assert.deepEqual(table.run([{ kind: 'stops' }]), [{ kind: 'stops', stops: new Map() }]);
  table.run([{ kind: 'setStop', network, stop }]);
  table.close();
  const again = openDatabase(Database, path);
  assert.equal(again.identity, 'first');
  const answers = new MarkTable(again).run([
    { kind: 'stops' },
    ...lanes.map((lane) => ({ kind: 'read', lane }) as const),
  ]);
  assert.deepEqual(answers, [
    { kind: 'stops', stops: new Map([[network, stop]]) },
    ...lanes.map(() => ({ kind: 'state', state: { mark: mark(105n), closed: false } })),
  ]);
  again.connection.close();
});

test('a database of version 1 that is damaged is refused as it is', () => {
  const damages = [
    'DROP TRIGGER marks_stay',
    'CREATE TABLE stops (x)',
    `UPDATE marks SET height = '00000000000000000200'`,
  ];
  for (const sql of damages) {
    const path = madeByFirst();
    const db = new Database(path);
    db.exec(sql);
    db.close();
    const before = readFileSync(path);
    assert.throws(
      () => openDatabase(Database, path),
      (error) => isFault(error, 'store_corrupt') && /altered|checksum differs/u.test(error.message),
    );
    assert.deepEqual(readFileSync(path), before);
  }
});

test('whichever call of bringing a database up fails, it stays as it was or is brought up whole', () => {
  const template = madeByFirst();
  let failures = 0;
  const versions = new Set<unknown>();
  for (const how of ['before', 'after'] as const) {
    for (let failAt = 1; ; failAt += 1) {
      const path = newPath();
      copyFileSync(template, path);
      const failing = new FailingDriver();
      failing.plan = { ...noPlan, failAt, how, code: 'SQLITE_IOERR_FSYNC' };
      if (opens(failing, path)) break;
      failures += 1;
      const db = new Database(path);
      versions.add(db.pragma('user_version', { simple: true }));
      db.close();
      const { connection, identity } = openDatabase(Database, path);
      assert.equal(identity, 'first');
      assert.equal(connection.prepare('SELECT count(*) FROM marks').pluck().get(), lanes.length);
      connection.close();
    }
  }
  assert(failures > 2 * 20, `${failures} failures were planted`);
  assert.deepEqual(versions, new Set([1, 2]));
});

test('a process killed inside the upgrade leaves version 1', () => {
  const path = madeByFirst();
  const db = new Database(path);
  db.exec(`BEGIN IMMEDIATE; CREATE TABLE stops (network TEXT); PRAGMA user_version = 2;`);
  const torn = newPath();
  copyFileSync(path, torn);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${torn}-wal`);
  db.close();
  const { connection } = openDatabase(Database, torn);
  assert.equal(connection.prepare('SELECT count(*) FROM marks').pluck().get(), lanes.length);
  connection.close();
});
