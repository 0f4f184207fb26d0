import assert from 'node:assert/strict';
import { isFault } from '../../src/base/fault.ts';
import { laneId } from '../../src/protection/lane.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { type Bench, type ContractCase, withStore } from './contract-case.ts';
import { listOf } from './history-cases.ts';
import { ethereumLane, mark, root, tezosLane, uint64Max } from './samples.ts';

export const lifeCases: readonly ContractCase[] = [
  { name: 'a new store is empty and has an identity of its own', run: startsEmpty },
  { name: 'closing keeps the mark, binds every call, and opening goes on from there', run: closesAndOpens },
  { name: 'a raised mark binds, a missing root never repeats, a closed lane stays closed', run: raises },
  { name: 'marks, closed lanes and identity survive a restart', run: survivesRestart },
  { name: 'what a caller holds is not what the store holds', run: sharesNothing },
  { name: 'end finishes what was asked, and every later call is a fault', run: ends },
];

async function startsEmpty({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    await withStore(open, async (other) => {
      assert.notEqual(store.identity, other.store.identity);
      assert(store.identity.length >= 16);
    });
    assert.equal(store.remembers, true, 'a store that keeps nothing has no part in this contract');
    assert.equal((await listOf(store)).size, 0);
    assert.deepEqual(await store.read(tezosLane('a')), { mark: null, closed: false });
    assert.equal((await listOf(store)).size, 0, 'reading leaves no trace');
  });
}

async function closesAndOpens({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const [lane, untouched] = [tezosLane('a'), tezosLane('b')];
    await store.advance(lane, mark(5n));
    await store.close(lane);
    await store.close(lane);
    await store.close(untouched);
    const refused = { kind: 'refused', why: 'closed', found: mark(5n) };
    assert.deepEqual(await store.advance(lane, mark(6n)), refused);
    assert.deepEqual(await store.advance(lane, mark(5n)), refused, 'not even a repeat');
    assert.deepEqual(await store.advanceAll([{ lane, next: mark(6n) }]), [refused]);
    assert.deepEqual(await store.advance(untouched, mark(1n)), { ...refused, found: null });
    assert.deepEqual(await store.read(untouched), { mark: null, closed: true });
    assert.equal((await listOf(store)).size, 2);
    for (const one of [lane, lane, untouched]) await store.open(one);
    assert.equal((await listOf(store)).size, 1, 'an open lane without a mark is as if never seen');
    assert.equal((await store.advance(lane, mark(4n))).kind, 'refused');
    assert.deepEqual(await store.advance(lane, mark(6n)), { kind: 'advance', found: mark(5n) });
    assert.deepEqual(await store.advance(untouched, mark(1n)), { kind: 'advance', found: null });
  });
}

async function raises({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lane = ethereumLane(1);
    const unrooted = mark(10n, { floor: 4n, root: null });
    assert.deepEqual(await store.raise(lane, unrooted), unrooted);
    assert.deepEqual(await store.advance(lane, unrooted), { kind: 'refused', why: 'double_vote', found: unrooted });
    const claimed = await store.advance(lane, { ...unrooted, root: root(0xaa) });
    assert.deepEqual(claimed, { kind: 'refused', why: 'double_vote', found: unrooted });
    await store.close(lane);
    const higher = await store.raise(lane, mark(8n, { floor: 6n }));
    assert.deepEqual(higher, mark(10n, { floor: 6n, root: null }));
    assert.deepEqual(await store.read(lane), { mark: higher, closed: true });
  });
}

async function survivesRestart({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store, reopen }) => {
    assert.equal(store.durable, reopen !== undefined, 'a store that calls itself durable can be reopened');
    if (reopen === undefined) return;
    const [advanced, closed, raised] = [tezosLane('a'), tezosLane('b', 'attestation'), ethereumLane(1)];
    const { identity } = store;
    await store.advance(advanced, mark(5n, { round: 3n }));
    await store.advance(closed, mark(6n));
    await store.close(closed);
    await store.raise(raised, mark(uint64Max, { floor: 2n ** 63n, root: null }));
    const before = await listOf(store);
    for (const round of [1n, 2n]) {
      const again: MarkStore = await reopen();
      assert.equal(again.identity, identity);
      assert.deepEqual(await listOf(again), before);
      assert.equal((await again.advance(closed, mark(7n))).kind, 'refused', `still closed after restart ${round}`);
      assert.equal((await again.advance(advanced, mark(5n, { round: 2n }))).kind, 'refused');
      assert.equal((await again.advance(advanced, mark(5n, { round: 3n }))).kind, 'repeat');
    }
  });
}

async function sharesNothing({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lane = { ...tezosLane('a') };
    const next = { ...mark(5n) };
    const asked = store.advance(lane, next);
    next.height = 1n;
    await asked;
    next.height = 2n;
    lane.key = 'tz1changed';
    const second = await store.advance(tezosLane('a'), mark(5n));
    assert.deepEqual(second, { kind: 'repeat', found: mark(5n) });
    const raised = await store.raise(tezosLane('b'), mark(9n));
    const read = await store.read(tezosLane('a'));
    const [listed] = (await listOf(store)).values();
    for (const held of [second.found, raised, read.mark, listed?.mark ?? null]) {
      if (held !== null) Reflect.set(held, 'height', 0n);
    }
    for (const held of [read, listed]) if (held !== undefined) Reflect.set(held, 'mark', null);
    if (listed !== undefined) Reflect.set(listed.lane, 'key', 'tz1changed');
    assert.deepEqual(await store.read(tezosLane('a')), { mark: mark(5n), closed: false });
    assert.deepEqual(await store.read(tezosLane('b')), { mark: mark(9n), closed: false });
    assert.deepEqual([...(await listOf(store)).keys()].sort(), [tezosLane('a'), tezosLane('b')].map(laneId).sort());
  });
}

async function ends({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const lane = tezosLane('a');
    const asked = Array.from({ length: 20 }, (_, index) => store.advance(lane, mark(BigInt(index))));
    await store.end();
    const settled = await Promise.allSettled(asked);
    assert(
      settled.every(({ status }) => status === 'fulfilled'),
      'what was asked before the end is answered',
    );
    await store.end();
    const later: readonly (() => Promise<unknown>)[] = [
      () => store.advance(lane, mark(99n)),
      () => store.advanceAll([{ lane, next: mark(99n) }]),
      () => store.raise(lane, mark(99n)),
      () => store.close(lane),
      () => store.open(lane),
      () => store.read(lane),
      () => listOf(store),
      () => store.stops(),
      () => store.setStop(ethereumLane(1).network, null),
    ];
    for (const call of later) await assert.rejects(call, (error) => isFault(error, 'store_failed'));
  });
}
