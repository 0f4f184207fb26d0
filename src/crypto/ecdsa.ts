import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { assert, Fault } from '../base/fault.ts';
import type { CurveKey } from './curve-key.ts';

/**
 * ECDSA over a ready digest, which node:crypto cannot do: it hashes once more and takes random nonces.
 * The nonce follows RFC 6979 without extra entropy, so that a repeat gives the same signature. Tezos wants the lower of
 * the two values of s on secp256k1 and does not care on P-256.
 */
const curves = {
  secp256k1: { curve: secp256k1, lowS: true },
  p256: { curve: p256, lowS: false },
};

/** @throws Fault `key_invalid` when `secret` is zero or not below the order */
export function ecdsaKey(name: keyof typeof curves, secret: Uint8Array): CurveKey {
  const { curve, lowS } = curves[name];
  if (!curve.utils.isValidSecretKey(secret)) {
    throw new Fault('key_invalid', `this is no secret key of the curve ${name}`);
  }
  const publicKey = curve.getPublicKey(secret, true);
  const options = { prehash: false, lowS };
  return {
    publicKey,
    sign: (digest, scheme) => {
      assert(scheme === 'standard' && digest.length === 32, 'ECDSA signs a digest of 32 bytes and knows one scheme');
      return curve.sign(digest, secret, { ...options, extraEntropy: false });
    },
    verify: (signature, digest) => curve.verify(signature, digest, publicKey, options),
  };
}
