import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethereumLane, mark, root } from '../../test/contract/samples.ts';
import { Fault, isFault } from '../base/fault.ts';
import type { Network } from '../ethereum/network.ts';
import type { Understood } from '../ethereum/understood.ts';
import type { Key } from '../keys/key.ts';
import { Keyring } from '../keys/keyring.ts';
import { Guard } from '../protection/guard.ts';
import { Permit } from '../protection/permit.ts';
import { MemoryStore } from '../stores/memory/memory-store.ts';
import { EthereumSigning, type RequestReader } from './ethereum-signing.ts';
import type { Answered, EthereumObserver } from './observer.ts';
import { Recorder } from './recorder.ts';

const lane = ethereumLane(7);
const network: Network = {
  name: 'sample',
  genesisValidatorsRoot: lane.network,
  genesisTime: 1_000n,
  secondsPerSlot: 12n,
  preset: { name: 'mainnet', slotsPerEpoch: 32n, maxCommitteesPerSlot: 64, syncCommitteeSize: 512 },
  forks: [],
};
/** The clock of these tests stands in slot 3,200: epoch 100. */
const nowMs = 1_000_000 + 3_200 * 12_000;

/** What a reader makes of an attestation. */
function vote(target: bigint, source = 0n, byte = 0xaa): Understood {
  return {
    type: 'ATTESTATION',
    signingRoot: root(byte),
    givenRoot: null,
    network,
    claim: { duty: 'attestation', next: { ...mark(target, { floor: source }), root: root(byte) } },
    slot: target * 32n,
    epoch: target,
    priority: 'attestation',
  };
}

interface Asked {
  readonly signed: string[];
  readonly answered: Answered[];
}

interface Parts {
  readonly store?: MemoryStore;
  readonly reader: RequestReader;
  readonly key?: Partial<Key>;
  readonly asked?: Asked;
}

/** The pipeline on a key that notes what it signs; without `key`, on none. */
function signingWith({ store = new MemoryStore(), reader, key, asked = { signed: [], answered: [] } }: Parts) {
  const keyring = new Keyring();
  if (key !== undefined) keyring.add({ ...notingKey(asked), ...key });
  const observer: EthereumObserver = {
    checked: () => {},
    unavailable: () => {},
    signed: () => {},
    denied: () => {},
    failed: () => {},
    answered: (event) => void asked.answered.push(event),
  };
  const guard = new Guard({ store, allowRepeat: true, heightJumpMax: null, stops: new Map() });
  const recorder = new Recorder({ guard, observer });
  return new EthereumSigning({ reader, keyring, recorder, observer, futureSlotsMax: 1n, nowMs: () => nowMs });
}

function notingKey({ signed }: Asked): Key {
  return {
    id: lane.key,
    curve: 'bls12_381',
    publicKey: new Uint8Array(48),
    source: 'double',
    deterministic: true,
    checkRoom: () => {},
    sign: async (permit) => {
      signed.push(Permit.spend(permit, lane.key).root);
      return new Uint8Array(96);
    },
  };
}

const request = { identifier: lane.key, body: new Uint8Array() };
const answering = (understood: Understood): RequestReader => ({ read: () => understood });
const is = (code: Fault['code']) => (error: unknown) => isFault(error, code);

test('a request is recorded, then signed over the root that was recorded', async () => {
  const asked: Asked = { signed: [], answered: [] };
  const store = new MemoryStore();
  const signing = signingWith({ store, key: {}, asked, reader: answering(vote(5n, 4n)) });
  assert.equal((await signing.sign(request)).kind, 'signed');
  assert.deepEqual((await store.read(lane)).mark, mark(5n, { floor: 4n }));
  assert.deepEqual(asked.signed, [root(0xaa)]);
  assert.deepEqual(
    asked.answered.map(({ type, result }) => [type, result]),
    [['ATTESTATION', 'signed']],
  );
});

test('what a reader answers later is waited for', async () => {
  const reader = { read: async () => await Promise.resolve(vote(5n)) };
  assert.equal((await signingWith({ key: {}, reader }).sign(request)).kind, 'signed');
});

test('nothing is recorded or signed while a check is still to come', async () => {
  const full = () => {
    throw new Fault('overloaded', 'no room');
  };
  const rows: readonly [string, Parts, string][] = [
    ['a body that cannot be read', { key: {}, reader: { read: () => fail('json_syntax') } }, 'json_syntax'],
    ['another network', { key: {}, reader: { read: () => fail('wrong_network') } }, 'wrong_network'],
    ['another root', { key: {}, reader: answering({ ...vote(5n), givenRoot: root(0xbb) }) }, 'signing_root_mismatch'],
    ['a far target', { key: {}, reader: answering(vote(102n)) }, 'beyond_future_bound'],
    ['no room', { key: { checkRoom: full }, reader: answering(vote(5n)) }, 'overloaded'],
  ];
  for (const [name, parts, code] of rows) {
    const store = new MemoryStore();
    const asked: Asked = { signed: [], answered: [] };
    await assert.rejects(signingWith({ ...parts, store, asked }).sign(request), is(code as Fault['code']), name);
    assert.deepEqual([(await store.read(lane)).mark, asked.signed], [null, []], name);
    assert.equal(asked.answered[0]?.result, code);
  }
});

test('an unknown key leaves no trace', async () => {
  const store = new MemoryStore();
  const signing = signingWith({ store, reader: answering(vote(5n)) });
  assert.deepEqual(await signing.sign(request), { kind: 'unknown_key' });
  assert.equal((await store.read(lane)).mark, null);
});

test('a path that names no key is refused before the body is read', async () => {
  for (const identifier of ['0x', lane.key.slice(0, -2), `${lane.key}00`, lane.key.replace('0x0', '0xg'), 'tz1abc']) {
    const asked: Asked = { signed: [], answered: [] };
    const reader = { read: () => assert.fail('the body was read') };
    await assert.rejects(signingWith({ key: {}, asked, reader }).sign({ ...request, identifier }), is('field_invalid'));
    assert.deepEqual(
      asked.answered.map(({ type, result }) => [type, result]),
      [[null, 'field_invalid']],
    );
  }
});

test('0x and case of the path do not count', async () => {
  const identifier = lane.key.slice(2).toUpperCase();
  const signing = signingWith({ key: {}, reader: answering(vote(5n)) });
  assert.equal((await signing.sign({ ...request, identifier })).kind, 'signed');
});

test('the given root may be the right one', async () => {
  const reader = answering({ ...vote(5n), givenRoot: root(0xaa) });
  assert.equal((await signingWith({ key: {}, reader }).sign(request)).kind, 'signed');
});

test('a refusal says why and what is stored, and never reaches the key', async () => {
  const asked: Asked = { signed: [], answered: [] };
  let next = vote(5n, 4n);
  const signing = signingWith({ key: {}, asked, reader: { read: () => next } });
  await signing.sign(request);
  for (const [other, why] of [
    [vote(5n, 4n, 0xbb), 'double_vote'],
    [vote(6n, 3n, 0xbb), 'surround'],
    [vote(4n, 4n, 0xbb), 'below_mark'],
    [vote(6n, 7n, 0xbb), 'source_after_target'],
  ] as const) {
    next = other;
    const found = mark(5n, { floor: 4n });
    assert.deepEqual(await signing.sign(request), { kind: 'refused', why, duty: 'attestation', found });
  }
  assert.deepEqual(asked.signed, [root(0xaa)]);
  assert.equal(asked.answered.at(-1)?.result, 'refused');
});

test('a store that cannot tell never reaches the key', async () => {
  const asked: Asked = { signed: [], answered: [] };
  const store = new MemoryStore();
  store.advance = async () => await Promise.reject(new Fault('store_unavailable', 'no answer'));
  const signing = signingWith({ store, key: {}, asked, reader: answering(vote(5n)) });
  await assert.rejects(signing.sign(request), is('store_unavailable'));
  assert.deepEqual(asked.signed, []);
});

test('a request that no rule concerns is signed without a record', async () => {
  const asked: Asked = { signed: [], answered: [] };
  const store = new MemoryStore();
  const selection: Understood = { ...vote(5n), type: 'AGGREGATION_SLOT', claim: null, priority: 'selection' };
  const signing = signingWith({ store, key: {}, asked, reader: answering(selection) });
  assert.equal((await signing.sign(request)).kind, 'signed');
  for await (const record of store.list()) assert.fail(`something was recorded: ${JSON.stringify(record.lane)}`);
  assert.deepEqual(asked.signed, [root(0xaa)]);
});

function fail(code: Fault['code']): never {
  throw new Fault(code, 'as this test wants it');
}
