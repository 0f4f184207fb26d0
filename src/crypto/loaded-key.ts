import type { Curve } from './curve.ts';
import type { Scheme } from './curve-key.ts';

/** A secret that this process holds, signing off the event loop. */
export interface LoadedKey {
  readonly curve: Curve;
  /** Compressed: 32 bytes for ed25519, 33 for secp256k1 and P-256, 48 for BLS12-381. */
  readonly publicKey: Uint8Array;
  /** @throws Fault `overloaded` when new requests should be turned away */
  checkRoom(): void;
  /**
   * Deterministic on every curve, and verified before it is handed out unless the key was loaded otherwise.
   *
   * @param message a digest of 32 bytes, except on BLS12-381, which signs messages of any length
   * @throws Fault `signature_invalid`, `overloaded`, `shutting_down`, `internal`
   */
  sign(message: Uint8Array, scheme: Scheme): Promise<Uint8Array>;
}
