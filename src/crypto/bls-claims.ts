import {
  aggregateWithRandomness,
  PublicKey,
  SecretKey,
  Signature,
  verify,
  verifyMultipleAggregateSignatures,
} from '@chainsafe/blst';
import { openBlsSecret } from './bls.ts';

/** That this signature is of this message by the holder of this public key, in the standard scheme. */
export interface Claim {
  /** 96 bytes: both coordinates, so that nothing has to be computed to read it. It is not checked again. */
  readonly point: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** What a BLS key is known by: 48 bytes to the world, and the 96 of a claim. */
interface BlsIdentity {
  readonly publicKey: Uint8Array;
  readonly point: Uint8Array;
}

/** BLS for keys that are held as bytes: opening one takes a three-hundredth of a signature. */
export interface Bls {
  /** @throws Fault `key_invalid` when `secret` is zero or not below the order */
  identify(secret: Uint8Array): BlsIdentity;
  /** @returns 96 bytes */
  sign(secret: Uint8Array, message: Uint8Array): Uint8Array;
  /** Are all of them true? One that is false passes among others once in 2^64 tries, and nobody can aim at that. */
  verifyAll(claims: readonly Claim[]): boolean;
}

export const bls: Bls = {
  identify: (secret) => {
    const point = openBlsSecret(secret).toPublicKey();
    return { publicKey: point.toBytes(), point: point.toBytes(false) };
  },
  sign: (secret, message) => SecretKey.fromBytes(secret).sign(message).toBytes(),
  verifyAll: (claims) => {
    try {
      return verifyAll(claims);
    } catch {
      // Bytes that are no point of the curve's group are no signature.
      return false;
    }
  },
};

function verifyAll(claims: readonly Claim[]): boolean {
  const [first, second] = claims;
  if (first === undefined) return true;
  if (second === undefined) return verify(first.message, keyOf(first), Signature.fromBytes(first.signature, true));
  if (claims.every(({ message }) => sameBytes(message, first.message))) return verifySameMessage(first.message, claims);
  const sets = claims.map((claim) => {
    return { msg: claim.message, pk: keyOf(claim), sig: Signature.fromBytes(claim.signature, true) };
  });
  return verifyMultipleAggregateSignatures(sets);
}

/** A slot's attestations have one root: half the price of different messages. */
function verifySameMessage(message: Uint8Array, claims: readonly Claim[]): boolean {
  const { pk, sig } = aggregateWithRandomness(claims.map((claim) => ({ pk: keyOf(claim), sig: claim.signature })));
  return verify(message, pk, sig);
}

function keyOf({ point }: Claim): PublicKey {
  return PublicKey.fromBytes(point);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
