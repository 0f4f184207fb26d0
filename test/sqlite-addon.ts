import { isFault, messageOf } from '../src/base/fault.ts';
import { loadDriver } from '../src/stores/sqlite/driver.ts';
import { notRun } from './not-run.ts';

/**
 * better-sqlite3 is an optional dependency. Where it cannot be loaded, the check leaves out the test files with
 * `sqlite`
 * in their path, and a suite that asks several stores leaves out that one.
 *
 * @returns why the sqlite store cannot be tested here, and what to do; null when it can
 */
export async function sqliteProblem(): Promise<string | null> {
  try {
    await loadDriver();
    return null;
  } catch (error) {
    const cause = isFault(error, 'addon_missing') ? error.cause : error;
    const reason = messageOf(cause)
      .split('\n')[0]
      ?.replace(/\.? Tried:$/u, '');
    return `better-sqlite3 could not be loaded: ${reason}; run npm rebuild better-sqlite3`;
  }
}

/** Can the sqlite store be tested here? When not, the summary says so. */
export async function sqliteRuns(): Promise<boolean> {
  const problem = await sqliteProblem();
  if (problem !== null) notRun(sqliteName, problem);
  return problem === null;
}

export const sqliteName = 'sqlite store';
