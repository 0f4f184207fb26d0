import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { FirestoreStore } from '../../src/stores/firestore/firestore-store.ts';
import { contractFailures } from '../contract/mark-store.ts';
import { ethereumLane } from '../contract/samples.ts';
import { oneWinner } from '../firestore/one-winner.ts';
import { pass, StandIn } from '../firestore/stand-in.ts';
import { note } from '../not-run.ts';
import { reportSuite } from '../suites.ts';
import { openOn } from '../support/firestore-fixture.ts';

const standIn = await StandIn.start();
let caught = 0;
after(async () => {
  await standIn.end();
  note(`sabotage, Firestore: ${caught} planted faults, each caught`);
});
afterEach(() => {
  standIn.plan = () => pass;
});
reportSuite('sabotage', 'firestore');

interface CommitRequest {
  transaction: Buffer;
  writes: { update: { fields: Record<string, Record<string, unknown>> }; currentDocument: unknown }[];
}

/** Changes what every commit says, on its way to the server. */
function plant(change: (request: CommitRequest) => void): void {
  standIn.plan = ({ method, request }) => {
    if (method === 'Commit') change(request as unknown as CommitRequest);
    return pass;
  };
}

function fields(change: (fields: Record<string, Record<string, unknown>>) => void): (request: CommitRequest) => void {
  return ({ writes }) => {
    for (const { update } of writes) change(update.fields);
  };
}

const broken = [
  {
    name: 'the digest is not written',
    breaks: 'marks, closed lanes and identity survive a restart',
    change: fields((written) => {
      if ('digest' in written) written['digest'] = { nullValue: 'NULL_VALUE' };
    }),
  },
  {
    name: 'numbers pass through a double',
    breaks: 'compares numbers at every boundary of both chains',
    change: fields((written) => {
      const text = written['lvl']?.['integerValue'];
      if (text !== undefined) written['lvl'] = { integerValue: BigInt.asIntN(63, BigInt(Number(text))).toString() };
    }),
  },
  {
    name: 'that a lane is closed is not written',
    breaks: 'closing keeps the mark, binds every call, and opening goes on from there',
    change: fields((written) => {
      if (written['off']?.['booleanValue'] === true && 'lvl' in written) delete written['off'];
    }),
  },
  {
    name: 'stop lines are not written',
    breaks: 'a stop line is set, moved either way and taken away, for each network by itself',
    change: fields((written) => {
      if ('stops' in written) written['stops'] = { mapValue: { fields: {} } };
    }),
  },
];

for (const { name, breaks, change } of broken) {
  test(`sabotage: the contract catches, in Firestore: ${name}`, async () => {
    plant(change);
    const failures = await contractFailures(openOn(standIn), { histories: 2, stopsInStore: true, only: breaks });
    assert(
      failures.some((failure) => failure.startsWith(breaks)),
      JSON.stringify(failures),
    );
    caught += 1;
  });
}

test('sabotage: two stores catch commits outside a transaction and without preconditions', async () => {
  plant((request) => {
    request.transaction = Buffer.alloc(0);
    for (const write of request.writes) write.currentDocument = null;
  });
  const open = (): Promise<FirestoreStore> =>
    FirestoreStore.open({ project: 'tidemark-test', collection: 'sabotage', emulatorHost: standIn.host });
  const stores = [await open(), await open()] as const;
  await assert.rejects(oneWinner(stores, ethereumLane(1)), assert.AssertionError);
  for (const store of stores) await store.end();
  caught += 1;
});
