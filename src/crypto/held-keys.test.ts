import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Fault } from '../base/fault.ts';
import { type Bls, bls } from './bls-claims.ts';
import { type CurveKey, checkMessage, type PooledCurve } from './curve-key.ts';
import type { Verify } from './curve-orders.ts';
import { HeldKeys, type Outcome, type SignTask } from './held-keys.ts';
import { newSecret } from './new-secret.ts';
import { openCurveKey } from './open-curve-key.ts';
import { SecretMemory } from './secret-memory.ts';

/** Spoils signatures as `isFaulty` says of the message. */
type IsFaulty = (message: Uint8Array) => boolean;

const afterLoading: IsFaulty = (message) => message !== checkMessage;

function faultyOpen(isFaulty: IsFaulty): typeof openCurveKey {
  return (curve, secret): CurveKey => {
    const key = openCurveKey(curve, secret);
    return {
      publicKey: key.publicKey,
      verify: (signature, message, scheme) => key.verify(signature, message, scheme),
      sign: (message, scheme) => spoiled(key.sign(message, scheme), isFaulty(message)),
    };
  };
}

function faultyBls(isFaulty: IsFaulty): Bls {
  return { ...bls, sign: (secret, message) => spoiled(bls.sign(secret, message), isFaulty(message)) };
}

function spoiled(signature: Uint8Array, spoil: boolean): Uint8Array {
  const copy = signature.slice();
  if (spoil) copy[20] = (copy[20] ?? 0) ^ 1;
  return copy;
}

function heldKeys(isFaulty: IsFaulty = () => false) {
  const secrets = new SecretMemory();
  const keys = new HeldKeys({ secrets, open: faultyOpen(isFaulty), bls: faultyBls(isFaulty) });
  const load = (curve: PooledCurve, verify: Verify, key = 1): Outcome | undefined => {
    secrets.write(key, newSecret(curve).reveal());
    const prepared = keys.prepare({ key, curve, verify });
    return prepared.kind === 'failed' ? prepared : keys.accept([prepared])[0];
  };
  return { keys, secrets, load };
}

function task(key = 1, message: Uint8Array = randomBytes(32)): SignTask {
  return { key, message, scheme: 'standard' };
}

function codesOf(outcomes: readonly (Outcome | undefined)[]): readonly string[] {
  return outcomes.map((outcome) => (outcome?.kind === 'failed' ? outcome.code : (outcome?.kind ?? 'none')));
}

test('a signature with a fault in it never leaves the thread', () => {
  const cases = [
    ['secp256k1', 'always'],
    ['secp256k1', 'on_load'],
    ['p256', 'always'],
    ['p256', 'on_load'],
    ['bls12_381', 'always'],
  ] as const;
  for (const [curve, verify] of cases) {
    const { keys, load } = heldKeys(afterLoading);
    assert.deepEqual(codesOf([load(curve, verify)]), ['done']);
    assert.deepEqual(codesOf(keys.sign([task()])), ['signature_invalid'], curve);
  }
});

test('of signatures that are checked together only the bad one is thrown away, wherever it stands', () => {
  for (const alike of [false, true]) {
    for (let bad = 0; bad < 4; bad += 1) {
      let made = 0;
      const { keys, load } = heldKeys((message) => message !== checkMessage && made++ === bad);
      for (let key = 0; key < 4; key += 1) load('bls12_381', 'always', key);
      const message = randomBytes(32);
      const outcomes = keys.sign([0, 1, 2, 3].map((key) => task(key, alike ? message : randomBytes(32))));
      const expected = [0, 1, 2, 3].map((key) => (key === bad ? 'signature_invalid' : 'done'));
      assert.deepEqual(codesOf(outcomes), expected);
    }
  }
});

test('two faults that cancel each other out in a plain sum are both found', () => {
  const made: Uint8Array[] = [];
  // Each holder of a key gets the other's signature: their sum is right, neither is.
  const swapped: Bls = {
    ...bls,
    sign: (secret, message) => {
      if (message === checkMessage) return bls.sign(secret, message);
      return made.pop() ?? bls.sign(secret, message);
    },
  };
  const secrets = new SecretMemory();
  const keys = new HeldKeys({ secrets, open: openCurveKey, bls: swapped });
  const message = randomBytes(32);
  for (const key of [0, 1]) {
    const secret = newSecret('bls12_381').reveal();
    secrets.write(key, secret);
    made.push(bls.sign(secret, message));
    const prepared = keys.prepare({ key, curve: 'bls12_381', verify: 'always' });
    assert.equal(prepared.kind, 'prepared');
    assert.deepEqual(codesOf(keys.accept([prepared])), ['done']);
  }
  assert.deepEqual(codesOf(keys.sign([task(0, message), task(1, message)])), [
    'signature_invalid',
    'signature_invalid',
  ]);
});

test('a BLS key that was loaded with on_load signs without a check', () => {
  const { keys, load } = heldKeys(afterLoading);
  load('bls12_381', 'on_load');
  assert.deepEqual(codesOf(keys.sign([task()])), ['done']);
});

test('the rare schemes are checked too', () => {
  const { keys, load } = heldKeys(afterLoading);
  load('bls12_381', 'always');
  assert.deepEqual(codesOf(keys.sign([{ ...task(), scheme: 'augmented' }])), ['signature_invalid']);
});

test('a key that fails its own check is refused and not held', () => {
  for (const curve of ['secp256k1', 'p256', 'bls12_381'] as const) {
    const { keys, load } = heldKeys(() => true);
    assert.deepEqual(codesOf([load(curve, 'on_load')]), ['key_invalid']);
    assert.equal(keys.holds(1), false);
    assert.deepEqual(codesOf(keys.sign([task()])), ['internal']);
  }
});

test('of keys that are checked together only the bad one is refused', () => {
  let signed = 0;
  const { keys, secrets } = heldKeys(() => signed++ === 2);
  const prepared = [0, 1, 2, 3].flatMap((key) => {
    secrets.write(key, newSecret('bls12_381').reveal());
    const one = keys.prepare({ key, curve: 'bls12_381', verify: 'on_load' });
    return one.kind === 'prepared' ? [one] : [];
  });
  assert.deepEqual(codesOf(keys.accept(prepared)), ['done', 'done', 'key_invalid', 'done']);
  assert.deepEqual(
    [0, 1, 2, 3].map((key) => keys.holds(key)),
    [true, true, false, true],
  );
});

test('a forgotten key signs no more', () => {
  for (const curve of ['p256', 'bls12_381'] as const) {
    const { keys, load } = heldKeys();
    load(curve, 'always');
    keys.forget(1);
    assert.deepEqual(codesOf(keys.sign([task()])), ['internal']);
  }
});

test('a secret that was wiped under a key makes no signature', () => {
  const { keys, secrets, load } = heldKeys();
  load('bls12_381', 'on_load');
  secrets.wipe(1);
  const [outcome] = keys.sign([task()]);
  assert.deepEqual(outcome, { kind: 'failed', code: 'internal', text: 'a signing thread could not sign' });
});

test('a text that a library makes of a secret stays inside', () => {
  const open = (): never => {
    throw new RangeError('expected valid scalar: 1 <= n < 5, got 424242');
  };
  const keys = new HeldKeys({ secrets: new SecretMemory(), open, bls });
  const outcome = keys.prepare({ key: 1, curve: 'p256', verify: 'always' });
  assert.deepEqual(outcome, { kind: 'failed', code: 'internal', text: 'a signing thread could not load' });
});

test('a fault of an unfit secret keeps its code', () => {
  const open = (): never => {
    throw new Fault('key_invalid', 'planted');
  };
  const keys = new HeldKeys({ secrets: new SecretMemory(), open, bls });
  const outcome = keys.prepare({ key: 1, curve: 'p256', verify: 'always' });
  assert.deepEqual(outcome, { kind: 'failed', code: 'key_invalid', text: 'planted' });
});
