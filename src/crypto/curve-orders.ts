import type { PooledCurve, Scheme } from './curve-key.ts';

/** When a signature is checked against the public key: before each is handed out, or once, when the key is loaded. */
export type Verify = 'always' | 'on_load';

/** What a worker thread is told, in batches, and in the order in which it is told. */
export type Order = LoadOrder | SignOrder | ForgetOrder;

export interface LoadOrder {
  readonly kind: 'load';
  readonly key: number;
  readonly curve: PooledCurve;
  /** A copy made for this thread: its memory moves there and leaves the sender empty. */
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly verify: Verify;
}

export interface SignOrder {
  readonly kind: 'sign';
  readonly key: number;
  readonly message: Uint8Array;
  readonly scheme: Scheme;
}

interface ForgetOrder {
  readonly kind: 'forget';
  readonly key: number;
}

/** An order and the number that its answer bears. Every order is answered once. */
export interface Numbered {
  readonly number: number;
  readonly order: Order;
}

/** `bytes` is the signature, or the public key of the key that was loaded; empty for a key that was forgotten. */
export type Answer = { readonly number: number } & (
  | { readonly kind: 'done'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly code: 'key_invalid' | 'signature_invalid' | 'internal'; readonly text: string }
);
