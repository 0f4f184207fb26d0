import type { PooledCurve, Scheme } from './curve-key.ts';
import type { Packed } from './packed.ts';
import type { Priority } from './priority.ts';

/** When a signature is checked against the public key: before each is handed out, or once, when the key is loaded. */
export type Verify = 'always' | 'on_load';

/** What a worker thread is started with. */
export interface ThreadStart {
  /** Of `SecretMemory`. */
  readonly secrets: SharedArrayBuffer;
}

/**
 * What a worker thread is told. It signs before it loads; a key whose loading it was told of is loaded when its
 * signature is asked for.
 */
export type Order = SignOrder | LoadOrder | ForgetOrder;

/** Many signatures at once, in columns: one message with four arrays crosses ten times cheaper than many objects. */
export interface SignOrder {
  readonly kind: 'sign';
  /** The numbers that the answers bear. */
  readonly numbers: readonly number[];
  readonly keys: readonly number[];
  readonly priorities: readonly Priority[];
  readonly schemes: readonly Scheme[];
  readonly messages: Packed;
}

/** What a thread has to know of a key. Its secret is in the memory that all threads share. */
export interface KeyToLoad {
  readonly key: number;
  readonly curve: PooledCurve;
  readonly verify: Verify;
}

/** In columns too: a thread that takes a lost one's place is told of 100,000 keys at once. */
export interface LoadOrder {
  readonly kind: 'load';
  readonly keys: readonly number[];
  readonly curves: readonly PooledCurve[];
  readonly verifies: readonly Verify[];
}

interface ForgetOrder {
  readonly kind: 'forget';
  readonly key: number;
}

/**
 * Every signature, key and forgetting is answered once. Columns are null when nothing is in them: even then they
 * cost.
 */
export interface Answers {
  readonly signed: Column | null;
  /** By key, with the public keys. */
  readonly loaded: Column | null;
  readonly forgotten: readonly number[];
  /** How long the thread worked for what it signed, in milliseconds. */
  readonly signingMs: number;
  readonly failures: readonly Failure[];
}

export interface Column {
  readonly numbers: readonly number[];
  readonly bytes: Packed;
}

export interface Failure {
  readonly what: 'sign' | 'load';
  /** Of the job, or of the key. */
  readonly number: number;
  readonly code: 'key_invalid' | 'signature_invalid' | 'internal';
  readonly text: string;
}
