import type { Curve } from '../crypto/curve.ts';
import type { Priority } from '../crypto/priority.ts';
import type { Permit } from '../protection/permit.ts';

/** A key that can sign, wherever it lives. Nothing but a permit can be signed. */
export interface Key {
  /** The name that lanes use: a Tezos public key hash (`tz…`), or a BLS public key as `0x` and 96 hex digits. */
  readonly id: string;
  readonly curve: Curve;
  /** Compressed: 32 bytes for ed25519, 33 for secp256k1 and P-256, 48 for BLS12-381. */
  readonly publicKey: Uint8Array;
  /** The vault's display name, as the label `vault` of Signatory's metrics says it: `File`, `Mem`. */
  readonly source: string;
  /** Does the same request give the same signature, always? A repeat is harmless only then. */
  readonly deterministic: boolean;

  /**
   * Asked before anything is recorded, because what was recorded must also be signed.
   *
   * @param priority of the signature that is to be made; `block` unless said otherwise
   * @throws Fault `overloaded` when too much waits for this key's signer already
   */
  checkRoom(priority?: Priority): void;

  /**
   * Spends the permit and signs what it permits, verified before it is handed out: tz1 to tz3 sign the recorded root,
   * tz4 the message itself, Ethereum keys the signing root, which is both.
   *
   * @param wish how, and how soon
   * @returns 64 bytes, r ‖ s for the ECDSA curves; 96 bytes for BLS12-381
   * @throws Error for a permit that is forged, spent or another key's; Fault `signature_invalid` when what was made
   *   does not verify, `overloaded`, `shutting_down`, `internal` when the signer was lost
   */
  sign(permit: Permit, wish?: SigningWish): Promise<Uint8Array>;
}

/** How a tz4 key signs: `augmented` (the public key goes before the message) is Tezos signing version 1. */
export type SigningScheme = 'standard' | 'augmented';

export interface SigningWish {
  /** For tz4 keys; the others sign in one way. */
  readonly scheme?: SigningScheme;
  /** `block` unless said otherwise. */
  readonly priority?: Priority;
}

/** What some BLS keys can do besides: ask with `provesPossession`. */
export interface ProofOfPossession {
  /** The proof that the holder of the public key knows its secret; it commits to nothing else. @returns 96 bytes */
  provePossession(): Promise<Uint8Array>;
}

export function provesPossession(key: Key): key is Key & ProofOfPossession {
  return 'provePossession' in key && typeof key.provePossession === 'function';
}

/** What keys can do whose source may lose them: ask with `canBeForgotten`. */
export interface Forgettable {
  /** Finishes the signatures that were asked for and wipes the secret. The key is in no keyring by then. */
  forget(): Promise<void>;
}

export function canBeForgotten(key: Key): key is Key & Forgettable {
  return 'forget' in key && typeof key.forget === 'function';
}
