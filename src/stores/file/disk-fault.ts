import { errnoOf, Fault, isFault, messageOf } from '../../base/fault.ts';

/** Errors by which the system says that it has done nothing, and that it may do it later. */
const refusals: ReadonlySet<string | null> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'EROFS',
  'EACCES',
  'EPERM',
]);

/** Did the system say that it has done nothing, and might do it later? */
function isRefusal(error: unknown): boolean {
  return refusals.has(errnoOf(error));
}

/**
 * The Fault for an error of a step whose failure leaves everything as it was, if the system says so:
 * `store_unavailable`
 * for a refusal, `store_failed` for anything else. A Fault stays what it is.
 *
 * @param doing what was being done, as in "cannot write /var/lib/…"
 */
export function stepFault(error: unknown, doing: string): Fault {
  if (isFault(error)) return error;
  if (!isRefusal(error)) return fatalFault(error, doing);
  const text = `cannot ${doing}: ${messageOf(error)}. Nothing was signed; the store goes on by itself when the cause is gone`;
  return new Fault('store_unavailable', text, { facts: { errno: errnoOf(error) }, cause: error });
}

/**
 * The Fault for an error after which nobody knows what is on the disk, a failed fsync above all: until the next start.
 */
export function fatalFault(error: unknown, doing: string): Fault {
  if (isFault(error)) return error;
  const text = `cannot ${doing}: ${messageOf(error)}. What is on the disk is not known; check the disk, then restart`;
  return new Fault('store_failed', text, { facts: { errno: errnoOf(error) }, cause: error });
}
