import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethereumLane, intent, mark, root, tezosLane } from '../../../test/contract/samples.ts';
import { isFault } from '../../base/fault.ts';
import { Guard } from '../../protection/guard.ts';
import { Permit } from '../../protection/permit.ts';
import { NoopStore } from './noop-store.ts';

const lane = ethereumLane(1);

/** Rising, again, a double vote, surrounds either way, below, a source after its target. */
const marks = [
  mark(9n, { floor: 5n }),
  mark(9n, { floor: 5n }),
  mark(9n, { floor: 5n, root: root(0xbb) }),
  mark(10n, { floor: 4n }),
  mark(8n, { floor: 6n }),
  mark(1n),
  mark(1n, { floor: 2n }),
];

test('every claim advances, and nothing is found', async () => {
  const store = new NoopStore();
  const advance = { kind: 'advance', found: null };
  for (const next of marks) assert.deepEqual(await store.advance(lane, next), advance);
  const claims = marks.map((next) => ({ lane, next }));
  assert.deepEqual(
    await store.advanceAll(claims),
    marks.map(() => advance),
  );
});

test('nothing is kept: no mark, no closed lane, no import', async () => {
  const store = new NoopStore();
  assert.deepEqual(await store.raise(lane, mark(9n)), mark(9n));
  await store.close(lane);
  assert.deepEqual(await store.read(lane), { mark: null, closed: false });
  assert.equal((await store.advance(lane, mark(1n))).kind, 'advance');
  for await (const record of store.list()) assert.fail(`it lists ${record.lane.key}`);
  await store.open(lane);
});

test('a stop line is refused, since it would be lost', async () => {
  const store = new NoopStore();
  await assert.rejects(
    store.setStop(lane.network, null),
    (error) => isFault(error, 'config_invalid') && /noop/u.test(error.message),
  );
  assert.equal((await store.stops()).size, 0);
});

test('it says of itself what it is', () => {
  const store = new NoopStore();
  assert.deepEqual([store.backend, store.durable, store.remembers], ['ignore', false, false]);
  assert.notEqual(store.identity, new NoopStore().identity);
});

test('the guard signs everything on it, and freezes no lane', async () => {
  const guard = await Guard.open({ store: new NoopStore(), allowRepeat: false, heightJumpMax: null });
  for (const of of [lane, ethereumLane(1, 'block'), tezosLane('a')]) {
    for (const next of marks) {
      const admission = await guard.admit(intent(of, next), { deterministic: false });
      assert(admission.kind === 'granted' && admission.how === 'advance');
      assert.equal(Permit.spend(admission.permit, of.key).root, next.root);
    }
  }
});

test('after its end every call is a fault', async () => {
  const store = new NoopStore();
  await store.end();
  await store.end();
  const calls: readonly (() => Promise<unknown>)[] = [
    () => store.advance(lane, mark(1n)),
    () => store.advanceAll([]),
    () => store.raise(lane, mark(1n)),
    () => store.close(lane),
    () => store.open(lane),
    () => store.read(lane),
    () => store.list()[Symbol.asyncIterator]().next(),
    () => store.stops(),
    () => store.setStop(lane.network, null),
  ];
  for (const call of calls) await assert.rejects(call, (error) => isFault(error, 'store_failed'));
});
