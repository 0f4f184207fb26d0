import assert from 'node:assert/strict';
import crypto, { randomBytes } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { test, type TestContext } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { isFault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import { Ed25519Key, ed25519PublicKey } from './ed25519.ts';
import { JobLimit } from './job-limit.ts';

test('OpenSSL and noble make the same keys and signatures', async () => {
  for (let round = 0; round < 20; round += 1) {
    const seed = randomBytes(32);
    const digest = randomBytes(32);
    const key = await Ed25519Key.load(new SecretBytes(Uint8Array.from(seed)), new JobLimit(10));
    assert.deepEqual(key.publicKey, ed25519.getPublicKey(seed));
    assert.deepEqual(ed25519PublicKey(seed), key.publicKey);
    const signature = await key.sign(digest);
    assert.deepEqual(Uint8Array.from(signature), ed25519.sign(digest, seed));
    assert.deepEqual(await key.sign(digest), signature);
  }
});

test('the seed is wiped once the key is made', async () => {
  const seed = randomBytes(32);
  await Ed25519Key.load(new SecretBytes(seed), new JobLimit(10));
  assert.deepEqual(
    [...seed],
    Array.from({ length: 32 }, () => 0),
  );
});

test('a key that is forgotten finishes what was asked and signs no more', async () => {
  const key = await Ed25519Key.load(new SecretBytes(randomBytes(32)), new JobLimit(10));
  const asked = key.sign(randomBytes(32));
  await key.forget();
  await assert.rejects(key.sign(randomBytes(32)), (error) => isFault(error, 'shutting_down'));
  assert.throws(
    () => key.checkRoom(),
    (error) => isFault(error, 'shutting_down'),
  );
  assert.equal((await asked).length, 64);
});

test('only a digest is signed, in the one scheme', async () => {
  const key = await Ed25519Key.load(new SecretBytes(randomBytes(32)), new JobLimit(10));
  await assert.rejects(key.sign(new Uint8Array(198)), /assertion failed/u);
  await assert.rejects(key.sign(new Uint8Array(32), { scheme: 'possession' }), /assertion failed/u);
});

test('a faulty signature is not handed out, and a key that makes one when it is loaded is refused', async (context) => {
  const load = () => Ed25519Key.load(new SecretBytes(randomBytes(32)), new JobLimit(10));
  const key = await load();
  plantFaultySign(context);
  await assert.rejects(key.sign(randomBytes(32)), (error) => isFault(error, 'signature_invalid'));
  await assert.rejects(load, (error) => isFault(error, 'key_invalid'));
});

/** Until the test ends, `sign` of node:crypto flips a bit of what it makes. */
function plantFaultySign(context: TestContext): void {
  const honest = crypto.sign;
  const faulty = (_: null, data: Buffer, key: crypto.KeyObject, done: (error: Error | null, made: Buffer) => void) => {
    const flipped = (made: Buffer) => Buffer.from(made.map((byte, index) => (index === 40 ? byte ^ 1 : byte)));
    honest(null, data, key, (error, made) => done(error, flipped(made)));
  };
  context.mock.method(crypto, 'sign', faulty as typeof crypto.sign);
  syncBuiltinESMExports();
  context.after(() => {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  });
}
