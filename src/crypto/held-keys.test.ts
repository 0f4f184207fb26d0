import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Fault } from '../base/fault.ts';
import type { CurveKey, PooledCurve } from './curve-key.ts';
import type { Verify } from './curve-orders.ts';
import { HeldKeys } from './held-keys.ts';
import { newSecret } from './new-secret.ts';
import { openCurveKey } from './open-curve-key.ts';

/** Keys that flip a bit of every signature after the first `honest` ones. */
function faulty(honest: number): typeof openCurveKey {
  return (curve, secret): CurveKey => {
    const key = openCurveKey(curve, secret);
    let made = 0;
    return {
      publicKey: key.publicKey,
      verify: (signature, message, scheme) => key.verify(signature, message, scheme),
      sign: (message, scheme) => {
        const signature = key.sign(message, scheme).slice();
        made += 1;
        if (made > honest) signature[20] = (signature[20] ?? 0) ^ 1;
        return signature;
      },
    };
  };
}

function loadOrder(curve: PooledCurve, verify: Verify) {
  return { kind: 'load', key: 1, curve, verify, secret: Uint8Array.from(newSecret(curve).reveal()) } as const;
}

const signOrder = { kind: 'sign', key: 1, message: randomBytes(32), scheme: 'standard' } as const;

test('a signature with a fault in it never leaves the thread', () => {
  const cases = [
    ['secp256k1', 'always'],
    ['secp256k1', 'on_load'],
    ['p256', 'always'],
    ['p256', 'on_load'],
    ['bls12_381', 'always'],
  ] as const;
  for (const [curve, verify] of cases) {
    const keys = new HeldKeys(faulty(1));
    assert.equal(keys.carryOut(loadOrder(curve, verify)).kind, 'done');
    assert.equal(codeOf(keys.carryOut(signOrder)), 'signature_invalid', curve);
  }
});

test('a BLS key that was loaded with on_load signs without a check', () => {
  const keys = new HeldKeys(faulty(1));
  assert.equal(keys.carryOut(loadOrder('bls12_381', 'on_load')).kind, 'done');
  assert.equal(keys.carryOut(signOrder).kind, 'done');
});

test('a key that fails its own check is refused and not held', () => {
  for (const curve of ['secp256k1', 'p256', 'bls12_381'] as const) {
    const keys = new HeldKeys(faulty(0));
    assert.equal(codeOf(keys.carryOut(loadOrder(curve, 'on_load'))), 'key_invalid');
    assert.equal(codeOf(keys.carryOut(signOrder)), 'internal');
  }
});

test('a forgotten key is wiped and signs no more', () => {
  const keys = new HeldKeys(openCurveKey);
  const order = loadOrder('p256', 'always');
  keys.carryOut(order);
  assert.equal(keys.carryOut({ kind: 'forget', key: 1 }).kind, 'done');
  assert.ok(order.secret.every((byte) => byte === 0));
  assert.equal(codeOf(keys.carryOut(signOrder)), 'internal');
});

test('a text that a library makes of a secret stays inside', () => {
  const keys = new HeldKeys(() => {
    throw new RangeError('expected valid scalar: 1 <= n < 5, got 424242');
  });
  const outcome = keys.carryOut(loadOrder('p256', 'always'));
  assert.deepEqual(outcome, { kind: 'failed', code: 'internal', text: 'a signing thread could not load' });
});

test('a fault of an unfit secret keeps its code', () => {
  const keys = new HeldKeys(() => {
    throw new Fault('key_invalid', 'planted');
  });
  const outcome = keys.carryOut(loadOrder('p256', 'always'));
  assert.deepEqual(outcome, { kind: 'failed', code: 'key_invalid', text: 'planted' });
});

function codeOf(outcome: ReturnType<HeldKeys['carryOut']>): string {
  return outcome.kind === 'failed' ? outcome.code : outcome.kind;
}
