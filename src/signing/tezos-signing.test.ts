import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attestation, chainId } from '../../test/support/attestations.ts';
import { sampleKey } from '../../test/support/setup.ts';
import { Fault, isFault } from '../base/fault.ts';
import type { Key } from '../keys/key.ts';
import { Keyring } from '../keys/keyring.ts';
import { defaultTezosPolicy, type TezosPolicy } from '../policy/tezos-policy.ts';
import { Guard } from '../protection/guard.ts';
import { Permit } from '../protection/permit.ts';
import { noStops } from '../protection/stop.ts';
import { MemoryStore } from '../stores/memory/memory-store.ts';
import type { SigningObserver } from './observer.ts';
import { Recorder } from './recorder.ts';
import { TezosSigning } from './tezos-signing.ts';

const { pkh } = sampleKey('ed25519');
const lane = { chain: 'tezos', network: chainId, key: pkh, duty: 'attestation' } as const;
const silent: SigningObserver = {
  checked: () => {},
  unavailable: () => {},
  signed: () => {},
  denied: () => {},
  failed: () => {},
};

/** A key that counts what it is asked to sign. */
function countingKey(overrides: Partial<Key> = {}): Key & { signed: number } {
  const key = {
    id: pkh,
    curve: 'ed25519' as const,
    publicKey: new Uint8Array(32),
    source: 'Double',
    deterministic: true,
    signed: 0,
    checkRoom: () => {},
    sign: async (permit: Permit) => {
      Permit.spend(permit, pkh);
      key.signed += 1;
      return new Uint8Array(64);
    },
    ...overrides,
  };
  return key;
}

interface Parts {
  readonly key?: Key;
  readonly store?: MemoryStore;
  readonly policy?: TezosPolicy;
}

function signingWith({ key, store = new MemoryStore(), policy = defaultTezosPolicy }: Parts): TezosSigning {
  const keyring = new Keyring();
  if (key !== undefined) keyring.add(key);
  const guard = new Guard({ store, allowRepeat: true, heightJumpMax: null, stops: noStops });
  const recorder = new Recorder({ guard, observer: silent });
  return new TezosSigning({ policies: new Map([[pkh, policy]]), keyring, recorder, observer: silent });
}

const request = { pkh, message: attestation(5), version: 2 } as const;

async function recorded(store: MemoryStore): Promise<bigint | null> {
  return (await store.read(lane)).mark?.height ?? null;
}

test('a request is recorded, then signed', async () => {
  const store = new MemoryStore();
  const key = countingKey({});
  assert.equal((await signingWith({ key, store }).sign(request)).kind, 'signed');
  assert.deepEqual([await recorded(store), key.signed], [5n, 1]);
});

test('an unknown key, a denied request and a signer without room leave no trace', async () => {
  const store = new MemoryStore();
  assert.equal((await signingWith({ store }).sign(request)).kind, 'unknown_key');
  const never = { ...defaultTezosPolicy, requestKinds: new Set<never>() };
  const key = countingKey();
  assert.equal((await signingWith({ key, store, policy: never }).sign(request)).kind, 'denied');
  const full = countingKey({
    checkRoom: () => {
      throw new Fault('overloaded', 'no room');
    },
  });
  await assert.rejects(signingWith({ key: full, store }).sign(request), (error) => isFault(error, 'overloaded'));
  assert.deepEqual([await recorded(store), key.signed, full.signed], [null, 0, 0]);
});

test('a refusal and a store that cannot tell never reach the key', async () => {
  const store = new MemoryStore();
  const key = countingKey();
  const signing = signingWith({ key, store });
  await signing.sign(request);
  assert.equal((await signing.sign({ ...request, message: attestation(5, 2) })).kind, 'refused');
  store.advance = async () => await Promise.reject(new Fault('store_unavailable', 'no answer'));
  const next = { ...request, message: attestation(6) };
  await assert.rejects(signing.sign(next), (error) => isFault(error, 'store_unavailable'));
  assert.equal(key.signed, 1);
});

test('a key that fails after the record is an error, and the record stays', async () => {
  const store = new MemoryStore();
  const key = countingKey({
    sign: async () => await Promise.reject(new Fault('signature_invalid', 'it does not verify')),
  });
  await assert.rejects(signingWith({ key, store }).sign(request), (error) => isFault(error, 'signature_invalid'));
  assert.equal(await recorded(store), 5n);
});
