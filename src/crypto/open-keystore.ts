import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { Fault, isFault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import { publicKeyOf } from './open-curve-key.ts';
import type { Keystore } from './keystore.ts';
import { deriveKey } from './keystore-kdf.ts';

/** What a keystore held. */
export interface OpenedKeystore {
  /** The scalar, 32 bytes, big-endian: above zero and below the order of the curve. */
  readonly secret: SecretBytes;
  /** 48 bytes, derived from the secret and equal to what the keystore claims. */
  readonly publicKey: Uint8Array;
}

/**
 * Opens a keystore (EIP-2335). It computes where it is called, for up to a second: the threads of `KeystoreThreads` do.
 *
 * @param password as `keystorePassword` makes it
 * @throws Fault `password_wrong` when the checksum does not fit, `key_invalid` when the secret is no key of the curve,
 *   `pubkey_mismatch` when it is another key than the keystore says
 */
export function openKeystore(keystore: Keystore, password: Uint8Array): OpenedKeystore {
  using key = deriveKey(keystore.kdf, password);
  const [encrypting, checking] = [key.reveal().subarray(0, 16), key.reveal().subarray(16, 32)];
  const checksum = createHash('sha256').update(checking).update(keystore.message).digest();
  if (!timingSafeEqual(checksum, keystore.checksum)) {
    const sentence = 'the password does not open this keystore, or the keystore is damaged: its checksum does not fit';
    throw new Fault('password_wrong', password.length === 0 ? `${sentence}; the password is empty` : sentence);
  }
  const secret = new SecretBytes(decrypted(keystore, encrypting));
  try {
    return { secret, publicKey: checkedPublicKey(keystore, secret.reveal()) };
  } catch (error) {
    secret.wipe();
    throw error;
  }
}

/** Counter mode yields all bytes at once: the cipher keeps nothing back for its end. */
function decrypted({ iv, message }: Keystore, key: Uint8Array): Uint8Array {
  const bytes = createDecipheriv('aes-128-ctr', key, iv).update(message);
  // A copy in memory of its own: Node may answer from memory that others use after us.
  const secret = Uint8Array.from(bytes);
  bytes.fill(0);
  return secret;
}

function checkedPublicKey({ publicKey: claimed }: Keystore, secret: Uint8Array): Uint8Array {
  const derived = derivedKey(secret);
  if (claimed === null || Buffer.compare(claimed, derived) === 0) return derived;
  throw new Fault('pubkey_mismatch', 'the secret in this keystore is that of another public key than its pubkey says');
}

function derivedKey(secret: Uint8Array): Uint8Array {
  try {
    return publicKeyOf('bls12_381', secret);
  } catch (error) {
    if (!isFault(error, 'key_invalid')) throw error;
    throw new Fault('key_invalid', 'the secret in this keystore is zero or not below the order of the curve');
  }
}
