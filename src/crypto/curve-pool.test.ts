import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { isFault } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import type { PooledCurve } from './curve-key.ts';
import { CurvePool, type CurvePoolOptions } from './curve-pool.ts';
import { roomsUsual } from './job-room.ts';
import { newSecret } from './new-secret.ts';
import { openCurveKey } from './open-curve-key.ts';
import { priorities, type Priority } from './priority.ts';
import { SecretMemory } from './secret-memory.ts';

const curves: readonly PooledCurve[] = ['secp256k1', 'p256', 'bls12_381'];

/** A pool, its worker threads as Node sees them, and what it said of those it lost. */
function startPool(context: TestContext, options: Partial<CurvePoolOptions> = {}) {
  const workers: Worker[] = [];
  const lost: string[] = [];
  const remember = (worker: Worker) => void workers.push(worker);
  process.on('worker', remember);
  const onThreadLost = (text: string) => void lost.push(text);
  const usual = { threads: 2, rooms: roomsUsual, deadlineMs: 60_000, answerMs: 30_000, onThreadLost };
  const pool = new CurvePool({ ...usual, ...options });
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
  const { pool } = startPool(context, { rooms: { ...roomsUsual, block: 10 } });
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

test('the most urgent is signed first, and within one priority whoever came first', async (context) => {
  const { pool } = startPool(context, { threads: 1 });
  const key = await pool.load({ ...loading('bls12_381'), verify: 'on_load' });
  const order: string[] = [];
  const ask = async (priority: Priority, number: number): Promise<void> => {
    await key.sign(randomBytes(32), { priority });
    order.push(`${priority} ${number}`);
  };
  const asked = [...priorities].reverse().flatMap((priority) => {
    return Array.from({ length: 60 }, async (_, number) => await ask(priority, number));
  });
  await Promise.all(asked);
  for (const priority of priorities) {
    const ours = order.filter((name) => name.startsWith(priority));
    assert.deepEqual(
      ours,
      ours.map((_, number) => `${priority} ${number}`),
    );
  }
  // All were asked for in one turn, the least urgent first; the thread had taken some of those before the others came.
  const lastOf = (priority: Priority) => order.lastIndexOf(`${priority} 59`);
  assert.deepEqual(
    [...priorities].sort((one, other) => lastOf(one) - lastOf(other)),
    [...priorities],
  );
});

test('a block overtakes thousands of selection proofs', async (context) => {
  const { pool } = startPool(context);
  const key = await pool.load({ ...loading('bls12_381'), verify: 'on_load' });
  let made = 0;
  const proofs = Array.from({ length: 2000 }, async () => {
    key.checkRoom('selection');
    await key.sign(randomBytes(32), { priority: 'selection' });
    made += 1;
  });
  await key.sign(randomBytes(32));
  assert.ok(made < 100, `${made} selection proofs went before the block`);
  await Promise.all(proofs);
});

test('jobs of a thread that died go before those that came later, by priority', async (context) => {
  const { pool, workers } = startPool(context, { threads: 1 });
  const key = await pool.load({ ...loading('bls12_381'), verify: 'on_load' });
  const order: string[] = [];
  const ask = async (priority: Priority, number: number): Promise<void> => {
    await key.sign(randomBytes(32), { priority });
    order.push(`${priority} ${number}`);
  };
  const proofs = Array.from({ length: 50 }, async (_, number) => await ask('selection', number));
  const killed = workerAt(workers, 0).terminate();
  const urgent = Array.from({ length: 5 }, async (_, number) => await ask('attestation', number));
  await Promise.all([killed, ...proofs, ...urgent]);
  const names = (priority: Priority, count: number) =>
    Array.from({ length: count }, (_, number) => `${priority} ${number}`);
  const proofsOnly = order.filter((name) => name.startsWith('selection'));
  assert.deepEqual(proofsOnly, names('selection', 50));
  assert.deepEqual(
    order.filter((name) => name.startsWith('attestation')),
    names('attestation', 5),
  );
  assert.ok(order.indexOf('attestation 4') < order.indexOf('selection 49'));
});

test('a wait past the deadline is refused before anything is recorded, a block is not', async (context) => {
  const { pool } = startPool(context, { threads: 1, deadlineMs: 50 });
  const key = await pool.load({ ...loading('bls12_381'), verify: 'on_load' });
  const proofs: Promise<Uint8Array>[] = [];
  assert.throws(
    () => {
      for (;;) {
        key.checkRoom('selection');
        proofs.push(key.sign(randomBytes(32), { priority: 'selection' }));
      }
    },
    (error) => isFault(error, 'overloaded') && Number(error.facts['waitMs']) > 50,
  );
  key.checkRoom('block');
  key.checkRoom('attestation');
  assert.ok(proofs.length > 10);
  await Promise.all(proofs);
  key.checkRoom('selection');
});

test('a key that is forgotten finishes what was asked, then signs no more and leaves no secret', async (context) => {
  const { pool } = startPool(context);
  for (const curve of curves) {
    const key = await pool.load(loading(curve));
    const other = await pool.load(loading(curve));
    const asked = Array.from({ length: 20 }, () => key.sign(randomBytes(32)));
    const forgotten = key.forget();
    await assert.rejects(key.sign(randomBytes(32)), (error) => isFault(error, 'shutting_down'));
    assert.throws(
      () => key.checkRoom(),
      (error) => isFault(error, 'shutting_down'),
    );
    assert.equal((await Promise.all(asked)).length, 20);
    await Promise.all([forgotten, key.forget()]);
    await other.sign(randomBytes(32));
  }
});

test('a key that takes the place of a forgotten one signs as itself, also in a thread that is new', async (context) => {
  const { pool, workers } = startPool(context);
  const [first] = await Promise.all([pool.load(loading('bls12_381')), pool.load(loading('p256'))]);
  await first.forget();
  const secret = newSecret('bls12_381');
  const reference = openCurveKey('bls12_381', Uint8Array.from(secret.reveal()));
  const second = await pool.load({ curve: 'bls12_381', secret, verify: 'always' });
  await workerAt(workers, 0).terminate();
  const digest = randomBytes(32);
  const signatures = await Promise.all(Array.from({ length: 60 }, () => second.sign(digest)));
  assert.deepEqual(new Set(signatures.map(toHex)), new Set([toHex(reference.sign(digest, 'standard'))]));
});

test('keys are loaded while others sign, and a bad one among them is the only one refused', async (context) => {
  const { pool } = startPool(context);
  const signing = await pool.load({ ...loading('bls12_381'), verify: 'on_load' });
  const signatures = Array.from({ length: 300 }, () => signing.sign(randomBytes(32), { priority: 'selection' }));
  const secrets = Array.from({ length: 40 }, (_, index) => {
    return index === 20 ? new SecretBytes(Uint8Array.from({ length: 32 }, () => 0xff)) : newSecret('bls12_381');
  });
  const references = secrets.map((secret, index) => {
    return index === 20 ? null : openCurveKey('bls12_381', Uint8Array.from(secret.reveal()));
  });
  const loads = await Promise.allSettled(
    secrets.map((secret) => pool.load({ curve: 'bls12_381', secret, verify: 'always' })),
  );
  for (const [index, load] of loads.entries()) {
    const reference = references[index];
    if (load.status === 'rejected') assert.ok(index === 20 && isFault(load.reason, 'key_invalid'));
    else assert.equal(toHex(load.value.publicKey), toHex(reference?.publicKey ?? new Uint8Array()));
  }
  assert.equal(loads.filter(({ status }) => status === 'rejected').length, 1);
  await Promise.all(signatures);
});

test('the end of a pool that is loading keys says so to whoever loads', async (context) => {
  const { pool } = startPool(context);
  const load = pool.load(loading('bls12_381'));
  await Promise.all([pool.end(), assert.rejects(load, (error) => isFault(error, 'shutting_down'))]);
});

test('a secret stands in memory as long as its key, and no longer', async (context) => {
  const secrets = new SecretMemory();
  const { pool } = startPool(context, { secrets });
  const written = () => new Uint8Array(secrets.shared, 0, 32 * 8).some((byte) => byte !== 0);
  const [first, second] = [await pool.load(loading('bls12_381')), await pool.load(loading('p256'))];
  assert.ok(written());
  await first.forget();
  assert.ok(written());
  await second.forget();
  assert.ok(!written());
  const unfit = new SecretBytes(Uint8Array.from({ length: 32 }, () => 0xff));
  await assert.rejects(pool.load({ curve: 'bls12_381', secret: unfit, verify: 'always' }));
  assert.ok(!written());
  await pool.load(loading('bls12_381'));
  assert.ok(written());
  await pool.end();
  assert.ok(!written());
});
