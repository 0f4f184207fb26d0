import type Database from 'better-sqlite3';
import { Fault, messageOf } from '../../base/fault.ts';

export type Driver = typeof Database;
export type Connection = Database.Database;

/**
 * Loads better-sqlite3, which is an optional dependency. A database in memory proves that its native part loads, too.
 *
 * @throws Fault `addon_missing` with the command to run
 */
export async function loadDriver(): Promise<Driver> {
  try {
    const driver = await importDriver();
    new driver(':memory:').close();
    return driver;
  } catch (error) {
    const [reason] = messageOf(error).split('\n');
    const text =
      `the sqlite store needs better-sqlite3, which cannot be loaded (${reason}). ` +
      'Install Tidemark anew with this Node, and run "npm rebuild better-sqlite3" where install scripts are switched off';
    throw new Fault('addon_missing', text, { cause: error });
  }
}

/**
 * Version 13 does not load below Node 22. Version 12, compiled for a late Node 24, ends the process as soon as a
 * statement is collected (`RemoveEnvironmentCleanupHook`). So each Node gets the version that it can bear.
 */
async function importDriver(): Promise<Driver> {
  const modern = Number.parseInt(process.versions.node, 10) >= 22;
  const { default: driver } = modern ? await import('better-sqlite3-napi') : await import('better-sqlite3');
  return driver;
}
