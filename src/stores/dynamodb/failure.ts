import { Fault } from '../../base/fault.ts';

/** Why a call came to nothing, in our words: the fact `reason` of the fault, so that the log says which. */
export type Reason =
  /** The table's or the account's capacity is used up. Nothing was written. */
  | 'throttled'
  /** The credentials may not do this, or are none. Nothing was written. */
  | 'denied'
  /** There is no such table. Nothing was written. */
  | 'missing'
  /** The clock of this machine is off. Nothing was written. */
  | 'clock_skew'
  /** Another write to the same item was under way. Whether this one was made is not known. */
  | 'conflict'
  /** No whole answer came. Whether it was done is not known. */
  | 'no_answer'
  /** The service does not understand what was asked. Nothing was written. */
  | 'rejected';

/** One try that failed. */
export interface Failure {
  readonly reason: Reason;
  /** AWS's code or the system's. */
  readonly code: string;
  /** What the service said; it never holds a secret. */
  readonly text: string;
}

const throttled = /^(?:ProvisionedThroughputExceeded|Throttling|RequestLimitExceeded|TooManyRequests|LimitExceeded)/u;
const denied =
  /^(?:AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|MissingAuthenticationToken|IncompleteSignature|InvalidClientTokenId|SignatureDoesNotMatch|OptInRequired|NotAuthorized|InvalidAccessKeyId)/u;
const conflicts = /^(?:TransactionConflict|TransactionCanceled|TransactionInProgress|ReplicatedWriteConflict)/u;
const clocks = /^(?:RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)/u;
const skewTexts = /^Signature (?:expired|not yet current)/u;

/** What an answer with an error in it means. @param code without its namespace */
export function failureOf(status: number, code: string, text: string): Failure {
  return { reason: reasonOf(status, code, text), code, text };
}

function reasonOf(status: number, code: string, text: string): Reason {
  if (status >= 500 || status < 400) return 'no_answer';
  if (clocks.test(code) || skewTexts.test(text)) return 'clock_skew';
  if (throttled.test(code)) return 'throttled';
  if (conflicts.test(code)) return 'conflict';
  if (denied.test(code)) return 'denied';
  return code === 'ResourceNotFoundException' ? 'missing' : 'rejected';
}

/** May the same request be made again within the budget? */
export function isPassing({ reason }: Failure): boolean {
  return reason === 'throttled' || reason === 'conflict' || reason === 'no_answer';
}

const remedies: Readonly<Record<Reason, string>> = {
  throttled: 'the table is asked for more than its capacity; raise it, or set the table to on-demand billing',
  denied: 'the credentials do not allow it; see docs/operations/aws-iam.md',
  missing: 'the table does not exist (any more)',
  clock_skew: 'the clock of this machine is off; set it (timedatectl)',
  conflict: 'another write to the same item was under way',
  no_answer: 'no answer came in time',
  rejected: 'the service did not accept the request',
};

/** The fault that a caller gets: the outcome is unknown or nothing was recorded, and nobody may sign. */
export function faultOf(action: string, table: string, { reason, code, text }: Failure): Fault {
  const said = text === '' ? code : `${code}: ${text}`;
  const sentence = `DynamoDB table '${table}', ${action}: ${remedies[reason]} (${said})`;
  return new Fault('store_unavailable', sentence, { facts: { reason, aws_code: code, action, table } });
}

/** Did the call fail for this reason? */
export function failedFor(error: unknown, ...reasons: readonly Reason[]): boolean {
  return error instanceof Fault && reasons.some((reason) => error.facts['reason'] === reason);
}

/** Did it fail with this code of AWS's? */
export function failedWith(error: unknown, code: string): boolean {
  return error instanceof Fault && error.facts['aws_code'] === code;
}
