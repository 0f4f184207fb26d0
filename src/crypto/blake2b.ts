import { blake2b } from '@noble/hashes/blake2.js';

/** 32 bytes: what tz1 to tz3 sign, and every Tezos request's root. */
export function blake2b256(bytes: Uint8Array): Uint8Array {
  return blake2b(bytes, { dkLen: 32 });
}

/** 20 bytes: what a Tezos public key hash holds. */
export function blake2b160(bytes: Uint8Array): Uint8Array {
  return blake2b(bytes, { dkLen: 20 });
}
