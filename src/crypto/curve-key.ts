import { Fault } from '../base/fault.ts';
import type { Curve } from './curve.ts';

/** The curves that are slow enough to need worker threads. */
export type PooledCurve = Exclude<Curve, 'ed25519'>;

/**
 * What a BLS key does with a message: `standard` signs it, `augmented` signs its public key and it, `possession` signs
 * it as a proof of possession. Each has its own domain, so none passes for another. Other curves know `standard` alone.
 */
export type Scheme = 'standard' | 'augmented' | 'possession';

/** A secret that one thread holds, ready to sign. It computes where it is called, for milliseconds. */
export interface CurveKey {
  /** Compressed: 33 bytes, 48 for BLS12-381. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array, scheme: Scheme): Uint8Array;
  verify(signature: Uint8Array, message: Uint8Array, scheme: Scheme): boolean;
}

/** 32 bytes that are no Tezos request (no kind starts with `t`) and no digest or signing root of anything. */
export const checkMessage: Uint8Array = new TextEncoder().encode('tidemark checks a key it loaded.');

/** What a key is refused with that does not verify its own signature of `checkMessage`. */
export function checkFailed(): Fault {
  return new Fault('key_invalid', 'this key does not verify the signature that it made itself when it was loaded');
}
