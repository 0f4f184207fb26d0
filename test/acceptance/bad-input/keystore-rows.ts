import { createHash } from 'node:crypto';
import { fromHex, toHex } from '../../../src/base/hex.ts';
import { type SealedKeystore, type SealingKdf, sealKeystore, validatorKey } from '../../support/ethereum-keys.ts';

/** A keystore and its password, as they lie on the disk. */
interface KeystoreFiles {
  readonly keystore: string | Uint8Array | object;
  readonly password: string | Uint8Array;
}

/** One line of the catalogue of bad input (spec: reliability, 7.2) that is about keystores. */
export interface KeystoreRow {
  readonly row: number;
  readonly input: string;
  /** The code that stands in the log; null for what is loaded. */
  readonly code: string | null;
  readonly make: (secret: Uint8Array) => KeystoreFiles;
}

const password = 'hunter2';

type Spoil = (keystore: SealedKeystore) => object | void;

/** A good keystore that is changed before it is written. */
function spoiled(row: number, input: string, code: string, spoil: Spoil): KeystoreRow {
  return { row, input, code, make: (secret) => spoiledFiles(secret, spoil, { rounds: 2 }) };
}

function spoiledFiles(secret: Uint8Array, spoil: Spoil, kdf: SealingKdf): KeystoreFiles {
  const keystore = sealKeystore({ secret, password, kdf });
  return { keystore: spoil(keystore) ?? keystore, password };
}

/** A keystore under the password `sealed`, beside a file that holds `typed`. */
function typed(input: string, code: string | null, typing: Typing): KeystoreRow {
  const { sealed, file } = typing;
  return {
    ...{ row: 92, input, code },
    make: (secret) => ({ keystore: sealKeystore({ secret, password: sealed }), password: file }),
  };
}

interface Typing {
  readonly sealed: string;
  readonly file: string | Uint8Array;
}

function kdf(input: string, params: Readonly<Record<string, unknown>>): KeystoreRow {
  const sealing: SealingKdf = 'c' in params ? { rounds: 2 } : { n: 16 };
  const spoil: Spoil = ({ crypto }) => void Object.assign(crypto.kdf.params, params);
  return { row: 88, input, code: 'kdf_params', make: (secret) => spoiledFiles(secret, spoil, sealing) };
}

/** The length of the derived key that leaves nothing for the checksum, and the checksum of nothing. */
function openToAnyPassword({ crypto }: SealedKeystore): void {
  crypto.kdf.params['dklen'] = 16;
  crypto.checksum.message = toHex(createHash('sha256').update(fromHex(crypto.cipher.message)).digest());
}

const order = '73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001';

function holding(input: string, secretHex: string): KeystoreRow {
  const keystore = () => sealKeystore({ secret: fromHex(secretHex), password, pubkey: null });
  return { row: 91, input, code: 'key_invalid', make: () => ({ keystore: keystore(), password }) };
}

function withPublicKey(pubkey: string): KeystoreRow['make'] {
  return (secret) => ({ keystore: sealKeystore({ secret, password, pubkey }), password });
}

const matches: readonly KeystoreRow[] = [
  {
    row: 85,
    input: 'the public key of another secret',
    code: 'pubkey_mismatch',
    make: (secret) => withPublicKey(validatorKey().id.slice(2))(secret),
  },
  {
    row: 85,
    input: 'the point at infinity as public key',
    code: 'pubkey_mismatch',
    make: withPublicKey(`c0${'00'.repeat(47)}`),
  },
  { row: 85, input: 'a public key of 47 bytes', code: 'keystore_invalid', make: withPublicKey('ab'.repeat(47)) },
  {
    row: 85,
    input: 'no public key, which the standard does not ask for',
    code: null,
    make: (secret) => ({ keystore: sealKeystore({ secret, password, pubkey: null }), password }),
  },
  {
    row: 86,
    input: 'a wrong password',
    code: 'password_wrong',
    make: (secret) => ({ keystore: sealKeystore({ secret, password }), password: 'hunter3' }),
  },
  {
    row: 86,
    input: 'a password with a space after it',
    code: 'password_wrong',
    make: (secret) => ({ keystore: sealKeystore({ secret, password }), password: `${password} \n` }),
  },
  spoiled(87, 'a derived key of 16 bytes', 'kdf_params', ({ crypto }) => void (crypto.kdf.params['dklen'] = 16)),
  spoiled(87, 'a keystore that any password opens', 'kdf_params', openToAnyPassword),
];

const costs: readonly KeystoreRow[] = [
  kdf('scrypt with n of 2^30', { n: 2 ** 30 }),
  kdf('scrypt with n of 2^19', { n: 2 ** 19 }),
  kdf('scrypt with n that is no power of two', { n: 1000 }),
  kdf('scrypt with n of 1', { n: 1 }),
  kdf('scrypt with n of 0', { n: 0 }),
  kdf('scrypt with a negative n', { n: -16 }),
  kdf('scrypt with n as text', { n: '16' }),
  kdf('scrypt with r of 2^20', { r: 2 ** 20 }),
  kdf('scrypt with r of 0', { r: 0 }),
  kdf('scrypt with p of 2^16', { p: 2 ** 16 }),
  kdf('scrypt without p', { p: undefined }),
  kdf('pbkdf2 with 1 round', { c: 1 }),
  kdf('pbkdf2 with 0 rounds', { c: 0 }),
  kdf('pbkdf2 with 2^40 rounds', { c: 2 ** 40 }),
  kdf('pbkdf2 with half a round', { c: 2.5 }),
  kdf('a derived key of 64 bytes', { dklen: 64, c: 2 }),
];

const forms: readonly KeystoreRow[] = [
  ...[3, 5, '4', null, undefined, 4.5].map((version) =>
    spoiled(89, `version ${JSON.stringify(version) ?? 'missing'}`, 'keystore_invalid', (keystore) => {
      keystore.version = version;
    }),
  ),
  ...[0, 15, 17].map((length) =>
    spoiled(90, `an IV of ${length} bytes`, 'keystore_invalid', ({ crypto }) => {
      crypto.cipher.params['iv'] = '00'.repeat(length);
    }),
  ),
  ...[0, 31, 33].map((length) =>
    spoiled(90, `a secret of ${length} bytes`, 'keystore_invalid', ({ crypto }) => {
      crypto.cipher.message = '00'.repeat(length);
    }),
  ),
  spoiled(90, 'a checksum by sha512', 'keystore_invalid', ({ crypto }) => void (crypto.checksum.function = 'sha512')),
  spoiled(90, 'a checksum of 31 bytes', 'keystore_invalid', ({ crypto }) => {
    crypto.checksum.message = crypto.checksum.message.slice(2);
  }),
  spoiled(90, 'a checksum with one bit turned', 'password_wrong', ({ crypto }) => {
    const last = Number.parseInt(crypto.checksum.message.slice(-1), 16);
    crypto.checksum.message = crypto.checksum.message.slice(0, -1) + (last ^ 1).toString(16);
  }),
  spoiled(90, 'an encrypted secret with one bit turned', 'password_wrong', ({ crypto }) => {
    const first = Number.parseInt(crypto.cipher.message.slice(0, 1), 16);
    crypto.cipher.message = (first ^ 1).toString(16) + crypto.cipher.message.slice(1);
  }),
  spoiled(90, 'an empty salt', 'kdf_params', ({ crypto }) => void (crypto.kdf.params['salt'] = '')),
  spoiled(90, 'a salt of z', 'keystore_invalid', ({ crypto }) => void (crypto.kdf.params['salt'] = 'zz'.repeat(32))),
  spoiled(90, 'another cipher', 'keystore_invalid', ({ crypto }) => void (crypto.cipher.function = 'aes-256-gcm')),
  spoiled(90, 'another derivation', 'keystore_invalid', ({ crypto }) => void (crypto.kdf.function = 'argon2id')),
  spoiled(90, 'another hash to derive with', 'keystore_invalid', ({ crypto }) => {
    crypto.kdf.params['prf'] = 'hmac-sha512';
  }),
  spoiled(90, 'no cipher', 'keystore_invalid', ({ crypto }) => ({
    version: 4,
    crypto: { ...crypto, cipher: undefined },
  })),
  spoiled(90, 'an empty object', 'keystore_invalid', () => ({})),
  spoiled(90, 'a list of deposits', 'keystore_invalid', () => []),
  ...['', 'null', '{"version":4', '\ufeff{}', '[['.repeat(5000)].map((text): KeystoreRow => ({
    row: 90,
    input: `the text ${JSON.stringify(text.slice(0, 12))}`,
    code: 'keystore_invalid',
    make: () => ({ keystore: text, password }),
  })),
  {
    row: 90,
    input: 'a keystore of a megabyte',
    code: 'vault_invalid',
    make: () => ({ keystore: `{"description":"${'x'.repeat(1024 * 1024)}"}`, password }),
  },
];

const secrets: readonly KeystoreRow[] = [
  holding('the secret 0', '00'.repeat(32)),
  holding('the order of the curve as secret', order),
  holding('a secret above the order of the curve', 'ff'.repeat(32)),
];

const passwords: readonly KeystoreRow[] = [
  typed('ñ as one character', null, { sealed: 'man\u0303ana', file: 'ma\u00f1ana' }),
  typed('n and a tilde', null, { sealed: 'man\u0303ana', file: 'man\u0303ana' }),
  typed('ñ, sealed by a tool that did not decompose it', 'password_wrong', {
    sealed: 'ma\u00f1ana',
    file: 'ma\u00f1ana',
  }),
  typed('a tab and DEL, which do not count', null, { sealed: 'ab', file: 'a\t\u007fb' }),
  typed('a line end after it', null, { sealed: 'ab', file: 'ab\r\n' }),
  typed('an emoji and letters of another plane', null, {
    sealed: 'test\u{1f511}',
    file: '\u{1d531}\u{1d522}\u{1d530}\u{1d531}\u{1f511}',
  }),
  typed('spaces, which count', null, { sealed: ' a b ', file: ' a b ' }),
  typed('nothing', null, { sealed: '', file: '' }),
  typed('1,024 bytes', null, { sealed: 'x'.repeat(1024), file: 'x'.repeat(1024) }),
  typed('1,025 bytes', 'password_invalid', { sealed: 'x'.repeat(1025), file: 'x'.repeat(1025) }),
  typed('10 KiB', 'vault_invalid', { sealed: 'x'.repeat(10_240), file: 'x'.repeat(10_240) }),
  typed('two lines', 'vault_invalid', { sealed: 'a', file: 'a\nb\n' }),
  typed('what is not UTF-8', 'password_invalid', { sealed: 'a', file: Uint8Array.of(0x61, 0xff) }),
];

export const keystoreRows: readonly KeystoreRow[] = [...matches, ...costs, ...forms, ...secrets, ...passwords];

/** Descriptors of raw keys beside them: what the same rows say of a secret that lies there openly. */
export interface DescriptorRow {
  readonly row: number;
  readonly input: string;
  readonly code: string | null;
  readonly text: (secretHex: string) => string;
}

function descriptor(row: number, input: string, code: string | null, text: DescriptorRow['text']): DescriptorRow {
  return { row, input, code, text };
}

const raw = (privateKey: string, type = 'file-raw', keyType = 'BLS'): string =>
  `type: ${type}\nkeyType: ${keyType}\nprivateKey: ${privateKey}\n`;

export const descriptorRows: readonly DescriptorRow[] = [
  descriptor(91, 'the secret 0', 'key_invalid', () => raw(`"0x${'00'.repeat(32)}"`)),
  descriptor(91, 'the order of the curve', 'key_invalid', () => raw(`"0x${order}"`)),
  descriptor(91, 'a secret of 31 bytes', 'key_invalid', (hex) => raw(`"0x${hex.slice(2)}"`)),
  descriptor(91, 'a secret of 33 bytes', 'key_invalid', (hex) => raw(`"0x${hex}00"`)),
  descriptor(91, 'a secret of z', 'key_invalid', () => raw('z'.repeat(64))),
  descriptor(91, 'a secret without 0x and quotes', null, (hex) => raw(hex)),
  descriptor(89, 'an unknown type', 'vault_invalid', (hex) => raw(`"${hex}"`, 'hashicorp')),
  descriptor(89, 'another curve', 'vault_invalid', (hex) => raw(`"${hex}"`, 'file-raw', 'SECP256K1')),
  descriptor(90, 'no YAML', 'vault_invalid', (hex) => `type: "file-raw\nprivateKey: ${hex}\n`),
  descriptor(90, 'an empty file', 'vault_invalid', () => ''),
  descriptor(
    90,
    'a keystore that is not there',
    'vault_invalid',
    () => 'type: file-keystore\nkeyType: BLS\nkeystoreFile: gone.json\nkeystorePasswordFile: gone.txt\n',
  ),
];
