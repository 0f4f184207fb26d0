import { Fault } from '../../base/fault.ts';

/** Why a call came to nothing, in our words: the fact `reason` of the fault, so that the log says which. */
type Reason =
  /** Another writer was at the same documents. Nothing was written. */
  | 'contention'
  /** A quota is used up. */
  | 'throttled'
  /** The credentials may not do this, or are none. */
  | 'denied'
  /** There is no such project or database. */
  | 'missing'
  /** No whole answer came. Whether it was done is not known. */
  | 'no_answer'
  /** The service does not accept what was asked. */
  | 'rejected';

/** One try that failed. */
export interface Failure {
  readonly reason: Reason;
  /** The name of the gRPC status. */
  readonly code: string;
  /** What the service said; it never holds a secret. */
  readonly text: string;
}

/** google.rpc.Code, in its order. */
const names = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
];

const reasons: Readonly<Record<string, Reason>> = {
  ABORTED: 'contention',
  RESOURCE_EXHAUSTED: 'throttled',
  PERMISSION_DENIED: 'denied',
  UNAUTHENTICATED: 'denied',
  NOT_FOUND: 'missing',
  INVALID_ARGUMENT: 'rejected',
  FAILED_PRECONDITION: 'rejected',
  ALREADY_EXISTS: 'rejected',
  OUT_OF_RANGE: 'rejected',
  UNIMPLEMENTED: 'rejected',
};

/** On a commit these say that a document is not what was read, or that the transaction has gone. */
const changedMeanwhile = ['FAILED_PRECONDITION', 'ALREADY_EXISTS', 'INVALID_ARGUMENT', 'NOT_FOUND'];

/** What the client threw. Whatever is not known leaves the outcome unknown. */
export function failureOf(error: unknown, during: 'read' | 'commit'): Failure {
  const number = fieldOf(error, 'code');
  const details = fieldOf(error, 'details');
  const code = names[typeof number === 'number' ? number : -1] ?? 'UNKNOWN';
  const said = typeof details === 'string' && details !== '' ? details : fieldOf(error, 'message');
  const text = typeof said === 'string' ? said : '';
  if (during === 'commit' && changedMeanwhile.includes(code)) return { reason: 'contention', code, text };
  return { reason: reasons[code] ?? 'no_answer', code, text };
}

function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** May the same be tried again within the budget? */
export function isPassing({ reason }: Failure): boolean {
  return reason === 'contention' || reason === 'throttled' || reason === 'no_answer';
}

const remedies: Readonly<Record<Reason, string>> = {
  contention: 'other writers kept changing the same documents',
  throttled: 'a quota is used up',
  denied: 'the credentials do not allow it; see docs/stores/firestore.md#permissions',
  missing: 'the project or the database does not exist (any more)',
  no_answer: 'no answer came in time',
  rejected: 'the service did not accept the request; is the database in Native mode?',
};

/** The fault that a caller gets: the outcome is unknown or nothing was recorded, and nobody may sign. */
export function faultOf(place: string, { reason, code, text }: Failure): Fault {
  const said = text === '' ? code : `${code}: ${text}`;
  const sentence = `Firestore collection '${place}': ${remedies[reason]} (${said})`;
  return new Fault('store_unavailable', sentence, { facts: { reason, grpc_code: code, collection: place } });
}
