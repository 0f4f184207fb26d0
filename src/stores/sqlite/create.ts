import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../../base/fault.ts';
import type { Driver } from './driver.ts';
import { crcOfTexts } from './row.ts';
import { applicationId, schema, schemaVersion } from './schema.ts';

/**
 * Makes a new database at `path`: complete under another name first, flushed, then linked to its own name. So a crash
 * leaves either nothing there or a whole database, and a file that exists already is never replaced; if another process
 * was faster, its database stays.
 */
export function createDatabase(driver: Driver, path: string): void {
  const building = `${path}.new-${randomUUID()}`;
  try {
    closeSync(openSync(building, 'wx', 0o600));
    fill(driver, building);
    flush(building);
    linkSync(building, path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(building, { force: true });
  }
  flush(dirname(path));
}

function fill(driver: Driver, path: string): void {
  const db = new driver(path);
  const uuid = randomUUID();
  try {
    db.pragma('journal_mode = WAL');
    db.exec(
      `BEGIN; ${schema} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT;`,
    );
    db.prepare('INSERT INTO identity (only, uuid, crc) VALUES (1, ?, ?)').run(uuid, crcOfTexts([uuid]));
  } finally {
    db.close();
  }
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
