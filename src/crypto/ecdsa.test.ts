import assert from 'node:assert/strict';
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { test } from 'node:test';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { isFault } from '../base/fault.ts';
import { fromHex, toHex } from '../base/hex.ts';
import { ecdsaKey } from './ecdsa.ts';

const digestsMax = 300;
const curves = { secp256k1, p256 };

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

test('P-256 signs as RFC 6979 A.2.5 prints it, and leaves its high s alone', () => {
  const key = ecdsaKey('p256', fromHex('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721'));
  const r = 'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716';
  const s = 'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8';
  assert.equal(toHex(key.sign(sha256('sample'), 'standard')), r + s);
});

test('secp256k1 signs as the known vector of key 1 says', () => {
  const key = ecdsaKey('secp256k1', fromHex('1'.padStart(64, '0')));
  const r = '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8';
  const s = '2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5';
  assert.equal(toHex(key.sign(sha256('Satoshi Nakamoto'), 'standard')), r + s);
});

test('secp256k1 always takes the low s and refuses a high one; P-256 takes what comes', () => {
  const high = { secp256k1: 0, p256: 0 };
  for (const name of ['secp256k1', 'p256'] as const) {
    const key = ecdsaKey(name, curves[name].utils.randomSecretKey());
    for (let index = 0; index < digestsMax; index += 1) {
      const signature = key.sign(randomBytes(32), 'standard');
      if (curves[name].Signature.fromBytes(signature).hasHighS()) high[name] += 1;
    }
  }
  assert.equal(high.secp256k1, 0);
  assert.ok(high.p256 > 0, `none of ${digestsMax} signatures had a high s`);

  const key = ecdsaKey('secp256k1', secp256k1.utils.randomSecretKey());
  const digest = randomBytes(32);
  const low = secp256k1.Signature.fromBytes(key.sign(digest, 'standard'));
  const raised = new secp256k1.Signature(low.r, secp256k1.Point.Fn.ORDER - low.s).toBytes();
  assert.equal(key.verify(low.toBytes(), digest, 'standard'), true);
  assert.equal(key.verify(raised, digest, 'standard'), false);
});

test('the same digest gives the same signature, and OpenSSL accepts it', () => {
  for (const [name, openssl] of [
    ['secp256k1', 'secp256k1'],
    ['p256', 'P-256'],
  ] as const) {
    const key = ecdsaKey(name, curves[name].utils.randomSecretKey());
    const point = curves[name].Point.fromBytes(key.publicKey).toBytes(false);
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => Buffer.from(half).toString('base64url'));
    const jwk = { kty: 'EC', crv: openssl, x: x ?? '', y: y ?? '' };
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const message = randomBytes(100);
    const digest = createHash('sha256').update(message).digest();
    const signature = key.sign(digest, 'standard');
    assert.deepEqual(key.sign(digest, 'standard'), signature);
    assert.equal(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature), true);
  }
});

test('a flipped bit of signature or digest does not verify', () => {
  for (const name of ['secp256k1', 'p256'] as const) {
    const key = ecdsaKey(name, curves[name].utils.randomSecretKey());
    const digest = randomBytes(32);
    const signature = key.sign(digest, 'standard');
    for (const bit of [0, 255, 256, 511]) {
      const flipped = signature.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(key.verify(flipped, digest, 'standard'), false);
    }
    digest[7] = (digest[7] ?? 0) ^ 1;
    assert.equal(key.verify(signature, digest, 'standard'), false);
  }
});

test('a secret of zero, or from the order on, is refused', () => {
  for (const name of ['secp256k1', 'p256'] as const) {
    const order = curves[name].Point.Fn.ORDER;
    for (const bad of [0n, order, order + 1n, 2n ** 256n - 1n]) {
      const secret = fromHex(bad.toString(16).padStart(64, '0'));
      assert.throws(
        () => ecdsaKey(name, secret),
        (error) => isFault(error, 'key_invalid'),
      );
    }
    ecdsaKey(name, fromHex((order - 1n).toString(16).padStart(64, '0')));
  }
});

test('only a digest is signed, in the one scheme', () => {
  const key = ecdsaKey('p256', p256.utils.randomSecretKey());
  assert.throws(() => key.sign(new Uint8Array(31), 'standard'), /assertion failed/u);
  assert.throws(() => key.sign(new Uint8Array(32), 'augmented'), /assertion failed/u);
});
