import assert from 'node:assert/strict';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { type Fault, isFault } from '../../src/base/fault.ts';
import { statusOf } from '../../src/http/errors.ts';
import type { Guard } from '../../src/protection/guard.ts';
import { Gate } from '../support/gate.ts';
import { intent, mark, rootOf, tezosLane } from '../contract/samples.ts';
import { awsError, type Call, type Fate, pass, type Reply } from './fault-proxy.ts';
import { guardOf } from './guards.ts';
import { Ledger } from './ledger.ts';
import type { Suite } from './suite.ts';
import { asInProduction } from './world.ts';

const throttled = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'];
const conflicts = ['TransactionConflictException', 'TransactionCanceledException', 'ReplicatedWriteConflictException'];
const denied = ['AccessDeniedException', 'ExpiredTokenException', 'UnrecognizedClientException'];
const lane = tezosLane('a');
/** What the store may take for one request, and what a busy machine adds. */
const patienceMs = 5_000;

const html: Reply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html>Sign in to the network</html>',
};
/** Answers that DynamoDB does not give, with the status of a yes or of a failure. */
const nonsense: Readonly<Record<string, Reply>> = {
  'a page instead of JSON, with status 200': html,
  'half an answer, with status 200': { ...html, body: '{"Attributes":{"lvl":{"N":"1' },
  'an array, with status 200': { ...html, body: '[]' },
  'nothing at all, with status 200': { ...html, body: '' },
  'status 204': { ...html, status: 204, body: '' },
  'a redirection': { ...html, status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
  'status 400 without a reason': { ...html, status: 400, body: '{}' },
  'a failed condition, with status 500': awsError('ConditionalCheckFailedException', 'no', 500),
  'an internal error': awsError('InternalServerError', 'oops', 500),
  'no service': { ...html, status: 503, body: 'no' },
};

export const refusedWrites: Suite = {
  title: 'writes that the service turns away',
  atOnce: 4,
  cases: ({ test, makeWorld }) => {
    for (const code of throttled) {
      test(`D-04: ${code} is asked again, and is never a conflict`, async () => {
        const fault = await unanswerable(awsError(code, 'slow down'));
        assert.equal(fault.facts['reason'], 'throttled', JSON.stringify(fault.facts));
      });
    }

    test('D-04: throttled first, and then no answer at all, is told as throttled', async () => {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open(asInProduction));
      await granted(guard, 1n);
      world.proxy.forget();
      const gate = new Gate();
      world.proxy.plan = onPut(({ index }) => {
        const reply = awsError('ThrottlingException', 'slow down');
        return index === 0 ? { kind: 'answer', reply } : { kind: 'late', until: gate.promise };
      });
      const fault = await refusedAnswer(guard, 2n);
      assert.equal(fault.facts['reason'], 'throttled', JSON.stringify(fault.facts));
      gate.open();
      await world.proxy.settled();
    });

    for (const code of conflicts) {
      test(`D-06: ${code} is asked again, and is never a verdict`, async () => {
        await unanswerable(awsError(code, 'another transaction'));
      });
    }

    for (const code of [...throttled, ...conflicts, 'InternalServerError']) {
      test(`after two of ${code} the third try is granted, once`, async () => {
        await using world = await makeWorld();
        const guard = await guardOf(await world.open());
        await granted(guard, 1n);
        world.proxy.forget();
        const status = code === 'InternalServerError' ? 500 : 400;
        world.proxy.plan = onPut(({ index }) => {
          return index < 2 ? { kind: 'answer', reply: awsError(code, 'not now', status) } : pass;
        });
        await granted(guard, 2n);
        assert.equal(world.proxy.answered['PutItem'], 3);
      });
    }

    for (const code of denied) {
      test(`D-05: ${code} is no signature and no conflict`, async () => {
        await using world = await makeWorld();
        const guard = await guardOf(await world.open());
        await granted(guard, 1n);
        world.proxy.plan = onPut(() => ({ kind: 'answer', reply: awsError(code, 'you may not') }));
        const fault = await refusedAnswer(guard, 2n);
        assert.equal(fault.facts['reason'], 'denied', JSON.stringify(fault.facts));
        world.proxy.plan = () => pass;
        await granted(guard, 2n);
      });
    }

    test('D-05: the table is deleted under the running store: no signature, no new table', async () => {
      await using world = await makeWorld();
      const store = await world.open();
      const guard = await guardOf(store);
      await granted(guard, 1n);
      await world.sdk.send(new DeleteTableCommand({ TableName: world.table }));
      world.proxy.forget();
      const lanes = ['a', 'b', 'c'].map((key) => tezosLane(key));
      for (const each of lanes) {
        const fault = await faultOf(guard.admit(intent(each, mark(2n)), { deterministic: true }));
        assert.ok(statusOf(fault) === 503, fault.message);
      }
      assert.equal(world.proxy.count('CreateTable'), 0);
      assert.equal(await world.tableExists(), false);
    });

    test('the next start makes the table anew, and the seed says that this is the way to reset it', async () => {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open());
      await granted(guard, 9n);
      await world.sdk.send(new DeleteTableCommand({ TableName: world.table }));
      const next = await guardOf(await world.open());
      assert.equal(await world.tableExists(), true);
      await granted(next, 1n);
      const fault = await faultOf(guard.admit(intent(lane, mark(10n)), { deterministic: true }));
      assert.equal(fault.code, 'lane_frozen', 'whoever knows better does not go on');
    });

    for (const message of [
      'Signature expired: 20261125T000000Z is now earlier than 20261125T010000Z (20261125T011500Z - 15 min.)',
      'Signature not yet current: 20261125T020000Z is still later than 20261125T011500Z (20261125T010000Z + 15 min.)',
    ]) {
      test(`D-17: a clock that is off shows as such: ${message.slice(0, 25)}`, async () => {
        const fault = await unanswerable(awsError('InvalidSignatureException', message));
        assert.equal(fault.facts['reason'], 'clock_skew', JSON.stringify(fault.facts));
      });
    }

    for (const [name, reply] of Object.entries(nonsense)) {
      test(`${name} is neither a yes nor a conflict`, async () => {
        await unanswerable(reply);
      });
    }

    test('a connection that ends before the write arrives is asked again', async () => {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open(asInProduction));
      await granted(guard, 1n);
      world.proxy.forget();
      world.proxy.plan = onPut(({ index }) => (index < 2 ? { kind: 'unreached' } : pass));
      await granted(guard, 2n);
      world.proxy.plan = onPut(() => ({ kind: 'unreached' }));
      await refusedAnswer(guard, 3n);
    });

    test('a server that says nothing costs the budget of one request and no more', async () => {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open(asInProduction));
      await granted(guard, 1n);
      const gate = new Gate();
      world.proxy.plan = onPut(() => ({ kind: 'late', until: gate.promise }));
      const asked = performance.now();
      await refusedAnswer(guard, 2n);
      assert.ok(performance.now() - asked < patienceMs, 'it answered in time');
      gate.open();
      await world.proxy.settled();
    });

    /** Nothing but `reply` comes: a fault with 503 in time, nothing is recorded, and later it works again. */
    async function unanswerable(reply: Reply): Promise<Fault> {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open(asInProduction));
      await granted(guard, 1n);
      const before = await world.items();
      world.proxy.plan = (call) => (call.action === 'DescribeTable' ? pass : { kind: 'answer', reply });
      const asked = performance.now();
      const fault = await refusedAnswer(guard, 2n);
      assert.ok(performance.now() - asked < patienceMs, 'it answered in time');
      world.proxy.plan = () => pass;
      assert.deepEqual(await world.items(), before);
      await granted(guard, 2n);
      return fault;
    }
  },
};

function onPut(fate: (call: Call) => Fate): (call: Call) => Fate {
  return (call) => (call.action === 'PutItem' ? fate(call) : pass);
}

/** Asks until there is an answer: on a busy machine the emulator may take longer than the budget of one request. */
async function granted(guard: Guard, height: bigint): Promise<void> {
  const ledger = new Ledger();
  assert.equal(await ledger.learn(guard, lane, mark(height, { root: rootOf(Number(height)) })), 'granted');
}

async function refusedAnswer(guard: Guard, height: bigint): Promise<Fault> {
  const asked = guard.admit(intent(lane, mark(height, { root: rootOf(Number(height)) })), { deterministic: true });
  const fault = await faultOf(asked);
  assert.equal(fault.code, 'store_unavailable', fault.message);
  assert.equal(statusOf(fault), 503);
  return fault;
}

async function faultOf(asked: Promise<unknown>): Promise<Fault> {
  const error: unknown = await asked.then(
    (admission) => assert.fail(`it was answered: ${JSON.stringify(admission, (_, value: unknown) => String(value))}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(isFault(error), String(error));
  return error;
}
