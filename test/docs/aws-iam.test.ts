import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actions } from '../../src/stores/dynamodb/client.ts';
import { DynamoDbStore } from '../../src/stores/dynamodb/dynamodb-store.ts';
import { listOf } from '../contract/history-cases.ts';
import { ethereumLane, mark, tezosLane } from '../contract/samples.ts';
import { credentials, region } from '../dynamodb/credentials.ts';
import type { Emulator } from '../dynamodb/emulator.ts';
import { dynaliteKind } from '../dynamodb/emulators.ts';
import { awsError, FaultProxy, pass } from '../dynamodb/fault-proxy.ts';
import { readPage, sectionOf } from './page.ts';

/** The page's sets of permissions, each granted to a store that does the work it is for, and nothing else. */
const page = readPage('docs/operations/aws-iam.md');
const signing = actionsOf('signing');
const administration = [...signing, ...actionsOf('administration')];
const migration = [...signing, ...actionsOf('migration-and-inspection')];
const timing = { budgetMs: { tezos: 30_000, ethereum: 30_000 }, tryMs: 10_000 };

let emulator: Emulator;
let proxy: FaultProxy;
let tables = 0;
/** Actions that the credentials did not allow. */
const denied = new Set<string>();

before(async () => {
  emulator = await dynaliteKind.start();
  proxy = await FaultProxy.start(emulator.endpoint);
});

after(async () => {
  await proxy.end();
  await emulator.end();
});

test('the page names every action that the program can ask for, and no other', () => {
  const named = new Set([...administration, ...migration]);
  assert.deepEqual([...named].toSorted(), Object.keys(actions).toSorted());
});

test('the policy of the page is its table', () => {
  const [policy] = sectionOf(page, 'signing').blocks.filter(({ language }) => language === 'json');
  const { Statement: statements } = JSON.parse(policy?.text ?? '{}') as { Statement: { Action: string[] }[] };
  const allowed = statements.flatMap(({ Action }) => Action.map((action) => action.replace('dynamodb:', '')));
  assert.deepEqual(allowed.toSorted(), signing.toSorted());
});

test('signing: the set is enough for every duty of both chains, its conflicts and repeats, and none of it is idle', async () => {
  await allowing(signing, async (store) => {
    for (const lane of [...duties, ...duties]) await store.advance(lane, mark(5n));
    await store.stops();
  });
});

test('administration: the set is enough to draw a stop line', async () => {
  const { network } = ethereumLane(1);
  await allowing(administration, async (store) => {
    await store.advance(ethereumLane(1), mark(5n));
    await store.setStop(network, { slot: 9n, epoch: 9n });
    await store.setStop(network, null);
  });
});

test('migration: the set is enough to read and fill a whole table', async () => {
  await allowing(migration, async (store) => {
    for (const lane of duties) await store.raise(lane, mark(5n));
    assert.equal((await listOf(store)).size, duties.length);
  });
});

test('what is not allowed is found', async () => {
  await assert.rejects(
    allowing(['DescribeTable', 'CreateTable'], async (store) => {
      await store.advance(tezosLane('a'), mark(5n));
    }),
  );
  denied.clear();
});

const duties = [
  ...(['block', 'preattestation', 'attestation'] as const).map((duty) => tezosLane('a', duty)),
  ...(['block', 'attestation'] as const).map((duty) => ethereumLane(1, duty)),
];

/** Opens a store that may do this much. @throws AssertionError when it asked for more, or not for all of it */
async function allowing(allowed: readonly string[], use: (store: DynamoDbStore) => Promise<void>): Promise<void> {
  denied.clear();
  proxy.forget();
  proxy.plan = ({ action }) => {
    if (allowed.includes(action)) return pass;
    denied.add(action);
    return { kind: 'answer', reply: awsError('AccessDeniedException', `not authorized: dynamodb:${action}`) };
  };
  tables += 1;
  const place = { region, table: `iam-${process.pid}-${tables}`, endpoint: proxy.endpoint, credentials, timing };
  const store = await DynamoDbStore.open(place);
  try {
    await use(store);
  } finally {
    await store.end();
  }
  assert.deepEqual([...denied], [], 'the page does not name these');
  const idle = allowed.filter((action) => proxy.count(action) === 0);
  assert.deepEqual(idle, [], 'the page names these in vain');
}

function actionsOf(anchor: string): string[] {
  const rows = sectionOf(page, anchor).text.matchAll(/^\| `dynamodb:(\w+)` \|/gmu);
  return [...rows].map(([, action = '']) => action);
}
