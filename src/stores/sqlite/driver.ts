import type Database from 'better-sqlite3';
import { Fault, messageOf } from '../../base/fault.ts';

export type Driver = typeof Database;
export type Connection = Database.Database;

/**
 * Loads better-sqlite3, which is an optional dependency: it is compiled when it is installed. A database in memory
 * proves that its native part loads, too.
 *
 * @throws Fault `addon_missing` with the command to run
 */
export async function loadDriver(): Promise<Driver> {
  try {
    const { default: driver } = await import('better-sqlite3');
    new driver(':memory:').close();
    return driver;
  } catch (error) {
    const [reason] = messageOf(error).split('\n');
    const text =
      `the sqlite store needs better-sqlite3, which cannot be loaded (${reason}). ` +
      'Run "npm install better-sqlite3@12.11.1", and "npm rebuild better-sqlite3" where install scripts are switched off';
    throw new Fault('addon_missing', text, { cause: error });
  }
}
