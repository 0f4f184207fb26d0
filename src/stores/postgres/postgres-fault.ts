import { errnoOf, Fault, isFault, messageOf } from '../../base/fault.ts';
import type { Address } from './address.ts';
import { sqlStates } from './schema.ts';

/** What a failed statement says about trying again. The outcome is unknown in all of them. */
export type Hope = 'again' | 'elsewhere' | 'none';

/** Not applied: a conflict with another transaction, or a lock that was not given in time. */
const conflicts = new Set(['40001', '40P01', '55P03']);
/** The connection is of no use any more, or none was given; another one may be. */
const partings = /^(?:08...|57P0[1-5]|53300)$/u;

/** @param error what the driver threw */
export function hopeOf(error: unknown): Hope {
  if (isFault(error)) return 'none';
  const code = sqlStateOf(error);
  // No state: the connection broke, or there was none.
  if (code === null) return 'elsewhere';
  if (conflicts.has(code)) return 'again';
  return partings.test(code) ? 'elsewhere' : 'none';
}

/** Five letters and digits when the server said it; null when the server said nothing. */
export function sqlStateOf(error: unknown): string | null {
  const code = errnoOf(error);
  return code !== null && /^[0-9A-Z]{5}$/u.test(code) && isFromServer(error) ? code : null;
}

/** `EPIPE` has five letters, too. Only the server gives a severity. */
function isFromServer(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'severity' in error;
}

const meanings: Readonly<Record<string, string>> = {
  '25006': 'it is read-only: a standby, or set so',
  '28000': 'it does not let this user in',
  '28P01': 'it does not take the password',
  '3D000': 'there is no such database',
  '40001': 'other transactions were in the way',
  '40P01': 'other transactions were in the way',
  '42501': 'this user lacks a privilege',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '53300': 'it has no connection left',
  '55P03': 'somebody else held a lock for too long',
  '57014': 'the statement was cancelled',
  '57P01': 'it is shutting down, or the connection was ended there',
  '57P02': 'it crashed and starts again',
  '57P03': 'it is starting or shutting down',
  '58030': 'its disk failed',
  [sqlStates.notDurable]:
    'its settings are not durable any more: fsync, full_page_writes and synchronous_commit must be on, the isolation READ COMMITTED',
};

/** The tables or their content are not what this program left there. */
const altered = /^(?:3F000|42P01|42703|42883|42P10|23...|XX00[12]|TM001|TM002)$/u;

/**
 * The fault of a call that failed while the store runs. What the driver or the server wrote is left out: it goes to
 * whoever asks for a signature, and may hold names, rows or parts of the connection's address.
 */
export function faultOfCall(error: unknown): Fault {
  if (isFault(error)) return error;
  const code = sqlStateOf(error);
  if (code !== null && altered.test(code)) {
    const text = `the tables of the mark database are not what they were (SQLSTATE ${code}); nothing was signed, see docs/troubleshooting.md#store-corrupt`;
    return new Fault('store_corrupt', text);
  }
  return new Fault(
    'store_unavailable',
    `the mark database could not record (${reasonOf(error)}); nothing was signed, ask again`,
  );
}

/** In one clause, and without anything secret. */
function reasonOf(error: unknown): string {
  const state = sqlStateOf(error);
  if (state !== null) return `SQLSTATE ${state}${meanings[state] === undefined ? '' : `: ${meanings[state]}`}`;
  const code = errnoOf(error);
  return code === null ? 'the connection broke, or no answer came in time' : `no connection: ${code}`;
}

/** The fault of an opening that failed: the operator reads it, so it says what the server said; never the password. */
export function faultOfOpening(error: unknown, { name, password }: Pick<Address, 'name' | 'password'>): Fault {
  if (isFault(error)) return error;
  const state = sqlStateOf(error);
  const secret = password();
  const said = secret === '' ? messageOf(error) : messageOf(error).replaceAll(secret, '[secret]');
  const text = `the mark database at ${name} cannot be opened (${reasonOf(error)}; ${said})`;
  if (state === null) return new Fault('store_unavailable', text);
  if (altered.test(state)) return new Fault('store_corrupt', text);
  return new Fault(/^(?:28|3D|42)/u.test(state) ? 'config_invalid' : 'store_unavailable', text);
}
