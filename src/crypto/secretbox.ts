import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { assert } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';

/**
 * How Tezos encrypts a secret with a password: a NaCl secretbox under a key from PBKDF2. The nonce may be zero because
 * the salt is new, and with it the key, whenever something is encrypted.
 */
const saltLength = 8;
const tagLength = 16;
const rounds = 32_768;
const keyLength = 32;
const nonce = new Uint8Array(24);

const derive = promisify(pbkdf2);

/** Encrypts `secret` with a new random salt. @returns 8 bytes of salt, 16 of tag, and as many as the secret has */
export async function sealSecret(secret: SecretBytes, password: SecretBytes): Promise<Uint8Array> {
  const salt = randomBytes(saltLength);
  using key = await passwordKey(password, salt);
  return Buffer.concat([salt, xsalsa20poly1305(key.reveal(), nonce).encrypt(secret.reveal())]);
}

/**
 * Opens what `sealSecret` made.
 *
 * @returns the secret, or null when the password is wrong or the box damaged: nobody can tell
 */
export async function openSecret(sealed: Uint8Array, password: SecretBytes): Promise<SecretBytes | null> {
  assert(sealed.length > saltLength + tagLength, 'a sealed secret holds a salt, a tag and a secret');
  using key = await passwordKey(password, sealed.subarray(0, saltLength));
  const cipher = xsalsa20poly1305(key.reveal(), nonce);
  try {
    return new SecretBytes(cipher.decrypt(sealed.subarray(saltLength)));
  } catch {
    // Its lengths are right, so what the cipher refuses here is the tag.
    return null;
  }
}

async function passwordKey(password: SecretBytes, salt: Uint8Array): Promise<SecretBytes> {
  return new SecretBytes(await derive(password.reveal(), salt, rounds, keyLength, 'sha512'));
}
