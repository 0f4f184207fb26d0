import { Fault, messageOf } from '../base/fault.ts';

/** What an operator reads when a command fails: a fault's own sentence, or an unknown error with where it came from. */
export function explain(error: unknown): string {
  if (error instanceof Fault) return `tidemark: ${error.message}`;
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
  return `tidemark: an unexpected error; please report it\n${stack}`;
}

/** As sysexits.h has them: 78 a configuration to mend, 75 a store that cannot be trusted, 1 anything else. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof Fault)) return 1;
  switch (error.code) {
    case 'config_invalid':
    case 'vault_invalid':
    case 'key_invalid':
    case 'password_wrong':
    case 'addon_missing':
    case 'address_in_use':
      return 78;
    case 'store_corrupt':
    case 'store_failed':
    case 'store_in_use':
    case 'store_unavailable':
      return 75;
    default:
      return 1;
  }
}
