import { Fault } from '../base/fault.ts';
import { blake2b160 } from '../crypto/blake2b.ts';
import type { Curve } from '../crypto/curve.ts';
import { decode, encode } from './base58.ts';

/** The name of a Tezos key: the hash of its public key. */
export interface KeyHash {
  /** `tz1…` to `tz4…`: the one text that this hash has. */
  readonly text: string;
  readonly curve: Curve;
  /** 20 bytes. */
  readonly hash: Uint8Array;
}

export interface PublicKey {
  readonly curve: Curve;
  /** 32 bytes on Ed25519, 33 (compressed) on secp256k1 and P-256, 48 (compressed) on BLS12-381. */
  readonly bytes: Uint8Array;
}

export interface Signature {
  /** Null for the generic `sig…`, which does not say. */
  readonly curve: Curve | null;
  /** 96 bytes on BLS12-381, 64 elsewhere. */
  readonly bytes: Uint8Array;
}

/** How keys of a curve are written: the prefixes of their texts, and the tag before their hash or key in binary. */
const forms = {
  ed25519: { tag: 0, keyHash: 'tz1', publicKey: 'edpk', signature: 'edsig' },
  secp256k1: { tag: 1, keyHash: 'tz2', publicKey: 'sppk', signature: 'spsig1' },
  p256: { tag: 2, keyHash: 'tz3', publicKey: 'p2pk', signature: 'p2sig' },
  bls12_381: { tag: 3, keyHash: 'tz4', publicKey: 'BLpk', signature: 'BLsig' },
} as const satisfies Record<Curve, unknown>;

const curves: readonly Curve[] = ['ed25519', 'secp256k1', 'p256', 'bls12_381'];

/** Reads `tz1…` to `tz4…`. @throws Fault `base58check` for anything else */
export function parseKeyHash(text: string): KeyHash {
  const { prefix, payload } = decode(text);
  const curve = curves.find((name) => forms[name].keyHash === prefix);
  if (curve === undefined) throw new Fault('base58check', 'gotez: unknown public key prefix');
  return { text, curve, hash: payload };
}

/** The key hash of a public key. */
export function keyHash({ curve, bytes }: PublicKey): KeyHash {
  const hash = blake2b160(bytes);
  return { text: encode(forms[curve].keyHash, hash), curve, hash };
}

/** The 21 bytes that name the key in operations and in authenticated requests: the curve's tag, then the hash. */
export function keyHashBytes({ curve, hash }: KeyHash): Uint8Array {
  return Uint8Array.of(forms[curve].tag, ...hash);
}

/** `edpk…`, `sppk…`, `p2pk…` or `BLpk…`. */
export function publicKeyText({ curve, bytes }: PublicKey): string {
  return encode(forms[curve].publicKey, bytes);
}

/** Reads `edpk…`, `sppk…`, `p2pk…` or `BLpk…`; the point is not checked here. @throws Fault `base58check` */
export function parsePublicKey(text: string): PublicKey {
  const { prefix, payload } = decode(text);
  const curve = curves.find((name) => forms[name].publicKey === prefix);
  if (curve === undefined) throw new Fault('base58check', 'gotez: unknown public key prefix');
  return { curve, bytes: payload };
}

/** `edsig…`, `spsig1…`, `p2sig…` or `BLsig…`: replies always say the curve. */
export function signatureText(curve: Curve, bytes: Uint8Array): string {
  return encode(forms[curve].signature, bytes);
}

/** Reads a signature of any curve, or the generic `sig…`. @throws Fault `base58check` */
export function parseSignature(text: string): Signature {
  const { prefix, payload } = decode(text);
  const curve = curves.find((name) => forms[name].signature === prefix);
  if (curve !== undefined) return { curve, bytes: payload };
  if (prefix === 'sig') return { curve: null, bytes: payload };
  throw new Fault('base58check', 'gotez: unknown signature prefix');
}
