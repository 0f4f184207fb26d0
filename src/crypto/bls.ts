import { SecretKey, Signature, verify } from '@chainsafe/blst';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { Fault } from '../base/fault.ts';
import type { CurveKey, Scheme } from './curve-key.ts';

/**
 * BLS signatures with public keys in G1 (draft-irtf-cfrg-bls-signature). blst's binding knows one domain, that of the
 * standard scheme; the two rare ones are computed by noble, forty times slower.
 */
const domains = {
  augmented: 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_AUG_',
  possession: 'BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_',
};

const noble = bls12_381.longSignatures;

/** @throws Fault `key_invalid` when `secret` is zero or not below the order */
export function blsKey(secret: Uint8Array): CurveKey {
  const secretKey = openBlsSecret(secret);
  const point = secretKey.toPublicKey();
  const publicKey = point.toBytes();
  return {
    publicKey,
    sign: (message, scheme) => {
      if (scheme === 'standard') return secretKey.sign(message).toBytes();
      return noble.Signature.toBytes(noble.sign(hashed(message, scheme, publicKey), secret));
    },
    verify: (signature, message, scheme) => {
      try {
        if (scheme === 'standard') return verify(message, point, Signature.fromBytes(signature, true));
        return noble.verify(signature, hashed(message, scheme, publicKey), publicKey);
      } catch {
        // Bytes that are no point of the curve's group are no signature.
        return false;
      }
    },
  };
}

/** @throws Fault `key_invalid` when `secret` is zero or not below the order */
export function openBlsSecret(secret: Uint8Array): SecretKey {
  try {
    return SecretKey.fromBytes(secret);
  } catch {
    // The library's error is left out: no text that was made from a secret goes further.
    throw new Fault('key_invalid', 'this is no secret key of the curve bls12_381');
  }
}

function hashed(message: Uint8Array, scheme: Exclude<Scheme, 'standard'>, publicKey: Uint8Array) {
  const bytes = scheme === 'augmented' ? concatBytes(publicKey, message) : message;
  return noble.hash(bytes, domains[scheme]);
}
