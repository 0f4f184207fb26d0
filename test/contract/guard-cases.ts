import assert from 'node:assert/strict';
import { isFault } from '../../src/base/fault.ts';
import type { Admission } from '../../src/protection/guard.ts';
import type { FreeIntent } from '../../src/protection/intent.ts';
import { Permit } from '../../src/protection/permit.ts';
import { noStops } from '../../src/protection/stop.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { RelayStore } from '../doubles/relay-store.ts';
import { type Bench, type ContractCase, type MakeGuard, withStore } from './contract-case.ts';
import { listOf } from './history-cases.ts';
import { ethereumLane, intent, mark, root, rootOf, tezosLane } from './samples.ts';

const faithful = { deterministic: true };
const random = { deterministic: false };

export const guardCases: readonly ContractCase[] = [
  { name: 'guard: grants an advance, and its repeat where repeats are allowed', run: grantsRepeats },
  { name: 'guard: grants no repeat where repeats are not allowed', run: refusesRepeats },
  { name: 'guard: of conflicting requests released together one gets a permit', run: onePermit },
  { name: 'guard: of a burst of votes for one target, one root is granted, to each who asks for it', run: oneRoot },
  { name: 'guard: what no rule concerns gets its permit and leaves no trace', run: freeLeavesNoTrace },
  { name: 'guard: a store that lost its marks freezes the lane', run: freezes },
  { name: 'guard: rising requests released together never freeze a sound lane', run: neverFreezesFalsely },
];

function guardOver({ makeGuard }: Bench, store: MarkStore, allowRepeat: boolean): ReturnType<MakeGuard> {
  return makeGuard({ store, allowRepeat, heightJumpMax: null, stops: noStops });
}

function howOf(admission: Admission): string {
  return `${admission.kind}: ${admission.kind === 'granted' ? admission.how : admission.why}`;
}

async function grantsRepeats(bench: Bench): Promise<void> {
  await withStore(bench.open, async ({ store }) => {
    const guard = guardOver(bench, store, true);
    const block = intent(tezosLane('a'), mark(5n));
    const first = await guard.admit(block, random);
    assert.equal(howOf(first), 'granted: advance');
    assert(first.kind === 'granted');
    assert.equal(Permit.spend(first.permit, block.lane.key).root, block.next.root);
    assert.equal(howOf(await guard.admit(block, faithful)), 'granted: repeat');
    assert.equal(howOf(await guard.admit(block, random)), 'refused: repeat', 'it would yield a second signature');
  });
}

async function refusesRepeats(bench: Bench): Promise<void> {
  await withStore(bench.open, async ({ store }) => {
    const guard = guardOver(bench, store, false);
    for (const lane of [tezosLane('a'), tezosLane('a', 'attestation'), ethereumLane(1)]) {
      const request = intent(lane, mark(5n));
      assert.equal(howOf(await guard.admit(request, faithful)), 'granted: advance');
      assert.deepEqual(await guard.admit(request, faithful), { kind: 'refused', why: 'repeat', found: mark(5n) });
    }
  });
}

async function onePermit(bench: Bench): Promise<void> {
  await withStore(bench.open, async ({ store }) => {
    const guard = guardOver(bench, store, true);
    const marks = Array.from({ length: 200 }, (_, index) => mark(9n, { root: rootOf(index) }));
    const requests = marks.map((next) => intent(ethereumLane(1), next));
    const answers = await Promise.all(requests.map((request) => guard.admit(request, faithful)));
    assert.equal(answers.filter(({ kind }) => kind === 'granted').length, 1);
  });
}

/** 64 at once, eight for each of eight roots, from sources that surround each other. */
async function oneRoot(bench: Bench): Promise<void> {
  await withStore(bench.open, async ({ store }) => {
    const guard = guardOver(bench, store, true);
    for (const [round, duty] of (['attestation', 'block', 'attestation'] as const).entries()) {
      const requests = Array.from({ length: 64 }, (_, index) => {
        const floor = duty === 'attestation' ? BigInt(40 + round + (index % 8)) : 0n;
        return intent(ethereumLane(1, duty), mark(BigInt(60 + round), { floor, root: rootOf(index % 8) }));
      });
      const answers = await Promise.all(requests.map((request) => guard.admit(request, faithful)));
      const roots = requests.filter((_, index) => answers[index]?.kind === 'granted').map(({ next }) => next.root);
      assert.equal(new Set(roots).size, 1, `${new Set(roots).size} roots were granted`);
      assert.equal(roots.length, 8, 'the same vote again is granted again');
    }
  });
}

async function freeLeavesNoTrace(bench: Bench): Promise<void> {
  await withStore(bench.open, async ({ store }) => {
    const free: FreeIntent = { kind: 'free', key: 'tz1a', root: root(0xee), message: Uint8Array.of(3) };
    for (const allowRepeat of [true, false, false]) {
      assert.equal(howOf(await guardOver(bench, store, allowRepeat).admit(free, random)), 'granted: free');
    }
    assert.equal((await listOf(store)).size, 0);
  });
}

async function freezes(bench: Bench): Promise<void> {
  await withStore(bench.open, async ({ store }) => {
    await withStore(bench.open, async ({ store: emptied }) => {
      const relay = new RelayStore(store);
      const guard = guardOver(bench, relay, true);
      assert.equal(howOf(await guard.admit(intent(tezosLane('a'), mark(5n)), faithful)), 'granted: advance');
      relay.target = emptied;
      const ask = (height: bigint): Promise<Admission> => guard.admit(intent(tezosLane('a'), mark(height)), faithful);
      for (const height of [4n, 5n, 6n]) await assert.rejects(ask(height), (error) => isFault(error, 'lane_frozen'));
      relay.target = store;
      await assert.rejects(ask(7n), (error) => isFault(error, 'lane_frozen'));
      const other = await guard.admit(intent(tezosLane('b'), mark(5n)), faithful);
      assert.equal(howOf(other), 'granted: advance', 'other lanes go on');
    });
  });
}

async function neverFreezesFalsely(bench: Bench): Promise<void> {
  await withStore(bench.open, async ({ store }) => {
    const guard = guardOver(bench, store, true);
    const heights = Array.from({ length: 100 }, (_, index) => BigInt(index));
    const asked = heights.map((height) => guard.admit(intent(tezosLane('a'), mark(height)), faithful));
    await Promise.all(asked);
    assert.equal(howOf(await guard.admit(intent(tezosLane('a'), mark(100n)), faithful)), 'granted: advance');
  });
}
