import { errnoOf, Fault, type FaultCode, isFault, messageOf } from '../../base/fault.ts';

/**
 * After these SQLite has rolled the transaction back, or we do: nothing of it was recorded, and asking again may work.
 * A failed fsync is not among them: what the disk holds then is not known before a restart (the kernel may have dropped
 * the pages and report success the next time).
 */
const passing = /^SQLITE_(?:BUSY|LOCKED|FULL|NOMEM|INTERRUPT|READONLY|CANTOPEN|PROTOCOL|IOERR)(?:_|$)/u;
const lasting = /^SQLITE_IOERR_(?:FSYNC|DIR_FSYNC|TRUNCATE|CORRUPTFS|DATA|CLOSE)$/u;

/** The fault of a commit that failed while the store runs. */
export function faultOfCommit(error: unknown, path: string): Fault {
  if (isFault(error)) return error;
  const code = errnoOf(error) ?? '';
  const what = `the mark database ${path} could not record (${code} ${messageOf(error)})`;
  if (passing.test(code) && !lasting.test(code)) {
    return new Fault('store_unavailable', `${what}; nothing was signed, ask again`, { cause: error });
  }
  const text = `${what}; nothing more is signed until a restart has checked it (docs/troubleshooting.md#store-failed)`;
  return new Fault('store_failed', text, { cause: error });
}

/** The fault of an opening that failed. */
export function faultOfOpening(error: unknown, path: string): Fault {
  if (isFault(error)) return error;
  const code = errnoOf(error) ?? '';
  const reason = `${code} ${messageOf(error)}`.trim();
  return new Fault(openingCode(code), openingText(openingCode(code), path, reason), { cause: error });
}

function openingCode(code: string): FaultCode {
  if (/^SQLITE_(?:BUSY|LOCKED)/u.test(code)) return 'store_in_use';
  if (/^SQLITE_(?:CORRUPT|NOTADB|FORMAT|ERROR|SCHEMA)|^SQLITE_IOERR_(?:SHORT_READ|CORRUPTFS|DATA)/u.test(code)) {
    return 'store_corrupt';
  }
  return /^SQLITE_(?:IOERR|FULL|NOMEM)/u.test(code) ? 'store_unavailable' : 'config_invalid';
}

function openingText(code: FaultCode, path: string, reason: string): string {
  if (code === 'store_in_use') {
    return `${path} is held by another signer (${reason}); stop that one, or give this one a store of its own`;
  }
  if (code === 'store_corrupt') return corruptText(path, reason);
  return `${path} cannot be opened (${reason}): check the path, its owner and the disk`;
}

/** Nothing is repaired or made anew: an empty store in the place of a damaged one is how validators were slashed. */
export function corruptText(path: string, reason: string): string {
  return (
    `${path} cannot be trusted (${reason}). It was not changed. Do not delete it to get started again: ` +
    'restore a copy that is at least as new as the last signature, see docs/troubleshooting.md#store-corrupt'
  );
}
