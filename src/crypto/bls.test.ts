import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { SecretKey } from '@chainsafe/blst';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { isFault } from '../base/fault.ts';
import { fromHex } from '../base/hex.ts';
import { blsKey } from './bls.ts';
import type { Scheme } from './curve-key.ts';

const noble = bls12_381.longSignatures;
const schemes: readonly Scheme[] = ['standard', 'augmented', 'possession'];

function newKey() {
  const secret = SecretKey.fromKeygen(randomBytes(32)).toBytes();
  return { secret, key: blsKey(secret) };
}

test('the standard scheme agrees with another library', () => {
  const { secret, key } = newKey();
  const message = randomBytes(78);
  const point = noble.hash(message, 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_');
  assert.deepEqual(Uint8Array.from(key.publicKey), noble.getPublicKey(secret).toBytes());
  assert.deepEqual(Uint8Array.from(key.sign(message, 'standard')), noble.Signature.toBytes(noble.sign(point, secret)));
});

test('every scheme verifies as itself and as no other', () => {
  const { key } = newKey();
  // The public key as the message: where a proof of possession and a signature could be mistaken for each other.
  const message = key.publicKey;
  for (const made of schemes) {
    const signature = key.sign(message, made);
    for (const asked of schemes) {
      assert.equal(key.verify(signature, message, asked), asked === made, `${made} as ${asked}`);
    }
  }
});

test('bytes that are no point of the group do not verify', () => {
  const { key } = newKey();
  const message = randomBytes(32);
  const infinity = Uint8Array.from({ length: 96 }, (_, index) => (index === 0 ? 0xc0 : 0));
  for (const scheme of schemes) {
    for (const bytes of [new Uint8Array(), new Uint8Array(96), infinity, randomBytes(96)]) {
      assert.equal(key.verify(bytes, message, scheme), false);
    }
  }
});

test('the augmented scheme signs the public key and then the message', () => {
  const { secret, key } = newKey();
  const message = randomBytes(40);
  const point = noble.hash(Buffer.concat([key.publicKey, message]), 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_AUG_');
  assert.deepEqual(key.sign(message, 'augmented'), noble.Signature.toBytes(noble.sign(point, secret)));
});

test('a secret of zero, or from the order on, is refused', () => {
  const order = bls12_381.fields.Fr.ORDER;
  for (const bad of [0n, order, order + 1n, 2n ** 256n - 1n]) {
    assert.throws(
      () => blsKey(fromHex(bad.toString(16).padStart(64, '0'))),
      (error) => {
        assert.ok(isFault(error, 'key_invalid'));
        assert.equal(error.message, 'this is no secret key of the curve bls12_381');
        return true;
      },
    );
  }
  blsKey(fromHex((order - 1n).toString(16).padStart(64, '0')));
});
