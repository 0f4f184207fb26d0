import assert from 'node:assert/strict';
import { CreateTableCommand, DescribeTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { isFault } from '../../src/base/fault.ts';
import { mark, tezosLane } from '../contract/samples.ts';
import { awsError, type Fate, jsonReply, pass, type Plan } from './fault-proxy.ts';
import type { Suite } from './suite.ts';

export const tableAtStart: Suite = {
  title: 'the table at the start',
  cases: ({ test, makeWorld, kind: { name } }) => {
    test('ten replicas that start at once make one table, and each of them signs', async () => {
      await using world = await makeWorld();
      const stores = await Promise.all(Array.from({ length: 10 }, () => world.open()));
      for (const [index, store] of stores.entries()) {
        assert.equal((await store.advance(tezosLane('a'), mark(BigInt(index + 1)))).kind, 'advance');
      }
      assert.equal(new Set(stores.map(({ identity }) => identity)).size, 1, 'one store, one identity');
    });

    for (const kind of ['created', 'found'] as const) {
      test(`a table that was ${kind} is waited for until it is ACTIVE`, async () => {
        await using world = await makeWorld();
        if (kind === 'found') await world.open();
        world.proxy.forget();
        world.proxy.plan = ({ action, index }) =>
          action === 'DescribeTable' && index < 3 ? spoilTable({ TableStatus: 'CREATING' }) : pass;
        const store = await world.open();
        assert.ok(world.proxy.count('DescribeTable') > 3, 'it asked until the table was there');
        assert.equal((await store.advance(tezosLane('a'), mark(1n))).kind, 'advance');
      });
    }

    test('answers that get lost at the start are asked for again', async () => {
      await using world = await makeWorld();
      world.proxy.plan = ({ index }): Fate => (index === 0 ? { kind: 'lost' } : index === 1 ? { kind: 'cut' } : pass);
      const store = await world.open();
      world.proxy.plan = () => pass;
      assert.ok(world.proxy.count('DescribeTable') > 2 && world.proxy.count('CreateTable') > 0);
      assert.equal((await store.advance(tezosLane('a'), mark(1n))).kind, 'advance');
    });

    const keys = {
      'another partition key': { hash: 'id', range: 'request' },
      'another sort key': { hash: 'idx', range: 'kind' },
      'no sort key': { hash: 'idx', range: null },
    };
    for (const [what, { hash, range }] of Object.entries(keys)) {
      test(`a table with ${what} is not started on`, async () => {
        await using world = await makeWorld();
        const names = range === null ? [hash] : [hash, range];
        await world.sdk.send(
          new CreateTableCommand({
            TableName: world.table,
            AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
            KeySchema: names.map((AttributeName, index) => ({
              AttributeName,
              KeyType: index === 0 ? 'HASH' : 'RANGE',
            })),
            BillingMode: 'PAY_PER_REQUEST',
          }),
        );
        await assertRefusesStart(world.open(), /key/iu);
      });
    }

    test('D-11: a table from which rows may vanish by a time to live is not started on', async () => {
      await using world = await makeWorld();
      await world.open();
      for (const status of ['ENABLED', 'ENABLING']) {
        const body = JSON.stringify({ TimeToLiveDescription: { TimeToLiveStatus: status, AttributeName: 'expires' } });
        world.proxy.plan = onAction('DescribeTimeToLive', { kind: 'answer', reply: jsonReply(body) });
        await assertRefusesStart(world.open(), /time to live|ttl/iu);
      }
      const off = JSON.stringify({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } });
      world.proxy.plan = onAction('DescribeTimeToLive', { kind: 'answer', reply: jsonReply(off) });
      await world.open();
    });

    if (name === 'DynamoDB Local')
      test('D-11: the same, with the time to live really on', async () => {
        await using world = await makeWorld();
        await world.open();
        const specification = { Enabled: true, AttributeName: 'expires' };
        await world.sdk.send(
          new UpdateTimeToLiveCommand({ TableName: world.table, TimeToLiveSpecification: specification }),
        );
        await assertRefusesStart(world.open(), /time to live|ttl/iu);
      });

    test('D-11: whether rows may vanish, and may not be asked, does not stop the start', async () => {
      await using world = await makeWorld();
      const reply = awsError('AccessDeniedException', 'not authorized to perform: dynamodb:DescribeTimeToLive');
      world.proxy.plan = onAction('DescribeTimeToLive', { kind: 'answer', reply });
      await world.open();
    });

    test('D-07: replicas in other Regions of which the last writer wins are not started on', async () => {
      await using world = await makeWorld();
      await world.open();
      const Replicas = [{ RegionName: 'eu-west-1', ReplicaStatus: 'ACTIVE' }];
      for (const extra of [{ Replicas }, { Replicas, MultiRegionConsistency: 'EVENTUAL' }]) {
        world.proxy.plan = onAction('DescribeTable', spoilTable(extra));
        await assertRefusesStart(world.open(), /region|replica/iu);
      }
      world.proxy.plan = onAction('DescribeTable', spoilTable({ Replicas, MultiRegionConsistency: 'STRONG' }));
      await world.open();
      world.proxy.plan = onAction('DescribeTable', spoilTable({ Replicas: [] }));
      await world.open();
    });

    test('a table that may not be made is not made', async () => {
      await using world = await makeWorld();
      await assertRefusesStart(world.open({ makeTable: false }), /does not exist/u);
      assert.equal(world.proxy.count('CreateTable'), 0);
      assert.equal(await world.tableExists(), false);
    });

    test('on demand, when it is told so', async () => {
      await using world = await makeWorld();
      await world.open({ billingMode: 'on_demand' });
      const { Table: table } = await world.sdk.send(new DescribeTableCommand({ TableName: world.table }));
      assert.equal(table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
    });

    test('no credentials that the service takes, no start', async () => {
      await using world = await makeWorld();
      for (const code of ['UnrecognizedClientException', 'InvalidSignatureException', 'ExpiredTokenException']) {
        world.proxy.plan = () => ({ kind: 'answer', reply: awsError(code, 'no') });
        await assert.rejects(world.open(), (error) => isFault(error), code);
      }
      assert.equal(await world.tableExists(), false);
    });
  },
};

function onAction(action: string, fate: Fate): Plan {
  return (call) => (call.action === action ? fate : pass);
}

/** The server's description of the table, with some of it replaced. */
function spoilTable(extra: Readonly<Record<string, unknown>>): Fate {
  return {
    kind: 'spoil',
    spoil: ({ status, body }) => {
      if (status !== 200) return { status, headers: {}, body };
      const { Table: table } = JSON.parse(body) as { Table: Record<string, unknown> };
      return jsonReply(JSON.stringify({ Table: { ...table, ...extra } }));
    },
  };
}

async function assertRefusesStart(opened: Promise<unknown>, why: RegExp): Promise<void> {
  await assert.rejects(opened, (error) => {
    assert.ok(isFault(error), String(error));
    assert.match(error.message, why);
    return true;
  });
}
