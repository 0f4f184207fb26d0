import assert from 'node:assert/strict';
import { test } from 'node:test';
import { root } from '../../test/contract/samples.ts';
import type { LoadedKey } from '../crypto/loaded-key.ts';
import type { Priority } from '../crypto/priority.ts';
import { Guard } from '../protection/guard.ts';
import type { Permit } from '../protection/permit.ts';
import { MemoryStore } from '../stores/memory/memory-store.ts';
import { ethereumKey, ethereumKeyId } from './ethereum-key.ts';

const publicKey = new Uint8Array(48).fill(0xab);
const id = ethereumKeyId(publicKey);
const guard = new Guard({ store: new MemoryStore(), allowRepeat: true, heightJumpMax: null, stops: new Map() });

/** A secret that notes what it is asked to sign. */
function noting(asked: { message: string; priority: Priority | undefined }[]): LoadedKey {
  return {
    curve: 'bls12_381',
    publicKey,
    checkRoom: () => {},
    sign: async (message, { priority } = {}) => {
      asked.push({ message: Buffer.from(message).toString('hex'), priority });
      return await Promise.resolve(new Uint8Array(96));
    },
    forget: async () => await Promise.resolve(),
  };
}

async function permit(of: { key?: string; message?: string }): Promise<Permit> {
  const message = Buffer.from(of.message ?? root(0xaa), 'hex');
  const intent = { kind: 'free', key: of.key ?? id, root: root(0xaa), message } as const;
  const admission = await guard.admit(intent, { deterministic: true });
  assert.equal(admission.kind, 'granted');
  return admission.permit;
}

test('what was recorded is what is signed, as soon as it was asked for', async () => {
  const asked: Parameters<typeof noting>[0] = [];
  await ethereumKey(noting(asked), 'test').sign(await permit({}), { priority: 'attestation' });
  assert.deepEqual(asked, [{ message: root(0xaa), priority: 'attestation' }]);
});

test('a permit whose message is not the recorded root, or of another key, signs nothing', async () => {
  const asked: Parameters<typeof noting>[0] = [];
  const key = ethereumKey(noting(asked), 'test');
  await assert.rejects(key.sign(await permit({ message: root(0xbb) })), /the root that was recorded/u);
  await assert.rejects(key.sign(await permit({ key: `0x${'cd'.repeat(48)}` })), /for the key it names/u);
  assert.deepEqual(asked, []);
});

test('a key of another curve is none of a validator', () => {
  assert.throws(() => ethereumKey({ ...noting([]), curve: 'ed25519' }, 'test'), /BLS12-381/u);
});
