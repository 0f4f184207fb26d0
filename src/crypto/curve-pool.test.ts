import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { isFault } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import type { PooledCurve } from './curve-key.ts';
import { CurvePool } from './curve-pool.ts';
import { newSecret } from './new-secret.ts';
import { openCurveKey } from './open-curve-key.ts';

const curves: readonly PooledCurve[] = ['secp256k1', 'p256', 'bls12_381'];

/** A pool, its worker threads as Node sees them, and what it said of those it lost. */
function startPool(context: TestContext, options: { threads?: number; jobsMax?: number; answerMs?: number } = {}) {
  const workers: Worker[] = [];
  const lost: string[] = [];
  const remember = (worker: Worker) => void workers.push(worker);
  process.on('worker', remember);
  const onThreadLost = (text: string) => void lost.push(text);
  const pool = new CurvePool({ threads: 2, jobsMax: 1000, answerMs: 30_000, onThreadLost, ...options });
  context.after(async () => {
    process.off('worker', remember);
    await pool.end();
  });
  return { pool, workers, lost };
}

function loading(curve: PooledCurve) {
  return { curve, secret: newSecret(curve), verify: 'always' } as const;
}

function workerAt(workers: readonly Worker[], index: number): Worker {
  const worker = workers[index];
  assert.ok(worker !== undefined);
  return worker;
}

test('every thread makes the same signature, and it verifies', async (context) => {
  const { pool, workers } = startPool(context);
  for (const curve of curves) {
    const secret = newSecret(curve);
    const reference = openCurveKey(curve, Uint8Array.from(secret.reveal()));
    const key = await pool.load({ curve, secret, verify: 'always' });
    assert.equal(toHex(key.publicKey), toHex(reference.publicKey));
    const digest = randomBytes(32);
    // More than one thread is given ahead, so both have their share.
    const signatures = await Promise.all(Array.from({ length: 20 }, () => key.sign(digest)));
    assert.equal(new Set(signatures.map(toHex)).size, 1);
    assert.ok(reference.verify(signatures[0] ?? new Uint8Array(), digest, 'standard'));
  }
  assert.equal(workers.length, 2);
});

test('answers find their questions when many are asked at once', async (context) => {
  const { pool } = startPool(context);
  const secret = newSecret('bls12_381');
  const reference = openCurveKey('bls12_381', Uint8Array.from(secret.reveal()));
  const key = await pool.load({ curve: 'bls12_381', secret, verify: 'on_load' });
  const messages = Array.from({ length: 200 }, () => randomBytes(32));
  const signatures = await Promise.all(messages.map((message) => key.sign(message)));
  for (const [index, message] of messages.entries()) {
    assert.equal(toHex(signatures[index] ?? new Uint8Array()), toHex(reference.sign(message, 'standard')));
  }
});

test('a secret out of range is refused and wiped', async (context) => {
  const { pool } = startPool(context);
  for (const curve of curves) {
    const secret = Uint8Array.from({ length: 32 }, () => 0xff);
    await assert.rejects(pool.load({ curve, secret: new SecretBytes(secret), verify: 'always' }), (error) => {
      assert.ok(isFault(error, 'key_invalid'));
      assert.doesNotMatch(error.message, /ffff|115792/u);
      return true;
    });
    assert.ok(secret.every((byte) => byte === 0));
  }
});

test('when a thread dies, another does its jobs, and a new one takes its place with all keys', async (context) => {
  const { pool, workers, lost } = startPool(context);
  const keys = await Promise.all(curves.map((curve) => pool.load(loading(curve))));
  const digest = randomBytes(32);
  const before = await Promise.all(keys.map((key) => key.sign(digest)));
  const asked = keys.flatMap((key) => Array.from({ length: 30 }, () => key.sign(digest)));
  const killed = workerAt(workers, 0).terminate();
  const after = await Promise.all(asked);
  assert.deepEqual(new Set(after.map(toHex)), new Set(before.map(toHex)));
  await killed;
  assert.deepEqual(lost, ['a signing thread exited with code 1; 2 of 2 are running']);

  await workerAt(workers, 1).terminate();
  for (const [index, key] of keys.entries()) assert.deepEqual(await key.sign(digest), before[index]);
});

test('a job that two threads died of is given up, and the pool goes on', async (context) => {
  const { pool, workers, lost } = startPool(context, { threads: 1 });
  const key = await pool.load(loading('p256'));
  const signature = key.sign(randomBytes(32));
  const replaced = once(process, 'worker');
  await workerAt(workers, 0).terminate();
  await replaced;
  await workerAt(workers, 1).terminate();
  await assert.rejects(signature, (error) => isFault(error, 'internal'));
  assert.equal(lost.length, 2);
  await key.sign(randomBytes(32));
});

test('a pool that keeps losing threads ends up without any, and says so to everybody', async (context) => {
  const { pool, workers, lost } = startPool(context, { threads: 1 });
  const key = await pool.load(loading('p256'));
  while (pool.threads > 0) await workerAt(workers, workers.length - 1).terminate();
  assert.match(lost.at(-1) ?? '', /^a signing thread exited with code [01]; 0 of 1 are running$/u);
  assert.throws(
    () => key.checkRoom(),
    (error) => isFault(error, 'internal'),
  );
  await assert.rejects(key.sign(randomBytes(32)), (error) => isFault(error, 'internal'));
});

test('a thread that says nothing for too long is given up', async (context) => {
  const { pool, lost } = startPool(context, { threads: 1, answerMs: 1 });
  await assert.rejects(pool.load(loading('p256')), (error) => isFault(error, 'internal'));
  assert.match(lost[0] ?? '', /^a signing thread was silent for 1 ms; /u);
});

test('new requests are turned away when too many wait', async (context) => {
  const { pool } = startPool(context, { jobsMax: 10 });
  const key = await pool.load(loading('p256'));
  const jobs = Array.from({ length: 10 }, () => key.sign(randomBytes(32)));
  assert.throws(
    () => key.checkRoom(),
    (error) => isFault(error, 'overloaded'),
  );
  jobs.push(...Array.from({ length: 10 }, () => key.sign(randomBytes(32))));
  await assert.rejects(key.sign(randomBytes(32)), (error) => isFault(error, 'overloaded'));
  await Promise.all(jobs);
  key.checkRoom();
});

test('the end waits for what was asked, then wipes and refuses', async (context) => {
  const { pool } = startPool(context);
  const secret = newSecret('p256');
  const bytes = secret.reveal();
  const key = await pool.load({ curve: 'p256', secret, verify: 'always' });
  const asked = Array.from({ length: 30 }, () => key.sign(randomBytes(32)));
  await pool.end();
  for (const signature of await Promise.all(asked)) assert.equal(signature.length, 64);
  assert.ok(bytes.every((byte) => byte === 0));
  await assert.rejects(key.sign(randomBytes(32)), (error) => isFault(error, 'shutting_down'));
  await assert.rejects(pool.load(loading('p256')), (error) => isFault(error, 'shutting_down'));
});
