import assert from 'node:assert/strict';
import { isFault } from '../../src/base/fault.ts';
import { ethereumLane, mark, rootOf } from '../contract/samples.ts';
import { awsError, pass, type Plan } from './fault-proxy.ts';
import type { Suite } from './suite.ts';
import type { Item } from './world.ts';

const lane = ethereumLane(1);
const { network } = lane;
const line = { slot: 9n, epoch: 9n };
const seedActions = ['CreateTable', 'DescribeTable', 'PutItem'];
const recordKey = { idx: { S: 'stop-lines' }, request: { S: 'stop-lines' } };

/** Stop lines whose record is damaged, gone, or not to be read. */
export const stopRecord: Suite = {
  title: 'the record of the stop lines',
  cases: ({ test, makeWorld, kind: { returnsOldItem } }) => {
    for (const [name, damage] of Object.entries<Item>({
      'no lines': { ...recordKey, revision: { N: '1' } },
      'no revision': { ...recordKey, lines: { M: {} } },
      'a line without an epoch': {
        ...recordKey,
        revision: { N: '1' },
        lines: { M: { [network]: { M: { slot: { N: '9' } } } } },
      },
      'a line of no network': { ...recordKey, revision: { N: '1' }, lines: { M: { mainnet: { M: {} } } } },
    })) {
      test(`a record with ${name} is corrupt, and no guard starts on it`, async () => {
        await using world = await makeWorld();
        const store = await world.open();
        await world.put(damage);
        await assert.rejects(store.stops(), (error) => isFault(error, 'store_corrupt'));
        await assert.rejects(store.advance(lane, mark(5n)), (error) => isFault(error, 'store_corrupt'));
        await assert.rejects(store.setStop(network, line), (error) => isFault(error, 'store_corrupt'));
      });
    }

    test('a record that is gone while lanes carry its line is corrupt, not "no line"', async () => {
      await using world = await makeWorld();
      const store = await world.open();
      await store.advance(lane, mark(5n));
      await store.setStop(network, line);
      await world.removeItem(recordKey);
      const later = await world.open();
      for (const height of [6n, 10n]) {
        await assert.rejects(later.advance(lane, mark(height)), (error) => isFault(error, 'store_corrupt'));
      }
    });

    test('a stamp that was left behind stops nobody, and goes with the next signature', async () => {
      await using world = await makeWorld();
      const store = await world.open();
      await store.advance(lane, mark(5n));
      await store.setStop(network, line);
      const stamped = await world.item(lane);
      assert.deepEqual(stamped?.['stop'], { N: '9' });
      await store.setStop(network, null);
      await world.put(stamped);
      const later = await world.open();
      assert.equal((await later.advance(lane, mark(20n, { root: rootOf(1) }))).kind, 'advance');
      assert.equal((await world.item(lane))?.['stop'], undefined);
    });

    if (!returnsOldItem) return;
    test("with exactly the seed's three actions a line holds, for lanes that sign and for lanes that are new", async () => {
      await using world = await makeWorld();
      const old = await world.open();
      await old.advance(lane, mark(5n));
      const bound = await world.replica();
      bound.proxy.plan = onlySeed;
      await bound.store.advance(lane, mark(6n));
      await old.setStop(network, line);
      for (const each of [lane, ethereumLane(1, 'block'), ethereumLane(2)]) {
        const verdict = await bound.store.advance(each, mark(9n, { floor: 0n, root: rootOf(1) }));
        assert.equal(verdict.kind === 'refused' ? verdict.why : verdict.kind, 'stopped');
        assert.equal((await bound.store.advance(each, mark(8n))).kind, 'advance');
      }
      assert.deepEqual(await bound.store.stops(), new Map([[network, line]]));
    });
  },
};

const onlySeed: Plan = ({ action }) =>
  seedActions.includes(action)
    ? pass
    : { kind: 'answer', reply: awsError('AccessDeniedException', `not authorized to perform: dynamodb:${action}`) };
