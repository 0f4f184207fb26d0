import assert from 'node:assert/strict';
import { isFault } from '../../src/base/fault.ts';
import { ethereumLane, intent, mark, rootOf, tezosLane } from '../contract/samples.ts';
import { awsError, type Call, type Fate, pass } from './fault-proxy.ts';
import { credentials } from './credentials.ts';
import { guardOf } from './guards.ts';
import type { Suite } from './suite.ts';
import { keyOf } from './world.ts';

/** All that the seed tells an operator to allow. */
const seedActions = ['CreateTable', 'DescribeTable', 'PutItem'];
const signatures = 50;
const sure = { deterministic: true };

export const requests: Suite = {
  title: 'what the store asks for',
  cases: ({ test, makeWorld, kind: { returnsOldItem } }) => {
    test('one PutItem for each slashable signature, and nothing else', async () => {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open());
      const lanes = [tezosLane('a'), tezosLane('a', 'attestation'), ethereumLane(1), ethereumLane(1, 'block')];
      for (const lane of lanes) await guard.admit(intent(lane, mark(1n)), sure);
      world.proxy.forget();
      for (let height = 2; height < 2 + signatures; height += 1) {
        for (const lane of lanes) {
          const admission = await guard.admit(intent(lane, mark(BigInt(height), { root: rootOf(height) })), sure);
          assert.equal(admission.kind, 'granted');
        }
      }
      assert.deepEqual(world.proxy.answered, { PutItem: signatures * lanes.length });
    });

    test('a request that no rule concerns asks the store nothing', async () => {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open());
      world.proxy.forget();
      const message = Buffer.from('a transfer');
      const admission = await guard.admit({ kind: 'free', key: 'tz1', root: rootOf(1), message }, sure);
      assert.equal(admission.kind, 'granted');
      assert.deepEqual(world.proxy.answered, {});
    });

    const decidedBy = returnsOldItem ? 'the item that the failed write returns' : 'one read';
    test(`${decidedBy} decides between a repeat and a refusal`, async () => {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open());
      const lane = tezosLane('a');
      await guard.admit(intent(lane, mark(7n)), sure);
      world.proxy.forget();
      assert.equal((await guard.admit(intent(lane, mark(7n)), sure)).kind, 'granted');
      assert.equal((await guard.admit(intent(lane, mark(7n, { root: rootOf(9) })), sure)).kind, 'refused');
      assert.equal((await guard.admit(intent(lane, mark(6n)), sure)).kind, 'refused');
      assert.deepEqual(world.proxy.answered, returnsOldItem ? { PutItem: 3 } : { PutItem: 3, GetItem: 3 });
    });

    test('the token of temporary credentials goes along, and is signed', async () => {
      await using world = await makeWorld();
      const temporary = { ...credentials, sessionToken: 'FwoGZXIvYXdzEXAMPLE' };
      world.proxy.credentials = temporary;
      const store = await world.open({ credentials: temporary });
      assert.equal((await store.advance(tezosLane('a'), mark(1n))).kind, 'advance');
    });

    test("with exactly the seed's three actions it starts, signs, and refuses what it must", async () => {
      await using world = await makeWorld();
      world.proxy.plan = onlySeed;
      const lanes = [tezosLane('a'), tezosLane('a', 'attestation'), tezosLane('b', 'preattestation')];
      const guard = await guardOf(await world.open());
      for (const lane of lanes) {
        for (const height of [5n, 6n, 8n]) {
          assert.equal((await guard.admit(intent(lane, mark(height)), sure)).kind, 'granted');
        }
        for (const height of [8n, 7n]) {
          const conflict = guard.admit(intent(lane, mark(height, { root: rootOf(1) })), sure);
          await assertNotGranted(conflict);
        }
      }
      const restarted = await guardOf(await world.open());
      for (const lane of lanes) {
        await assertNotGranted(restarted.admit(intent(lane, mark(8n, { root: rootOf(1) })), sure));
        assert.equal((await restarted.admit(intent(lane, mark(9n)), sure)).kind, 'granted');
      }
    });

    if (returnsOldItem)
      test("with exactly the seed's three actions Signatory's marks under old names count", async () => {
        await using world = await makeWorld();
        world.proxy.plan = onlySeed;
        const guard = await guardOf(await world.open());
        const lane = tezosLane('a', 'attestation');
        const digest = { B: Buffer.from(rootOf(2), 'hex') };
        await world.put({ ...keyOf(lane), request: { S: 'endorsement' }, lvl: { N: '20' }, round: { N: '1' }, digest });
        await assertNotGranted(guard.admit(intent(lane, mark(20n)), sure));
        assert.equal((await guard.admit(intent(lane, mark(21n)), sure)).kind, 'granted');
        assert.deepEqual(world.proxy.answered['Scan'], undefined);
      });

    test('a read that decides, and that is denied, decides nothing: the answer is no', async () => {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open());
      const lane = tezosLane('a');
      await guard.admit(intent(lane, mark(7n)), sure);
      // No old item, whatever the server sends; and no read.
      world.proxy.plan = (call) => (call.action === 'PutItem' ? withoutOldItem : onlySeed(call));
      await assertNotGranted(guard.admit(intent(lane, mark(7n)), sure));
      await assertNotGranted(guard.admit(intent(lane, mark(7n, { root: rootOf(9) })), sure));
      assert.equal((await guard.admit(intent(lane, mark(8n)), sure)).kind, 'granted');
    });

    for (const { name, damage } of [
      { name: 'deleted', damage: null },
      { name: 'lowered', damage: '3' },
    ]) {
      test(`a row that is ${name} behind the store's back freezes its lane: 503, and no signature`, async () => {
        await using world = await makeWorld();
        const guard = await guardOf(await world.open());
        const lane = tezosLane('a');
        const other = tezosLane('b');
        for (const each of [lane, other]) await guard.admit(intent(each, mark(7n)), sure);
        const row = await world.item(lane);
        assert.ok(row !== undefined, 'the row is where the seed puts it');
        if (damage === null) await world.remove(lane);
        else await world.put({ ...row, lvl: { N: damage } });
        for (const height of [5n, 8n, 9n]) {
          const asked = guard.admit(intent(lane, mark(height, { root: rootOf(Number(height)) })), sure);
          await assert.rejects(asked, (error) => isFault(error, 'lane_frozen'), `height ${height}`);
        }
        assert.equal((await guard.admit(intent(other, mark(8n)), sure)).kind, 'granted', 'that lane alone');
      });
    }
  },
};

function onlySeed({ action }: Call): Fate {
  return seedActions.includes(action)
    ? pass
    : { kind: 'answer', reply: awsError('AccessDeniedException', `not authorized to perform: dynamodb:${action}`) };
}

const withoutOldItem: Fate = {
  kind: 'spoil',
  spoil: ({ status, headers: { 'x-amz-crc32': _sum, ...headers }, body }) => {
    const { Item: _item, ...rest } = JSON.parse(body) as Record<string, unknown>;
    return { status, headers, body: JSON.stringify(rest) };
  },
};

/** Refused as a conflict, or not answered at all. */
async function assertNotGranted(asked: Promise<{ readonly kind: string }>): Promise<void> {
  const kind = await asked.then(
    (admission) => admission.kind,
    (error: unknown) => {
      if (!isFault(error, 'store_unavailable')) throw error;
      return 'unknown';
    },
  );
  assert.notEqual(kind, 'granted');
}
