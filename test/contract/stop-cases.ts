import assert from 'node:assert/strict';
import { isFault } from '../../src/base/fault.ts';
import type { Admission } from '../../src/protection/guard.ts';
import type { Mark } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { type Bench, type ContractCase, type MakeGuard, withStore } from './contract-case.ts';
import { listOf } from './history-cases.ts';
import { ethereumLane, int32Max, intent, mark, root, rootOf, tezosLane, uint64Max } from './samples.ts';

const { network } = ethereumLane(1);
const otherNetwork = `0x${root(0x4c)}`;
const faithful = { deterministic: true };

export const stopCases: readonly ContractCase[] = [
  { name: 'a stop line is set, moved either way and taken away, for each network by itself', run: moves },
  { name: 'stop lines survive a restart, and so does that one was taken away', run: survives },
  { name: 'a stop line is no mark: it touches no lane, and no lane touches it', run: isNoMark },
  { name: 'a stop line that no parser lets through is refused, and the one before it stays', run: refusesNonsense },
  { name: 'what a caller holds of a stop line is not what the store holds', run: sharesNothing },
  { name: 'a store that several signers share refuses at its stop line, and at no other', run: refusesAtTheLine },
  { name: 'guard: nothing at or above the stop line is granted or recorded, not even again', run: guardStops },
  { name: 'guard: one network’s stop line binds no other network and no other chain', run: guardsOne },
];

async function moves({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    assert.deepEqual(await store.stops(), new Map(), 'a new store stops nothing');
    await store.setStop(network, { slot: 320n, epoch: 10n });
    await store.setStop(otherNetwork, { slot: uint64Max, epoch: 0n });
    const other = [otherNetwork, { slot: uint64Max, epoch: 0n }] as const;
    for (const stop of [
      { slot: 320n, epoch: 10n },
      { slot: 64n, epoch: 2n },
      { slot: 2n ** 63n, epoch: 2n ** 53n + 1n },
      { slot: 0n, epoch: 0n },
    ]) {
      await store.setStop(network, stop);
      assert.deepEqual(await store.stops(), new Map([[network, stop], other]));
    }
    for (const _again of [1, 2]) {
      await store.setStop(network, null);
      assert.deepEqual(await store.stops(), new Map([other]));
    }
    await store.setStop(network, { slot: 5n, epoch: 6n });
    assert.deepEqual((await store.stops()).get(network), { slot: 5n, epoch: 6n });
  });
}

async function survives({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store, reopen }) => {
    if (reopen === undefined) return;
    await store.advance(ethereumLane(1), mark(5n));
    await store.setStop(network, { slot: 9n, epoch: 8n });
    await store.setStop(network, { slot: 7n, epoch: 6n });
    await store.setStop(otherNetwork, { slot: 1n, epoch: uint64Max });
    let last = await reopen();
    for (const _restart of [1, 2]) {
      const other = [otherNetwork, { slot: 1n, epoch: uint64Max }] as const;
      assert.deepEqual(await last.stops(), new Map([[network, { slot: 7n, epoch: 6n }], other]));
      last = await reopen();
    }
    await last.setStop(otherNetwork, null);
    last = await reopen();
    assert.deepEqual(await last.stops(), new Map([[network, { slot: 7n, epoch: 6n }]]));
    await last.setStop(network, null);
    last = await reopen();
    assert.deepEqual(await last.stops(), new Map());
    assert.deepEqual((await last.read(ethereumLane(1))).mark, mark(5n));
  });
}

async function isNoMark({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    await store.setStop(network, { slot: 9n, epoch: 9n });
    assert.equal((await listOf(store)).size, 0);
    await store.raise(ethereumLane(1), mark(100n, { floor: 99n, root: null }));
    await store.close(ethereumLane(2));
    assert.deepEqual(await store.stops(), new Map([[network, { slot: 9n, epoch: 9n }]]));
    const before = await listOf(store);
    await store.setStop(network, null);
    assert.deepEqual(await listOf(store), before);
  });
}

async function refusesNonsense({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    await store.setStop(network, { slot: 9n, epoch: 9n });
    const nonsense = [
      [network, { slot: uint64Max + 1n, epoch: 0n }],
      [network, { slot: 0n, epoch: -1n }],
      ['mainnet', { slot: 0n, epoch: 0n }],
      [network.toUpperCase(), null],
      ['', null],
    ] as const;
    for (const [name, stop] of nonsense) {
      const asked = store.advance(ethereumLane(1), mark(1n));
      await assert.rejects(
        async () => await store.setStop(name, stop),
        (error) => !isFault(error),
      );
      assert.notEqual((await asked).kind, 'refused');
    }
    assert.deepEqual(await store.stops(), new Map([[network, { slot: 9n, epoch: 9n }]]));
  });
}

async function sharesNothing({ open }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const stop = { slot: 9n, epoch: 9n };
    const asked = store.setStop(network, stop);
    stop.slot = 10n;
    await asked;
    stop.epoch = 11n;
    const read = await store.stops();
    for (const one of read.values()) Reflect.set(one, 'slot', 12n);
    if (read instanceof Map) read.clear();
    assert.deepEqual(await store.stops(), new Map([[network, { slot: 9n, epoch: 9n }]]));
  });
}

async function refusesAtTheLine({ open, stopsInStore }: Bench): Promise<void> {
  if (!stopsInStore) return;
  await withStore(open, async ({ store }) => {
    const [vote, block] = [ethereumLane(1), ethereumLane(1, 'block')];
    await store.setStop(network, { slot: 320n, epoch: 10n });
    await store.setStop(otherNetwork, { slot: 0n, epoch: 0n });
    assert.deepEqual(await store.advance(block, mark(320n)), { kind: 'refused', why: 'stopped', found: null });
    assert.equal((await store.advance(block, mark(319n))).kind, 'advance');
    assert.equal((await store.advance(vote, mark(9n))).kind, 'advance');
    for (const [lane, height, found] of [
      [vote, 10n, mark(9n)],
      [vote, 11n, mark(9n)],
      [vote, uint64Max, mark(9n)],
      [block, 320n, mark(319n)],
      [block, 321n, mark(319n)],
    ] as const) {
      assert.deepEqual(await store.advance(lane, mark(height)), { kind: 'refused', why: 'stopped', found });
    }
    await store.close(vote);
    assert.deepEqual(await store.advance(vote, mark(9n)), { kind: 'refused', why: 'closed', found: mark(9n) });
    const elsewhere = { ...ethereumLane(1), network: otherNetwork };
    assert.deepEqual(await store.advance(elsewhere, mark(0n)), { kind: 'refused', why: 'stopped', found: null });
    assert.equal((await store.advance(tezosLane('a'), mark(int32Max))).kind, 'advance', 'no line concerns Tezos');
    await store.setStop(network, { slot: 319n, epoch: 9n });
    const repeated = await store.advance(block, mark(319n));
    assert.deepEqual(repeated, { kind: 'refused', why: 'stopped', found: mark(319n) }, 'not even again');
    await store.setStop(network, null);
    assert.equal((await store.advance(block, mark(320n))).kind, 'advance');
  });
}

async function guardOver(makeGuard: MakeGuard, store: MarkStore): Promise<ReturnType<MakeGuard>> {
  return makeGuard({ store, allowRepeat: true, heightJumpMax: null, stops: await store.stops() });
}

function answerOf(admission: Admission): string {
  return admission.kind === 'granted' ? admission.how : admission.why;
}

async function guardStops({ open, makeGuard }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    const [vote, block] = [ethereumLane(1), ethereumLane(1, 'block')];
    const votes = (height: bigint, floor: bigint): Mark => mark(height, { floor });
    const before = await guardOver(makeGuard, store);
    const ask = async (guard: typeof before, lane: typeof vote, next: Mark): Promise<string> =>
      answerOf(await guard.admit(intent(lane, next), faithful));
    assert.equal(await ask(before, vote, votes(8n, 7n)), 'advance');
    assert.equal(await ask(before, block, mark(299n)), 'advance');
    await store.setStop(network, { slot: 300n, epoch: 9n });
    const guard = await guardOver(makeGuard, store);
    assert.equal(await ask(guard, vote, votes(8n, 7n)), 'repeat', 'below the line all is as before');
    for (const height of [9n, 10n, 300n, uint64Max]) {
      assert.equal(await ask(guard, vote, votes(height, 8n)), 'stopped', `target ${height}`);
    }
    for (const height of [300n, 301n, uint64Max]) {
      assert.equal(await ask(guard, block, mark(height)), 'stopped', `slot ${height}`);
    }
    assert.deepEqual((await store.read(vote)).mark, votes(8n, 7n), 'nothing was recorded');
    assert.deepEqual((await store.read(block)).mark, mark(299n), 'nothing was recorded');
    assert.equal(await ask(guard, block, mark(299n)), 'repeat');
    await store.setStop(network, { slot: 299n, epoch: 8n });
    const lowered = await guardOver(makeGuard, store);
    assert.equal(await ask(lowered, vote, votes(8n, 7n)), 'stopped', 'not even again');
    assert.equal(await ask(lowered, block, mark(299n)), 'stopped', 'not even again');
    assert.equal(await ask(lowered, vote, votes(7n, 6n)), 'below_mark');
    await store.setStop(network, null);
    const freed = await guardOver(makeGuard, store);
    assert.equal(await ask(freed, vote, votes(9n, 8n)), 'advance');
    assert.equal(await ask(freed, block, mark(300n)), 'advance');
  });
}

async function guardsOne({ open, makeGuard }: Bench): Promise<void> {
  await withStore(open, async ({ store }) => {
    await store.setStop(network, { slot: 0n, epoch: 0n });
    const guard = await guardOver(makeGuard, store);
    const elsewhere = { ...ethereumLane(1), network: otherNetwork };
    for (const lane of [elsewhere, tezosLane('a'), tezosLane('a', 'attestation')]) {
      assert.equal(answerOf(await guard.admit(intent(lane, mark(5n)), faithful)), 'advance');
    }
    const request = intent(ethereumLane(1), mark(5n, { root: rootOf(1) }));
    assert.deepEqual(await guard.admit(request, faithful), { kind: 'refused', why: 'stopped', found: null });
  });
}
