import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { isFault } from '../../src/base/fault.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { FirestoreStore } from '../../src/stores/firestore/firestore-store.ts';
import { ethereumLane, mark, rootOf, tezosLane, uint64Max } from '../contract/samples.ts';
import { oneWinner } from './one-winner.ts';
import { pass, type Plan, StandIn } from './stand-in.ts';

const project = 'tidemark-test';
const timing = { budgetMs: { tezos: 600, ethereum: 600 }, tryMs: 200 };
const lane = ethereumLane(1);
let standIn: StandIn;
let collection: string;
let rounds = 0;
const opened: MarkStore[] = [];

before(async () => {
  standIn = await StandIn.start();
});

after(async () => {
  await Promise.all(opened.map((store) => store.end()));
  await standIn.end();
});

beforeEach(() => {
  rounds += 1;
  collection = `faults-${rounds}`;
  standIn.plan = () => pass;
});

async function open(options: { make?: boolean } = {}): Promise<MarkStore> {
  const store = await FirestoreStore.open({ project, collection, emulatorHost: standIn.host, timing, ...options });
  opened.push(store);
  return store;
}

function nameOf(path: string): string {
  return `projects/${project}/databases/(default)/documents/${collection}/${path}`;
}

/** The first `times` calls of a method get `fate`. */
function first(times: number, wanted: string, fate: ReturnType<Plan>): Plan {
  let left = times;
  return ({ method }) => {
    if (method !== wanted || left === 0) return pass;
    left -= 1;
    return fate;
  };
}

function methods(): string[] {
  return standIn.calls.map(({ method }) => method);
}

test('an advance is two round trips, a refusal one that anybody waits for', async () => {
  const store = await open();
  standIn.calls.length = 0;
  await store.advance(lane, mark(5n));
  assert.deepEqual(methods(), ['BatchGetDocuments', 'Commit']);
  standIn.calls.length = 0;
  assert.equal((await store.advance(lane, mark(4n))).kind, 'refused');
  assert.deepEqual(
    methods().filter((method) => method !== 'Rollback'),
    ['BatchGetDocuments'],
  );
});

test('contended increments on the stand-in never lose an update', async () => {
  const { documents } = standIn;
  const name = nameOf('counter');
  const valueIn = (fields: ReturnType<typeof documents.fields>): number => Number(fields?.['n']?.['integerValue'] ?? 0);
  const increment = async (transaction: string): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      const id = `${transaction}-${tries}`;
      const n = valueIn(documents.read(name, id)?.fields ?? null);
      await new Promise(setImmediate);
      try {
        documents.commit([{ update: { name, fields: { n: { integerValue: `${n + 1}` } } } }], id);
        return;
      } catch {
        continue;
      }
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => increment(`t${index}`)));
  assert.equal(valueIn(documents.fields(name)), 20);
});

test('two stores, 64 conflicting requests, exactly one winner', async () => {
  await oneWinner([await open(), await open()], lane);
});

test('G-01: four aborts, and the fifth try records once', async () => {
  const store = await open();
  standIn.plan = first(4, 'Commit', { kind: 'refuse', code: status.ABORTED });
  assert.deepEqual(await store.advance(lane, mark(5n)), { kind: 'advance', found: null });
  assert.deepEqual(await store.advance(lane, mark(5n)), { kind: 'repeat', found: mark(5n) });
});

test('G-02: contention that does not end is store_unavailable, and nothing is recorded', async () => {
  const store = await open();
  standIn.plan = first(Infinity, 'Commit', { kind: 'refuse', code: status.ABORTED });
  await assert.rejects(store.advance(lane, mark(5n)), (error) => isFault(error, 'store_unavailable'));
  standIn.plan = () => pass;
  assert.equal((await store.read(lane)).mark, null);
});

for (const code of ['DEADLINE_EXCEEDED', 'UNAVAILABLE', 'CANCELLED', 'INTERNAL', 'UNKNOWN'] as const) {
  test(`G-03: ${code} after the commit was made: our own mark is found, and is an advance`, async () => {
    const store = await open();
    await store.advance(lane, mark(4n));
    standIn.plan = first(1, 'Commit', { kind: 'lose', code: status[code] });
    assert.deepEqual(await store.advance(lane, mark(5n)), { kind: 'advance', found: mark(4n) });
    assert.deepEqual((await store.read(lane)).mark, mark(5n));
  });

  test(`G-03: ${code} for ever is store_unavailable; asked again, the same bytes repeat and others do not`, async () => {
    const store = await open();
    let lost = false;
    standIn.plan = ({ method }) => {
      if (method === 'Commit') lost = true;
      if (method === 'Commit') return { kind: 'lose', code: status[code] };
      return lost && method === 'BatchGetDocuments' ? { kind: 'refuse', code: status[code] } : pass;
    };
    await assert.rejects(store.advance(lane, mark(5n)), (error) => isFault(error, 'store_unavailable'));
    standIn.plan = () => pass;
    assert.equal((await store.advance(lane, mark(5n, { root: rootOf(1) }))).kind, 'refused');
    assert.equal((await store.advance(lane, mark(5n))).kind, 'repeat');
  });
}

for (const code of ['PERMISSION_DENIED', 'UNAUTHENTICATED', 'NOT_FOUND'] as const) {
  test(`G-04: ${code} is store_unavailable at once, and nothing is made`, async () => {
    const store = await open();
    const names = standIn.documents.names();
    standIn.calls.length = 0;
    standIn.plan = () => ({ kind: 'refuse', code: status[code] });
    await assert.rejects(store.advance(lane, mark(5n)), (error) => isFault(error, 'store_unavailable'));
    assert.equal(standIn.calls.length, 1);
    assert.deepEqual(standIn.documents.names(), names);
  });
}

test('G-05: a collection that was emptied or replaced ends the store, and a start refuses Ethereum marks without a name', async () => {
  const [store, other] = [await open(), await open()];
  await store.advance(lane, mark(5n));
  const home = standIn.documents.fields(nameOf('tidemark')) ?? assert.fail();
  standIn.documents.remove(nameOf('tidemark'));
  await assert.rejects(store.advance(lane, mark(6n)), (error) => isFault(error, 'store_failed'));
  await assert.rejects(store.read(lane), (error) => isFault(error, 'store_failed'));
  await assert.rejects(open(), (error) => isFault(error, 'store_corrupt'));
  standIn.documents.put(nameOf('tidemark'), { ...home, store: { stringValue: '0'.repeat(36) } });
  await assert.rejects(other.advance(lane, mark(6n)), (error) => isFault(error, 'store_failed'));
});

test('where there is no store and none may be made, the start is refused and leaves nothing', async () => {
  await assert.rejects(open({ make: false }), (error) => isFault(error, 'config_invalid'));
  assert.ok(!standIn.documents.names().some((name) => name.includes(`/${collection}/`)));
});

test('G-08: numbers above 2^53 and above 2^63 are exact, as what they are', async () => {
  const store = await open();
  for (const height of [2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, uint64Max]) {
    assert.equal((await store.advance(lane, mark(height, { floor: height }))).kind, 'advance');
    assert.deepEqual((await store.read(lane)).mark, mark(height, { floor: height }));
    assert.equal((await store.advance(lane, mark(height - 1n))).kind, 'refused');
    const { lvl } = standIn.documents.fields(nameOf(`${lane.network}/attestation/${lane.key}`)) ?? assert.fail();
    assert.equal(lvl?.[height < 2n ** 63n ? 'integerValue' : 'stringValue'], `${height}`);
  }
});

test("G-09: Signatory's documents, under every name, bind the lane; both of an attestation are written", async () => {
  const tezos = tezosLane('a', 'attestation');
  const digest = { arrayValue: { values: Array.from({ length: 32 }, () => ({ integerValue: '170' })) } };
  const numbers = [
    ['endorsement', '7'],
    ['attestation_with_dal', '9'],
    ['attestation', '8'],
  ] as const;
  const pathOf = (kind: string): string => nameOf(`${tezos.network}/${kind}/${tezos.key}`);
  for (const [kind, lvl] of numbers) {
    const fields = { request: { stringValue: kind }, lvl: { integerValue: lvl }, round: { integerValue: '0' }, digest };
    standIn.documents.put(pathOf(kind), fields);
  }
  const store = await open();
  assert.deepEqual(await store.advance(tezos, mark(9n, { root: rootOf(1) })), {
    kind: 'refused',
    why: 'double_vote',
    found: mark(9n),
  });
  assert.equal((await store.advance(tezos, mark(9n))).kind, 'repeat');
  assert.equal((await store.advance(tezos, mark(10n))).kind, 'advance');
  for (const kind of ['attestation', 'attestation_with_dal']) {
    const fields = standIn.documents.fields(pathOf(kind)) ?? assert.fail();
    assert.deepEqual([fields['lvl']?.['integerValue'], fields['request']?.['stringValue']], ['10', kind]);
  }
});

test('a stop line that is drawn between reading and writing binds the writer', async () => {
  const [signer, operator] = [await open(), await open()];
  let drawn: Promise<void> | null = null;
  standIn.plan = ({ method }) => {
    if (method !== 'Commit' || drawn !== null) return pass;
    drawn = operator.setStop(lane.network, { slot: 5n, epoch: 5n });
    return { kind: 'hold', until: drawn };
  };
  const verdict = await signer.advance(lane, mark(5n));
  assert.deepEqual(verdict, { kind: 'refused', why: 'stopped', found: null });
});

for (const damage of ['lvl', 'digest', 'round'] as const) {
  test(`a document without ${damage} is store_corrupt for its lane, and for no other`, async () => {
    const store = await open();
    await store.advance(lane, mark(5n));
    const name = nameOf(`${lane.network}/attestation/${lane.key}`);
    const { [damage]: _gone, ...rest } = standIn.documents.fields(name) ?? assert.fail();
    standIn.documents.put(name, rest);
    await assert.rejects(store.advance(lane, mark(6n)), (error) => isFault(error, 'store_corrupt'));
    assert.equal((await store.advance(ethereumLane(2), mark(6n))).kind, 'advance');
  });
}
