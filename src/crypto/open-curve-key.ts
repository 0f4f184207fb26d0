import { blsKey } from './bls.ts';
import type { Curve } from './curve.ts';
import type { CurveKey, PooledCurve } from './curve-key.ts';
import { ecdsaKey } from './ecdsa.ts';
import { ed25519PublicKey } from './ed25519.ts';

/**
 * @param secret the scalar, 32 bytes, big-endian on every curve; the key keeps using this array
 * @throws Fault `key_invalid` when it is zero or not below the curve's order
 */
export function openCurveKey(curve: PooledCurve, secret: Uint8Array): CurveKey {
  return curve === 'bls12_381' ? blsKey(secret) : ecdsaKey(curve, secret);
}

/**
 * The compressed public key of a secret.
 *
 * @param secret as for `openCurveKey`; the seed for ed25519
 * @throws Fault `key_invalid`
 */
export function publicKeyOf(curve: Curve, secret: Uint8Array): Uint8Array {
  return curve === 'ed25519' ? ed25519PublicKey(secret) : openCurveKey(curve, secret).publicKey;
}
