import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type Bls, bls } from './bls-claims.ts';
import type { Answers, Order, Verify } from './curve-orders.ts';
import { HeldKeys } from './held-keys.ts';
import { newSecret } from './new-secret.ts';
import { openCurveKey } from './open-curve-key.ts';
import { pack } from './packed.ts';
import { priorities, type Priority } from './priority.ts';
import { SecretMemory } from './secret-memory.ts';
import { ThreadWork } from './thread-work.ts';

/** A thread's work without the thread. */
function newWork(door: Bls = bls) {
  const secrets = new SecretMemory();
  const answers: Answers[] = [];
  const keys = new HeldKeys({ secrets, open: openCurveKey, bls: door });
  const work = new ThreadWork(keys, (answer) => void answers.push(answer));
  const load = (count: number, verify: Verify = 'on_load'): void => {
    const keys = Array.from({ length: count }, (_, key) => key);
    for (const key of keys) secrets.write(key, newSecret('bls12_381').reveal());
    work.take({ kind: 'load', keys, curves: keys.map(() => 'bls12_381'), verifies: keys.map(() => verify) });
  };
  const finish = (): void => {
    while (!work.idle) work.step();
  };
  const signed = () => answers.flatMap((answer) => answer.signed?.numbers ?? []);
  const loaded = () => answers.flatMap((answer) => answer.loaded?.numbers ?? []);
  return { work, secrets, answers, load, finish, signed, loaded };
}

function signOrder(jobs: readonly (readonly [number: number, priority: Priority, key?: number])[]): Order {
  return {
    kind: 'sign',
    numbers: jobs.map(([number]) => number),
    priorities: jobs.map(([, priority]) => priority),
    keys: jobs.map(([, , key = 0]) => key),
    schemes: jobs.map(() => 'standard'),
    messages: pack(jobs.map(() => randomBytes(32))),
  };
}

test('signatures are made by priority, not in the order in which they were handed over', () => {
  const { work, load, finish, signed } = newWork();
  load(1);
  finish();
  work.take(signOrder([...priorities].reverse().map((priority, number) => [number, priority])));
  finish();
  assert.deepEqual(signed(), [4, 3, 2, 1, 0]);
});

test('a block that comes between two signatures is the next, and its answer waits for no other', () => {
  const { work, load, finish, signed } = newWork();
  load(1);
  finish();
  work.take(signOrder(Array.from({ length: 20 }, (_, number) => [number, 'selection'])));
  work.step();
  work.take(signOrder([[99, 'block']]));
  work.step();
  assert.deepEqual(signed(), [0, 99]);
});

test('signatures go before the loading of keys, and loading still goes on', () => {
  const { work, load, finish, signed, loaded } = newWork();
  load(1);
  finish();
  load(20);
  work.take(signOrder(Array.from({ length: 31 }, (_, number) => [number, 'selection'])));
  for (let step = 0; step < 24; step += 1) work.step();
  assert.ok(signed().length >= 16);
  assert.deepEqual(loaded(), [0]);
  finish();
  assert.equal(signed().length, 31);
  assert.equal(loaded().length, 21);
});

test('a thread that never runs out of signatures loads keys all the same', () => {
  const { work, load, loaded } = newWork();
  load(3);
  for (let step = 0; step < 32 * 5 && loaded().length < 3; step += 1) {
    work.take(signOrder([[step, 'selection']]));
    work.step();
  }
  assert.deepEqual(new Set(loaded()), new Set([0, 1, 2]));
});

test('a key whose signature is asked for before it is loaded is loaded at once', () => {
  const { work, load, finish, answers, signed, loaded } = newWork();
  load(40);
  work.take(signOrder([[7, 'attestation', 39]]));
  work.step();
  assert.deepEqual(signed(), [7]);
  assert.deepEqual(loaded(), [39]);
  finish();
  assert.equal(loaded().length, 40);
  assert.equal(new Set(loaded()).size, 40);
  assert.deepEqual(
    answers.flatMap(({ failures }) => failures),
    [],
  );
});

test('a key that nobody told of is an answer, not silence', () => {
  const { work, finish, answers } = newWork();
  work.take(signOrder([[7, 'block', 3]]));
  finish();
  const failures = answers.flatMap((answer) => answer.failures);
  assert.deepEqual(
    failures.map(({ what, number, code }) => [what, number, code]),
    [['sign', 7, 'internal']],
  );
});

test('a key that was forgotten before it was loaded is not loaded', () => {
  const { work, load, finish, answers, loaded } = newWork();
  load(3);
  work.take({ kind: 'forget', key: 1 });
  work.step();
  finish();
  assert.deepEqual(loaded(), [0, 2]);
  assert.deepEqual(
    answers.flatMap(({ forgotten }) => forgotten),
    [1],
  );
});

test('forgetting is answered when there is nothing else to do', () => {
  const { work, answers } = newWork();
  work.take({ kind: 'forget', key: 1 });
  work.step();
  assert.deepEqual(
    answers.map(({ forgotten }) => forgotten),
    [[1]],
  );
});

test('one check serves many signatures, a block is never checked with lower priorities, and a bad one is named', () => {
  const checks: number[] = [];
  const bad = randomBytes(32);
  const { work, load, finish, answers, signed } = newWork({
    ...bls,
    sign: (secret, message) => bls.sign(secret, Buffer.compare(message, bad) === 0 ? randomBytes(32) : message),
    verifyAll: (claims) => {
      if (claims.length > 0) checks.push(claims.length);
      return bls.verifyAll(claims);
    },
  });
  load(1, 'always');
  finish();
  checks.length = 0;
  const jobs: Order = {
    kind: 'sign',
    numbers: Array.from({ length: 10 }, (_, number) => number),
    priorities: ['block', ...Array.from({ length: 9 }, () => 'attestation' as const)],
    keys: Array.from({ length: 10 }, () => 0),
    schemes: Array.from({ length: 10 }, () => 'standard'),
    messages: pack(Array.from({ length: 10 }, (_, number) => (number === 4 ? bad : randomBytes(32)))),
  };
  work.take(jobs);
  finish();
  assert.deepEqual(checks, [1, 8, ...Array.from({ length: 8 }, () => 1), 1]);
  assert.deepEqual(signed(), [0, 1, 2, 3, 5, 6, 7, 8, 9]);
  const [failure] = answers.flatMap(({ failures }) => failures);
  assert.deepEqual([failure?.number, failure?.code], [4, 'signature_invalid']);
});
