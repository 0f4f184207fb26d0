import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import { encode } from './base58.ts';
import {
  keyHash,
  keyHashBytes,
  parseKeyHash,
  parsePublicKey,
  parseSignature,
  publicKeyText,
  signatureText,
} from './key-hash.ts';

/** A public key of each curve with its hash, as Octez and Taquito give them. */
const blsKey = 'BLpk1nRV5SBB2QCxsiem5Neoywcizr3mkdp167HL1iKFgFvzPhKo4RSy7J8JBh2BgGgVYjNsRGwU';
const keys = [
  ['ed25519', 'edpkuFt8yrNyseDKXvMsQ12NTEoqJEnkPQaCp4Kw5WPCEJHr5YV48m', 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf'],
  ['secp256k1', 'sppk7cvVVMRRtYTdriTB6KQqpXZt9TUwSTcpMWq4FwpvG2eVZ56UuHP', 'tz2QPsZoZse4eeahhg5DdfnBDB4VbU1PwgxN'],
  ['p256', 'p2pk65pxFqFj1N66zRRQtdbEJWHMH5hRv4WsRkaGWQJtZ5bv8nVx6Dg', 'tz3ZbCsUveF3Q6WUNkThT1wyJyhPunanaAXK'],
  ['bls12_381', blsKey, 'tz4XXtsYav3fZz2FSDa7hcx4F8sh8SaDWNME'],
] as const;

test('public keys of all four curves hash to the names that the network gives them', () => {
  for (const [curve, publicKey, pkh] of keys) {
    const parsed = parsePublicKey(publicKey);
    assert.equal(parsed.curve, curve);
    assert.equal(publicKeyText(parsed), publicKey);
    assert.deepEqual(keyHash(parsed), { ...parseKeyHash(pkh), hash: keyHash(parsed).hash });
    assert.equal(toHex(keyHash(parsed).hash), toHex(parseKeyHash(pkh).hash));
    assert.equal(parseKeyHash(pkh).curve, curve);
  }
});

test('a key hash in binary is the tag of its curve and 20 bytes', () => {
  for (const [index, [, , pkh]] of keys.entries()) {
    const bytes = keyHashBytes(parseKeyHash(pkh));
    assert.equal(bytes.length, 21);
    assert.equal(bytes[0], index);
  }
});

test('signatures are written with the prefix of their curve and read back', () => {
  for (const [curve] of keys) {
    const bytes = new Uint8Array(curve === 'bls12_381' ? 96 : 64).fill(7);
    const parsed = parseSignature(signatureText(curve, bytes));
    assert.equal(parsed.curve, curve);
    assert.deepEqual([...parsed.bytes], [...bytes]);
  }
});

test('the generic signature says no curve', () => {
  assert.equal(parseSignature(encode('sig', new Uint8Array(64))).curve, null);
});

test('the signature of the published reply has its published text', () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, index) => (index < 3 ? index + 1 : 0));
  const text = 'edsigtXwQk7vJvUGLVjSDqE3egYMVYVvDctZCXnXrbecmB85kfN51fib1NKq6aDiVHYDNGMid1EW7hfq92ZUXYsag8Gyx4GFyU6';
  assert.equal(signatureText('ed25519', bytes), text);
});

test('a text of another kind is refused as such', () => {
  const [, publicKey, pkh] = keys[0];
  assert.throws(() => parseKeyHash(publicKey), said('gotez: unknown public key prefix'));
  assert.throws(() => parsePublicKey(pkh), said('gotez: unknown public key prefix'));
  assert.throws(() => parseSignature(pkh), said('gotez: unknown signature prefix'));
});

function said(sentence: string): (error: unknown) => boolean {
  return (error) => isFault(error, 'base58check') && error.message === sentence;
}
