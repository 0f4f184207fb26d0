import { createCipheriv, createHash, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { toHex } from '../../src/base/hex.ts';
import { newSecret } from '../../src/crypto/new-secret.ts';
import { publicKeyOf } from '../../src/crypto/open-curve-key.ts';
import { recordSecret } from './run-record.ts';

/** A validator's key that was made for this run and is worth nothing. */
export interface ValidatorKey {
  /** 32 bytes, big-endian. */
  readonly secret: Uint8Array;
  /** 64 hex digits. */
  readonly secretHex: string;
  /** `0x` and 96 hex digits. */
  readonly id: string;
}

export function validatorKey(): ValidatorKey {
  return validatorKeyOf(newSecret('bls12_381').reveal());
}

/** @param secret 32 bytes, big-endian */
export function validatorKeyOf(secret: Uint8Array): ValidatorKey {
  const secretHex = toHex(secret);
  recordSecret(secretHex);
  return { secret, secretHex, id: `0x${toHex(publicKeyOf('bls12_381', secret))}` };
}

/** Their ids, sorted. */
export function idsOf(...keys: readonly Pick<ValidatorKey, 'id'>[]): string[] {
  return keys.map(({ id }) => id).sort();
}

/** A descriptor of a raw key. */
export function rawDescriptor({ secretHex }: Pick<ValidatorKey, 'secretHex'>): string {
  return `type: "file-raw"\nkeyType: "BLS"\nprivateKey: "${secretHex}"\n`;
}

/** A descriptor of a keystore; both files are named from the descriptor's folder. */
export function keystoreDescriptor(keystoreFile: string, keystorePasswordFile: string): string {
  const files = `keystoreFile: "${keystoreFile}"\nkeystorePasswordFile: "${keystorePasswordFile}"\n`;
  return `type: "file-keystore"\nkeyType: "BLS"\n${files}`;
}

export type SealingKdf = { readonly n: number; readonly r?: number } | { readonly rounds: number };

export interface Sealing {
  readonly secret: Uint8Array;
  /** Normalised already. */
  readonly password: string | Uint8Array;
  /** Cheap unless said otherwise. */
  readonly kdf?: SealingKdf;
  /** What `derivedKey` made, to seal many with one derivation. */
  readonly derived?: DerivedKey;
  /** 96 hex digits; null leaves it out. */
  readonly pubkey?: string | null;
}

export interface DerivedKey {
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

export function derivedKey(password: string | Uint8Array, kdf: SealingKdf): DerivedKey {
  const salt = randomBytes(32);
  if ('rounds' in kdf) return { salt, key: pbkdf2Sync(password, salt, kdf.rounds, 32, 'sha256') };
  return { salt, key: scryptSync(password, salt, 32, { N: kdf.n, r: kdf.r ?? 8, p: 1, maxmem: 2 ** 29 }) };
}

/** The form of a keystore: an object that tests may damage before they write it. */
export function sealKeystore({ secret, password, kdf = { rounds: 2 }, derived, pubkey }: Sealing) {
  const { salt, key } = derived ?? derivedKey(password, kdf);
  const iv = randomBytes(16);
  const message = createCipheriv('aes-128-ctr', key.subarray(0, 16), iv).update(secret);
  const checksum = createHash('sha256').update(key.subarray(16)).update(message).digest();
  const params: Record<string, unknown> =
    'n' in kdf
      ? { dklen: 32, n: kdf.n, r: kdf.r ?? 8, p: 1, salt: toHex(salt) }
      : { dklen: 32, c: kdf.rounds, prf: 'hmac-sha256', salt: toHex(salt) };
  return {
    crypto: {
      kdf: { function: 'n' in kdf ? 'scrypt' : 'pbkdf2', params, message: '' },
      checksum: { function: 'sha256', params: {}, message: toHex(checksum) },
      cipher: {
        function: 'aes-128-ctr',
        params: { iv: toHex(iv) } as Record<string, unknown>,
        message: toHex(message),
      },
    },
    description: 'made by a test',
    ...(pubkey === null ? {} : { pubkey: pubkey ?? publicKeyHex(secret) }),
    path: 'm/12381/3600/0/0/0',
    uuid: '64625def-3331-4eea-ab6f-782f3ed16a83',
    version: 4 as unknown,
  };
}

export type SealedKeystore = ReturnType<typeof sealKeystore>;

function publicKeyHex(secret: Uint8Array): string {
  return toHex(publicKeyOf('bls12_381', secret));
}
