import { resolve } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { createDatabase } from './create.ts';
import type { Connection, Driver } from './driver.ts';
import { databaseExists } from './place.ts';
import { crcOfTexts, damageOf, recordOf, type Row } from './row.ts';
import { applicationId, firstSchema, schema, schemaVersion, secondSchema, stopsSql } from './schema.ts';
import { corruptText, faultOfOpening } from './sqlite-fault.ts';
import { stopDamageOf, stopRecordOf, type StopRow } from './stop-row.ts';

/** A database that was checked, and is ours alone until it is closed. */
export interface OpenDatabase {
  readonly path: string;
  readonly identity: string;
  readonly connection: Connection;
}

/**
 * Opens the database at `path`, or makes it where nothing is, and holds it exclusively.
 *
 * What this cannot see: a log (`-wal`) that was deleted or emptied after a crash. SQLite keeps commits there until they
 * are copied into the main file, and a database without a log looks like one that was closed cleanly. Whoever copies a
 * database while no signer runs must copy the log, too. The same holds for an old copy put back in its place: a running
 * guard notices (`lane_frozen`), a restarted one cannot.
 *
 * @throws Fault `config_invalid`, `store_in_use`, `store_corrupt`, `store_unavailable`; what is there is left as it is
 */
export function openDatabase(driver: Driver, givenPath: string): OpenDatabase {
  const path = resolve(givenPath);
  let connection: Connection | null = null;
  try {
    if (!databaseExists(path)) createDatabase(driver, path);
    // No waiting for a lock: whoever holds it does so for life.
    connection = new driver(path, { fileMustExist: true, timeout: 0 });
    return { path, connection, identity: prepareDatabase(driver, connection, path) };
  } catch (error) {
    connection?.close();
    throw faultOfOpening(error, path);
  }
}

/** @returns the store's identity */
export function prepareDatabase(driver: Driver, db: Connection, path: string): string {
  // Before the first access: the write-ahead log then needs no shared memory, and the lock is kept until the end.
  set(db, 'locking_mode', 'EXCLUSIVE', 'exclusive');
  const version = versionOf(db, path);
  checkSchema(driver, db, { path, version });
  for (const [name, value, readBack] of settings) set(db, name, value, readBack);
  db.function('row_crc', { deterministic: true, directOnly: true, varargs: true }, (...columns) => crcOfTexts(columns));
  checkContent(db, path);
  const identity = identityOf(db, path);
  if (version === 1) upgrade(db);
  checkStops(db, path);
  // What was written before is checked by now. What this process writes is checked before it comes here (row.ts), and the
  // constraints, which remain for everyone else, would take a third of an advance's time. The triggers stay.
  set(db, 'ignore_check_constraints', 1, 1);
  // A write that changes nothing: a disk that is full or read-only stops the start and not the first request.
  db.pragma(`user_version = ${schemaVersion}`);
  return identity;
}

/** Everything was judged before, and nothing of it changes: version 2 only adds. It is there as a whole or not at all. */
function upgrade(db: Connection): void {
  for (const sql of ['BEGIN IMMEDIATE', secondSchema, `PRAGMA user_version = ${schemaVersion}`, 'COMMIT']) db.exec(sql);
}

/**
 * Name, value, and what must be read back. better-sqlite3 is compiled so that a write-ahead log is flushed only at
 * checkpoints (NORMAL), which loses the last commits when the power fails; FULL flushes at every commit. `fullfsync`
 * makes macOS flush the drive's own cache, and is ignored elsewhere.
 */
const settings: readonly (readonly [name: string, value: string | number, readBack: string | number])[] = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['fullfsync', 1, 1],
  ['checkpoint_fullfsync', 1, 1],
  ['mmap_size', 0, 0],
  ['trusted_schema', 0, 0],
  ['cell_size_check', 1, 1],
  ['recursive_triggers', 1, 1],
  ['wal_autocheckpoint', 1_000, 1_000],
  ['journal_size_limit', 16_777_216, 16_777_216],
];

function set(db: Connection, name: string, value: string | number, readBack: string | number): void {
  db.pragma(`${name} = ${value}`);
  const found = db.pragma(name, { simple: true });
  if (found === readBack) return;
  throw new Fault(
    'store_failed',
    `this build of SQLite does not honour "PRAGMA ${name} = ${value}": it says ${String(found)}`,
  );
}

/** @returns which of the versions that this program knows */
function versionOf(db: Connection, path: string): 1 | 2 {
  const application = db.pragma('application_id', { simple: true });
  const version = db.pragma('user_version', { simple: true });
  if (application !== applicationId) throw untrusted(path, 'it is a database of another program');
  if (version === 1 || version === schemaVersion) return version;
  throw untrusted(
    path,
    `its format is version ${String(version)}, and this program knows versions 1 and ${schemaVersion} only`,
  );
}

/** Compares with a database that was just made, since SQLite keeps the text of each statement in its own way. */
function checkSchema(driver: Driver, db: Connection, { path, version }: { path: string; version: 1 | 2 }): void {
  const model = new driver(':memory:');
  model.exec(version === 1 ? firstSchema : schema);
  const expected = schemaOf(model);
  model.close();
  if (schemaOf(db) !== expected) throw untrusted(path, 'its tables or triggers were altered');
}

function schemaOf(db: Connection): string {
  return JSON.stringify(
    db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').raw().all(),
  );
}

function checkContent(db: Connection, path: string): void {
  const [first] = db.prepare('PRAGMA quick_check(1)').pluck().all();
  if (first !== 'ok') throw untrusted(path, String(first));
  for (const row of db.prepare<[], Row>('SELECT * FROM marks').iterate()) {
    if (recordOf(row) === null) throw untrusted(path, damageOf(row));
  }
}

function checkStops(db: Connection, path: string): void {
  for (const row of db.prepare<[], StopRow>(stopsSql).all()) {
    if (stopRecordOf(row) === null) throw untrusted(path, stopDamageOf(row));
  }
}

function identityOf(db: Connection, path: string): string {
  const rows = db.prepare<[], { readonly uuid: string; readonly crc: string }>('SELECT uuid, crc FROM identity').all();
  const [row] = rows;
  if (rows.length === 1 && row !== undefined && row.crc === crcOfTexts([row.uuid])) return row.uuid;
  throw untrusted(path, 'its identity is missing or damaged');
}

function untrusted(path: string, reason: string): Fault {
  return new Fault('store_corrupt', corruptText(path, reason));
}
