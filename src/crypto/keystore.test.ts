import { ctr } from '@noble/ciphers/aes.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, isFault } from '../base/fault.ts';
import { fromHex, toHex } from '../base/hex.ts';
import { keystorePassword } from './keystore-password.ts';
import { isWeak } from './keystore-kdf.ts';
import { type Keystore, readKeystore } from './keystore.ts';
import { openKeystore } from './open-keystore.ts';
import { type SealedKeystore, sealKeystore, type SealingKdf, validatorKey } from '../../test/support/ethereum-keys.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

function opened(keystore: object, password: string): { secret: string; publicKey: string } {
  using normalised = keystorePassword(utf8(password));
  const { secret, publicKey } = openKeystore(readKeystore(utf8(JSON.stringify(keystore))), normalised.reveal());
  return { secret: toHex(secret.reveal()), publicKey: toHex(publicKey) };
}

/** The two keystores that EIP-2335 publishes: one secret, one password, both functions. */
const published = {
  secret: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
  password: '𝔱𝔢𝔰𝔱𝔭𝔞𝔰𝔰𝔴𝔬𝔯𝔡🔑',
  pubkey: '9612d7a727c9d0a22e185a1c768478dfe919cada9266988cb32359c11f2b7b27f4ae4040902382ae2910c15e2b420d07',
  salt: 'd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3',
  iv: '264daa3f303d7259501c93d997d84fe6',
};

function publishedKeystore(kdf: { function: string; params: object }, checksum: string, message: string) {
  const { pubkey, salt, iv } = published;
  return {
    crypto: {
      kdf: { ...kdf, params: { ...kdf.params, dklen: 32, salt }, message: '' },
      checksum: { function: 'sha256', params: {}, message: checksum },
      cipher: { function: 'aes-128-ctr', params: { iv }, message },
    },
    pubkey,
    version: 4,
  };
}

test('the published keystores open, and the password is the EIP’s own reading of it', () => {
  assert.equal(toHex(keystorePassword(utf8(published.password)).reveal()), '7465737470617373776f7264f09f9491');
  const scrypt = publishedKeystore(
    { function: 'scrypt', params: { n: 262144, p: 1, r: 8 } },
    'd2217fe5f3e9a1e34581ef8a78f7c9928e436d36dacc5e846690a5581e8ea484',
    '06ae90d55fe0a6e9c5c3bc5b170827b2e5cce3929ed3f116c2811e6366dfe20f',
  );
  const pbkdf2 = publishedKeystore(
    { function: 'pbkdf2', params: { c: 262144, prf: 'hmac-sha256' } },
    '8a9f5d9912ed7e75ea794bc5a89bca5f193721d30868ade6f73043c6ea6febf1',
    'cee03fde2af33149775b7223e7845e4fb2c8ae1792e5f99fe9ecf474cc8c16ad',
  );
  for (const keystore of [scrypt, pbkdf2]) {
    const { secret, publicKey } = opened(keystore, published.password);
    assert.deepEqual([secret, publicKey], [published.secret, published.pubkey]);
    assert.equal(isWeak(readKeystore(utf8(JSON.stringify(keystore))).kdf), false);
  }
});

/** EIP-2335 once more, by the libraries of other people: what they seal, we open. */
function sealedByNoble(secret: Uint8Array, password: string, kdf: SealingKdf): object {
  const [salt, iv] = [crypto.getRandomValues(new Uint8Array(32)), crypto.getRandomValues(new Uint8Array(16))];
  const normalised = Uint8Array.from(utf8(password.normalize('NFKD')).filter((byte) => byte >= 0x20 && byte !== 0x7f));
  const key =
    'n' in kdf
      ? scrypt(normalised, salt, { N: kdf.n, r: kdf.r ?? 8, p: 1, dkLen: 32 })
      : pbkdf2(sha256, normalised, salt, { c: kdf.rounds, dkLen: 32 });
  const message = ctr(key.subarray(0, 16), iv).encrypt(secret);
  const params = 'n' in kdf ? { n: kdf.n, r: kdf.r ?? 8, p: 1 } : { c: kdf.rounds, prf: 'hmac-sha256' };
  return {
    crypto: {
      kdf: { function: 'n' in kdf ? 'scrypt' : 'pbkdf2', params: { ...params, dklen: 32, salt: toHex(salt) } },
      checksum: { function: 'sha256', message: toHex(sha256(Uint8Array.of(...key.subarray(16), ...message))) },
      cipher: { function: 'aes-128-ctr', params: { iv: toHex(iv) }, message: toHex(message) },
    },
    pubkey: `0x${bls12_381.longSignatures.getPublicKey(secret).toHex().toUpperCase()}`,
    version: 4,
  };
}

test('what independent code seals opens here, with passwords of every kind', () => {
  const kdfs: SealingKdf[] = [{ n: 2 }, { n: 1024, r: 1 }, { n: 4096 }, { rounds: 2 }, { rounds: 1000 }];
  const passwords = [
    '',
    'correct horse',
    'señor',
    'über',
    '🔑🗝',
    'tab\there',
    'del\u007fete',
    'ﬁ',
    '𝔭𝔴',
    ' lead and trail ',
  ];
  for (const password of passwords) {
    for (const kdf of kdfs) {
      const { secret, secretHex, id } = validatorKey();
      const { secret: found, publicKey } = opened(sealedByNoble(secret, password, kdf), password);
      assert.deepEqual([found, `0x${publicKey}`], [secretHex, id]);
    }
  }
});

test('composed and decomposed letters are the same password; control codes are no part of it', () => {
  const same = (a: string, b: string) =>
    assert.equal(toHex(keystorePassword(utf8(a)).reveal()), toHex(keystorePassword(utf8(b)).reveal()));
  same('ma\u00f1ana', 'man\u0303ana');
  same('\u00fc', 'u\u0308');
  same('\ufb01ne', 'fine');
  same('\u212b', 'A\u030a');
  same('a\tb\u007fc\u0085d\u0000e\r\n', 'abcde');
  same('a\tb\u007fc\r\n', 'abc');
  assert.equal(toHex(keystorePassword(utf8('🔑')).reveal()), 'f09f9491');
  assert.equal(toHex(keystorePassword(utf8('ñ')).reveal()), '6ecc83');
  assert.equal(keystorePassword(utf8('x'.repeat(1024))).reveal().length, 1024);
});

test('passwords over 1 KiB or not in UTF-8 are refused', () => {
  for (const bytes of [utf8('x'.repeat(1025)), utf8('x'.repeat(10_240)), Uint8Array.of(0x70, 0xff)]) {
    assert.throws(
      () => keystorePassword(bytes),
      (error) => isFault(error, 'password_invalid'),
    );
  }
});

interface BadRow {
  readonly name: string;
  readonly code: FaultCode;
  readonly says: RegExp;
  readonly damage: (keystore: SealedKeystore) => unknown;
}

const params = (keystore: SealedKeystore) => keystore.crypto.kdf.params;
const scryptWith = (change: object) => (keystore: SealedKeystore) => {
  keystore.crypto.kdf.function = 'scrypt';
  keystore.crypto.kdf.params = { dklen: 32, n: 2, r: 8, p: 1, salt: 'aa', ...change };
};
const pbkdf2With = (change: object) => (keystore: SealedKeystore) => Object.assign(params(keystore), change);
const cipher = (keystore: SealedKeystore) => keystore.crypto.cipher;

const badRows: readonly BadRow[] = [
  { name: 'dklen 16', code: 'kdf_params', says: /dklen is not 32/u, damage: pbkdf2With({ dklen: 16 }) },
  { name: 'dklen 64', code: 'kdf_params', says: /dklen is not 32/u, damage: pbkdf2With({ dklen: 64 }) },
  { name: 'no dklen', code: 'kdf_params', says: /dklen is missing/u, damage: pbkdf2With({ dklen: undefined }) },
  {
    name: 'n 2^30',
    code: 'kdf_params',
    says: /n is 1073741824; it must be a power of two from 2 to 262144/u,
    damage: scryptWith({ n: 2 ** 30 }),
  },
  { name: 'n 2^19', code: 'kdf_params', says: /scrypt n/u, damage: scryptWith({ n: 2 ** 19 }) },
  { name: 'n no power', code: 'kdf_params', says: /scrypt n is 262143/u, damage: scryptWith({ n: 262143 }) },
  { name: 'n 1', code: 'kdf_params', says: /scrypt n/u, damage: scryptWith({ n: 1 }) },
  { name: 'n 0', code: 'kdf_params', says: /scrypt n/u, damage: scryptWith({ n: 0 }) },
  { name: 'n negative', code: 'kdf_params', says: /scrypt n/u, damage: scryptWith({ n: -2 }) },
  { name: 'n with a fraction', code: 'kdf_params', says: /n is not an integer/u, damage: scryptWith({ n: 2.5 }) },
  { name: 'n as text', code: 'kdf_params', says: /n is not an integer/u, damage: scryptWith({ n: '2' }) },
  {
    name: 'r 2^20',
    code: 'kdf_params',
    says: /scrypt r is 1048576; it must be from 1 to 8/u,
    damage: scryptWith({ r: 2 ** 20 }),
  },
  { name: 'r 0', code: 'kdf_params', says: /scrypt r/u, damage: scryptWith({ r: 0 }) },
  { name: 'p 2^16', code: 'kdf_params', says: /scrypt p is 65536; it must be 1/u, damage: scryptWith({ p: 2 ** 16 }) },
  { name: 'p 0', code: 'kdf_params', says: /scrypt p/u, damage: scryptWith({ p: 0 }) },
  {
    name: 'c 1',
    code: 'kdf_params',
    says: /pbkdf2 c is 1; it must be from 2 to 1048576/u,
    damage: pbkdf2With({ c: 1 }),
  },
  { name: 'c 2^40', code: 'kdf_params', says: /pbkdf2 c/u, damage: pbkdf2With({ c: 2 ** 40 }) },
  { name: 'c missing', code: 'kdf_params', says: /c is missing/u, damage: pbkdf2With({ c: undefined }) },
  { name: 'salt empty', code: 'kdf_params', says: /salt has 0 bytes/u, damage: pbkdf2With({ salt: '' }) },
  {
    name: 'salt huge',
    code: 'kdf_params',
    says: /salt has 257 bytes/u,
    damage: pbkdf2With({ salt: 'aa'.repeat(257) }),
  },
  {
    name: 'salt odd',
    code: 'keystore_invalid',
    says: /salt is not a text of hex/u,
    damage: pbkdf2With({ salt: 'abc' }),
  },
  {
    name: 'prf sha512',
    code: 'keystore_invalid',
    says: /prf is "hmac-sha512"/u,
    damage: pbkdf2With({ prf: 'hmac-sha512' }),
  },
  {
    name: 'kdf argon2',
    code: 'keystore_invalid',
    says: /kdf\.function is "argon2id"/u,
    damage: (k) => (k.crypto.kdf.function = 'argon2id'),
  },
  { name: 'version 3', code: 'keystore_invalid', says: /version is 3/u, damage: (k) => (k.version = 3) },
  { name: 'version 5', code: 'keystore_invalid', says: /version is 5/u, damage: (k) => (k.version = 5) },
  { name: 'version "4"', code: 'keystore_invalid', says: /version is "4"/u, damage: (k) => (k.version = '4') },
  { name: 'no version', code: 'keystore_invalid', says: /version is missing/u, damage: (k) => (k.version = undefined) },
  {
    name: 'iv 15',
    code: 'keystore_invalid',
    says: /iv has 15 bytes; it must have 16/u,
    damage: (k) => (cipher(k).params['iv'] = 'aa'.repeat(15)),
  },
  {
    name: 'iv 17',
    code: 'keystore_invalid',
    says: /iv has 17 bytes/u,
    damage: (k) => (cipher(k).params['iv'] = 'aa'.repeat(17)),
  },
  { name: 'no iv', code: 'keystore_invalid', says: /iv is missing/u, damage: (k) => (cipher(k).params = {}) },
  {
    name: 'message 31',
    code: 'keystore_invalid',
    says: /cipher\.message has 31 bytes/u,
    damage: (k) => (cipher(k).message = 'aa'.repeat(31)),
  },
  {
    name: 'message 33',
    code: 'keystore_invalid',
    says: /cipher\.message has 33 bytes/u,
    damage: (k) => (cipher(k).message = 'aa'.repeat(33)),
  },
  {
    name: 'cipher cbc',
    code: 'keystore_invalid',
    says: /cipher\.function is "aes-128-cbc"/u,
    damage: (k) => (cipher(k).function = 'aes-128-cbc'),
  },
  {
    name: 'sha512',
    code: 'keystore_invalid',
    says: /checksum\.function is "sha512"/u,
    damage: (k) => (k.crypto.checksum.function = 'sha512'),
  },
  {
    name: 'checksum short',
    code: 'keystore_invalid',
    says: /checksum\.message has 31/u,
    damage: (k) => (k.crypto.checksum.message = 'aa'.repeat(31)),
  },
  {
    name: 'pubkey short',
    code: 'keystore_invalid',
    says: /pubkey is not 96/u,
    damage: (k) => Object.assign(k, { pubkey: 'aabb' }),
  },
  {
    name: 'another pubkey',
    code: 'pubkey_mismatch',
    says: /another public key/u,
    damage: (k) => Object.assign(k, { pubkey: published.pubkey }),
  },
  {
    name: 'checksum damaged',
    code: 'password_wrong',
    says: /checksum does not fit/u,
    damage: (k) => (k.crypto.checksum.message = 'aa'.repeat(32)),
  },
  {
    name: 'no crypto',
    code: 'keystore_invalid',
    says: /crypto is missing/u,
    damage: (k) => Object.assign(k, { crypto: undefined }),
  },
  {
    name: 'crypto a list',
    code: 'keystore_invalid',
    says: /crypto is not an object/u,
    damage: (k) => Object.assign(k, { crypto: [] }),
  },
];

test('keystores that are wrong in one place are refused by that place, and say nothing of what is secret', () => {
  for (const { name, code, says, damage } of badRows) {
    const { secret, secretHex } = validatorKey();
    const keystore = sealKeystore({ secret, password: 'hunter2' });
    damage(keystore);
    assert.throws(
      () => opened(keystore, 'hunter2'),
      (error) => {
        assert.ok(isFault(error, code), `${name}: ${String(error)}`);
        assert.match(error.message, says, name);
        assert.ok(!error.message.includes('hunter2') && !error.message.includes(secretHex), name);
        assert.equal(error.cause, undefined);
        return true;
      },
      name,
    );
  }
});

test('secrets that are no key of the curve are refused', () => {
  const order = '73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001';
  for (const secret of ['00'.repeat(32), order, 'ff'.repeat(32)]) {
    const keystore = sealKeystore({ secret: fromHex(secret), password: 'p', pubkey: null });
    assert.throws(
      () => opened(keystore, 'p'),
      (error) => isFault(error, 'key_invalid') && !error.message.includes(secret),
    );
  }
});

test('a wrong password is told from a damaged file only by its code, and an empty one is named', () => {
  const { secret } = validatorKey();
  const keystore = sealKeystore({ secret, password: 'right' });
  for (const password of ['Right', 'right ', 'righ', '']) {
    assert.throws(
      () => opened(keystore, password),
      (error) =>
        isFault(error, 'password_wrong') && error.message.endsWith('; the password is empty') === (password === ''),
    );
  }
});

test('what is not a keystore at all is refused without quoting it', () => {
  const texts = [
    '',
    '[]',
    'null',
    '"hunter2"',
    '{',
    '{"version":4,"version":4}',
    '{"a":hunter2}',
    `[${'['.repeat(50)}`,
  ];
  for (const text of texts) {
    assert.throws(
      () => readKeystore(utf8(text)),
      (error) => isFault(error, 'keystore_invalid') && !error.message.includes('hunter2') && error.cause === undefined,
      text,
    );
  }
});

test('members that take no part may be missing, or be more', () => {
  const { secret, secretHex, id } = validatorKey();
  const { crypto, version } = sealKeystore({ secret, password: 'p' });
  assert.equal(opened({ crypto, version }, 'p').secret, secretHex);
  assert.equal(opened({ crypto, version, pubkey: '', name: 'x', encryptor: 'y' }, 'p').secret, secretHex);
  assert.equal(opened({ crypto, version, pubkey: id }, 'p').secret, secretHex);
});

test('a derivation is weak when its cost is below what tools have written for years', () => {
  const weak = (kdf: SealingKdf) => {
    const keystore = sealKeystore({ secret: validatorKey().secret, password: 'p', kdf });
    const read: Keystore = readKeystore(utf8(JSON.stringify(keystore)));
    return isWeak(read.kdf);
  };
  assert.deepEqual([weak({ n: 2 }), weak({ n: 2 ** 14 }), weak({ n: 2 ** 14, r: 4 })], [true, false, true]);
  assert.deepEqual(
    [weak({ rounds: 2 }), weak({ rounds: 2 ** 17 - 1 }), weak({ rounds: 2 ** 17 })],
    [true, true, false],
  );
});
