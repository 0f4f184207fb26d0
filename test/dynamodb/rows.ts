import assert from 'node:assert/strict';
import { DescribeTableCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { isFault } from '../../src/base/fault.ts';
import type { Lane } from '../../src/protection/lane.ts';
import { encode } from '../../src/tezos/base58.ts';
import { ethereumLane, intent, mark, rootOf, tezosLane, uint64Max } from '../contract/samples.ts';
import { awsError, pass } from './fault-proxy.ts';
import { guardOf } from './guards.ts';
import type { Item } from './world.ts';
import type { Suite } from './suite.ts';

/** The record of the seed's example; its texts have no valid checksums, and no store looks at them. */
const seedLane: Lane = {
  chain: 'tezos',
  network: 'NetXdQprcVkpaWU',
  key: 'tz1aKTCPZHZRzNBrucPp8WTiAMzaYh84NZkC',
  duty: 'block',
};
const sure = { deterministic: true };
/** One write unit pays for so many bytes. */
const writeUnitBytes = 1024;

export const rows: Suite = {
  title: 'the rows of the DynamoDB store',
  cases: ({ test, makeWorld }) => {
    test("what AWS's own client scans is the seed's example, item by item", async () => {
      await using world = await makeWorld();
      const store = await world.open();
      const digest = rootOf(0xd16e57);
      await store.advance(seedLane, mark(2_495_866n, { root: digest }));
      const item = {
        idx: { S: 'NetXdQprcVkpaWU/tz1aKTCPZHZRzNBrucPp8WTiAMzaYh84NZkC' },
        request: { S: 'block' },
        lvl: { N: '2495866' },
        round: { N: '0' },
        digest: { S: encode('vh', Buffer.from(digest, 'hex')) },
      };
      assert.deepEqual(await rowsOf(world.items()), [item]);
      const query = new QueryCommand({
        TableName: world.table,
        KeyConditionExpression: 'idx = :idx',
        ExpressionAttributeValues: { ':idx': item.idx },
      });
      assert.deepEqual((await world.sdk.send(query)).Items, [item]);
    });

    test("the table has the seed's keys and capacity", async () => {
      await using world = await makeWorld();
      await world.open();
      const { Table: table } = await world.sdk.send(new DescribeTableCommand({ TableName: world.table }));
      assert.deepEqual(table?.KeySchema, [
        { AttributeName: 'idx', KeyType: 'HASH' },
        { AttributeName: 'request', KeyType: 'RANGE' },
      ]);
      const types = table?.AttributeDefinitions?.map((each) => `${each.AttributeName} ${each.AttributeType}`);
      assert.deepEqual(types?.toSorted(), ['idx S', 'request S']);
      assert.equal(table?.ProvisionedThroughput?.ReadCapacityUnits, 5);
      assert.equal(table?.ProvisionedThroughput?.WriteCapacityUnits, 5);
      assert.equal(table?.TableStatus, 'ACTIVE');
    });

    test('D-13: a lane that one replica closes is closed for the other at once, with the three actions of the seed', async () => {
      await using world = await makeWorld();
      const [here, there] = [await world.replica(), await world.replica()];
      const guard = await guardOf(there.store);
      const lane = ethereumLane(1);
      assert.equal((await guard.admit(intent(lane, mark(5n)), sure)).kind, 'granted');
      await here.store.close(lane);
      there.proxy.forget();
      there.proxy.plan = ({ action }) =>
        action === 'PutItem' || action === 'GetItem'
          ? pass
          : { kind: 'answer', reply: awsError('AccessDeniedException', 'no index is needed') };
      for (const height of [5n, 6n, 7n]) {
        const admission = await guard.admit(intent(lane, mark(height)), sure);
        assert.equal(admission.kind, 'refused');
        assert.ok(admission.kind !== 'refused' || admission.why === 'closed');
      }
      const asked = Object.keys(there.proxy.answered).filter((action) => action !== 'PutItem' && action !== 'GetItem');
      assert.deepEqual(asked, [], 'no query, no scan, no index');
      await here.store.open(lane);
      assert.equal((await guard.admit(intent(lane, mark(8n)), sure)).kind, 'granted');
    });

    test('D-14: no two lanes share a row, whatever chain, key or duty', async () => {
      await using world = await makeWorld();
      const store = await world.open();
      const lanes = [
        ...['block', 'preattestation', 'attestation'].map((duty) => tezosLane('a', duty as Lane['duty'])),
        tezosLane('b'),
        { ...tezosLane('b'), network: 'NetXnHfVqm9iesp' },
        ...[1, 2].flatMap((key) => [ethereumLane(key, 'block'), ethereumLane(key)]),
        { ...ethereumLane(1), network: `0x${rootOf(1)}` },
      ];
      for (const [index, lane] of lanes.entries()) {
        const verdict = await store.advance(lane, mark(100n - BigInt(index), { root: rootOf(index) }));
        assert.deepEqual(verdict, { kind: 'advance', found: null }, `lane ${index} met another one`);
      }
      for (const [index, lane] of lanes.entries()) {
        assert.deepEqual((await store.read(lane)).mark, mark(100n - BigInt(index), { root: rootOf(index) }));
      }
    });

    for (const [one, other] of [
      [2n ** 53n, 2n ** 53n + 1n],
      [2n ** 63n - 1n, 2n ** 63n],
      [uint64Max - 1n, uint64Max],
    ] as const) {
      test(`D-15: ${one} and ${other} are two numbers, as height, floor and round`, async () => {
        await using world = await makeWorld();
        const store = await world.open();
        const [attestations, blocks] = [ethereumLane(1), tezosLane('a')];
        const low = mark(one, { floor: one, root: rootOf(1) });
        const high = mark(other, { floor: other, root: rootOf(2) });
        assert.equal((await store.advance(attestations, low)).kind, 'advance');
        assert.deepEqual(await store.advance(attestations, high), { kind: 'advance', found: low });
        assert.deepEqual(await store.read(attestations), { mark: high, closed: false });
        assert.deepEqual(await store.advance(attestations, { ...high, floor: one }), refused('double_vote', high));
        assert.deepEqual(await store.advance(attestations, low), refused('below_mark', high));
        const before = mark(1n, { round: one, root: rootOf(1) });
        const after = mark(1n, { round: other, root: rootOf(2) });
        assert.equal((await store.advance(blocks, before)).kind, 'advance');
        assert.deepEqual(await store.advance(blocks, after), { kind: 'advance', found: before });
        assert.deepEqual(await store.advance(blocks, before), refused('below_mark', after));
        const item = await world.item(attestations);
        assert.deepEqual([item?.['lvl'], item?.['floor']], [{ N: `${other}` }, { N: `${other}` }]);
      });
    }

    test('D-16: the largest row costs one write unit, far from the limit of an item', async () => {
      await using world = await makeWorld();
      const store = await world.open();
      const largest = mark(uint64Max, { floor: uint64Max, root: 'f'.repeat(64) });
      await store.advance(ethereumLane(1), largest);
      await store.advance(tezosLane('a', 'preattestation'), { ...largest, floor: 0n, round: uint64Max });
      await store.close(ethereumLane(1));
      const sizes = (await rowsOf(world.items())).map(bytesOf);
      assert.equal(sizes.length, 2);
      for (const size of sizes) assert.ok(size < writeUnitBytes, `${size} bytes`);
    });

    const digest = rootOf(0xd16e57);
    const whole: Item = {
      idx: { S: `${seedLane.network}/${seedLane.key}` },
      request: { S: 'block' },
      lvl: { N: '10' },
      round: { N: '1' },
      digest: { S: encode('vh', Buffer.from(digest, 'hex')) },
    };
    for (const [name, item] of Object.entries({ 'as text': whole, 'as bytes': { ...whole, digest: bytes(digest) } })) {
      test(`a digest that stands ${name} is read`, async () => {
        await using world = await makeWorld();
        const store = await world.open();
        await world.put(item);
        const found = mark(10n, { round: 1n, root: digest });
        assert.deepEqual(await store.advance(seedLane, found), { kind: 'repeat', found });
        assert.deepEqual(await store.advance(seedLane, { ...found, root: rootOf(1) }), refused('double_vote', found));
      });
    }

    const { lvl: _lvl, ...withoutLevel } = whole;
    const { round: _round, ...withoutRound } = whole;
    const damaged: Readonly<Record<string, Item>> = {
      'no level': withoutLevel,
      'no round': withoutRound,
      'a level as text': { ...whole, lvl: { S: '10' } },
      'a level below zero': { ...whole, lvl: { N: '-1' } },
      'a level with a fraction': { ...whole, lvl: { N: '1.5' } },
      'a level above uint64': { ...whole, lvl: { N: `${uint64Max + 1n}` } },
      'a round that is no number': { ...whole, round: { BOOL: true } },
      'a digest of 31 bytes': { ...whole, digest: bytes(digest.slice(2)) },
      'a digest with a wrong checksum': {
        ...whole,
        digest: { S: 'vh2g3Wz8zrL8J7qXEFykT7BbzCwW6LsyWvxvfssnhAVzw1uXfCJf' },
      },
      'a digest that is a number': { ...whole, digest: { N: '1' } },
    };
    for (const [name, item] of Object.entries(damaged)) {
      test(`a row with ${name} is corrupt, and nothing is signed where it stands or below`, async () => {
        await using world = await makeWorld();
        const store = await world.open();
        await world.put(item);
        await assert.rejects(store.read(seedLane), (error) => isFault(error, 'store_corrupt'));
        for (const next of [mark(1n), mark(10n), mark(10n, { round: 1n, root: digest })]) {
          await world.put(item);
          const kind = await store.advance(seedLane, next).then(
            (verdict) => verdict.kind,
            (error: unknown) => (isFault(error) ? error.code : assert.fail(String(error))),
          );
          const readable = name.startsWith('a digest');
          assert.ok(kind === 'store_corrupt' || (readable && kind === 'refused'), `level ${next.height}: ${kind}`);
        }
      });
    }
  },
};

function refused(why: string, found: unknown): unknown {
  return { kind: 'refused', why, found };
}

function bytes(hex: string): { B: Uint8Array } {
  return { B: Buffer.from(hex, 'hex') };
}

/** The rows of lanes: what the store keeps about itself has no level. */
async function rowsOf(items: Promise<Item[]>): Promise<Item[]> {
  return (await items).filter((item) => 'lvl' in item);
}

/** The size of an item by DynamoDB's own rule, numbers at their longest. */
function bytesOf(item: Item): number {
  const numberBytes = 21;
  const sizes = Object.entries(item).map(([name, { S: text, B: binary }]) => {
    return Buffer.byteLength(name) + (text === undefined ? (binary?.length ?? numberBytes) : Buffer.byteLength(text));
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
