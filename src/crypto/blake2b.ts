import { blake2b } from '@noble/hashes/blake2.js';

/** The 32-byte BLAKE2b digest of `bytes`: what Tezos keys sign, and the root of a mark. */
export function blake2b256(bytes: Uint8Array): Uint8Array {
  return blake2b(bytes, { dkLen: 32 });
}

/** The 20-byte BLAKE2b digest of `bytes`: the hash of a Tezos public key. */
export function blake2b160(bytes: Uint8Array): Uint8Array {
  return blake2b(bytes, { dkLen: 20 });
}
