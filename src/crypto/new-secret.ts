import { SecretKey } from '@chainsafe/blst';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { randomBytes, randomFillSync } from 'node:crypto';
import { SecretBytes } from '../base/secret-bytes.ts';
import type { Curve } from './curve.ts';

const makers: Record<Curve, () => Uint8Array> = {
  ed25519: () => randomFillSync(new Uint8Array(32)),
  secp256k1: () => secp256k1.utils.randomSecretKey(),
  p256: () => p256.utils.randomSecretKey(),
  bls12_381: () => SecretKey.fromKeygen(randomBytes(32)).toBytes(),
};

/** A new secret of 32 bytes from the system's randomness: a seed for ed25519, else a big-endian scalar without bias. */
export function newSecret(curve: Curve): SecretBytes {
  return new SecretBytes(makers[curve]());
}
