import type { Curve } from './curve.ts';
import type { Scheme } from './curve-key.ts';
import type { Priority } from './priority.ts';

/** How a signature is asked for: the best way, unless something else is said. */
export interface SignOptions {
  /** `standard` unless said otherwise. */
  readonly scheme?: Scheme;
  /** `block`, the first, unless said otherwise. */
  readonly priority?: Priority;
}

/** A secret that this process holds, signing off the event loop. */
export interface LoadedKey {
  readonly curve: Curve;
  /** Compressed: 32 bytes for ed25519, 33 for secp256k1 and P-256, 48 for BLS12-381. */
  readonly publicKey: Uint8Array;
  /**
   * Asked before anything is recorded.
   *
   * @param priority of the signature that is to be made; `block` unless said otherwise
   * @throws Fault `overloaded` when it should be turned away: the queue is full, or too long for its deadline
   */
  checkRoom(priority?: Priority): void;
  /**
   * Deterministic on every curve, and verified before it is handed out unless the key was loaded otherwise.
   *
   * @param message a digest of 32 bytes, except on BLS12-381, which signs messages of any length
   * @throws Fault `signature_invalid`, `overloaded`, `shutting_down`, `internal`
   */
  sign(message: Uint8Array, options?: SignOptions): Promise<Uint8Array>;
  /**
   * Takes the key out of the signer: finishes the signatures that were asked for, then wipes the secret wherever it is
   * held. Everything asked of it afterwards throws Fault `shutting_down`, so whoever forgets a key first sees to it that
   * no request can find it, and that those who recorded something with it have asked for their signature.
   */
  forget(): Promise<void>;
}
