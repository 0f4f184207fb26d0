import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethereumLane, intent, mark, root, tezosLane } from '../../test/contract/samples.ts';
import { MemoryStore } from '../stores/memory/memory-store.ts';
import { Fault, isFault } from '../base/fault.ts';
import { type Admission, Guard, type GuardOptions } from './guard.ts';
import type { Lane } from './lane.ts';
import type { LaneState, Mark, Verdict } from './mark.ts';
import { noStops, type Stops } from './stop.ts';

const lane = tezosLane('a');
const faithful = { deterministic: true };

/** A store whose answers to `advance` are held back until the test lets each of them go. */
class HeldStore extends MemoryStore {
  readonly releases: (() => void)[] = [];

  override async advance(of: Lane, next: Mark): Promise<Verdict> {
    const verdict = await super.advance(of, next);
    await new Promise<void>((resolve) => this.releases.push(resolve));
    return verdict;
  }
}

/** A store that can be put back to an earlier state, as a restored backup does. */
class RestoredStore extends MemoryStore {
  restored: MemoryStore | null = null;

  override async advance(of: Lane, next: Mark): Promise<Verdict> {
    return await (this.restored === null ? super.advance(of, next) : this.restored.advance(of, next));
  }
}

function guardOver(store: MemoryStore, options: Partial<GuardOptions> = {}): Guard {
  return new Guard({ store, allowRepeat: true, heightJumpMax: null, stops: noStops, ...options });
}

async function ask(guard: Guard, next: Mark): Promise<string> {
  const admission: Admission = await guard.admit(intent(lane, next), faithful);
  return admission.kind === 'granted' ? admission.how : admission.why;
}

const isBeyond = (error: unknown): boolean => isFault(error, 'beyond_future_bound');
const isFrozen = (error: unknown): boolean => isFault(error, 'lane_frozen');

test('answers that come back in another order freeze nothing', async () => {
  const store = new HeldStore();
  const guard = guardOver(store);
  const asked = [5n, 6n, 7n].map((height) => ask(guard, mark(height)));
  await new Promise(setImmediate);
  for (const release of store.releases.splice(0).toReversed()) {
    release();
    await new Promise(setImmediate);
  }
  assert.deepEqual(await Promise.all(asked), ['advance', 'advance', 'advance']);
  const last = ask(guard, mark(8n));
  await new Promise(setImmediate);
  store.releases[0]?.();
  assert.equal(await last, 'advance', 'the witness is the highest mark, not the last answer');
});

test('a mark that was advanced and comes back absent or lower freezes its lane for good', async () => {
  for (const lower of [null, mark(4n), mark(5n, { floor: 1n })]) {
    const store = new RestoredStore();
    const guard = guardOver(store);
    assert.equal(await ask(guard, mark(5n, { floor: 2n })), 'advance');
    store.restored = new MemoryStore();
    if (lower !== null) await store.restored.raise(lane, lower);
    await assert.rejects(ask(guard, mark(6n, { floor: 2n })), isFrozen);
    store.restored = null;
    await assert.rejects(ask(guard, mark(9n, { floor: 2n })), isFrozen, 'also when the mark is back');
  }
});

test('a mark that was only seen is a witness too', async () => {
  for (const [next, answer] of [
    [mark(5n), 'repeat'],
    [mark(5n, { root: root(0xbb) }), 'double_vote'],
  ] as const) {
    const store = new RestoredStore();
    await store.advance(lane, mark(5n));
    const guard = guardOver(store);
    assert.equal(await ask(guard, next), answer);
    store.restored = new MemoryStore();
    await assert.rejects(ask(guard, mark(5n, { root: root(0xcc) })), isFrozen);
  }
});

test('the same position with another root is another history', async () => {
  const store = new RestoredStore();
  const guard = guardOver(store);
  await ask(guard, mark(5n));
  store.restored = new MemoryStore();
  await store.restored.raise(lane, mark(5n, { root: root(0xbb) }));
  await assert.rejects(
    ask(guard, mark(5n, { root: root(0xbb) })),
    isFrozen,
    'a repeat for it would be a second signature',
  );
});

test('an import that raises the lane freezes nothing', async () => {
  const store = new MemoryStore();
  const guard = guardOver(store);
  await ask(guard, mark(5n));
  await store.raise(lane, mark(5n, { root: root(0xbb) }));
  assert.equal(await ask(guard, mark(5n)), 'double_vote', 'a root that an import put in doubt repeats nothing');
  await store.raise(lane, mark(9n, { round: 2n }));
  assert.equal(await ask(guard, mark(9n, { round: 3n })), 'advance');
});

test('a store that cannot tell makes the guard throw, and asking again is safe', async () => {
  const store = new MemoryStore();
  const advance = store.advance.bind(store);
  store.advance = async (of, next) => {
    await advance(of, next);
    throw new Fault('store_unavailable', 'the answer was lost');
  };
  const guard = guardOver(store);
  await assert.rejects(ask(guard, mark(5n)), (error) => isFault(error, 'store_unavailable'));
  store.advance = advance;
  assert.equal(await ask(guard, mark(5n, { root: root(0xbb) })), 'double_vote');
  assert.equal(await ask(guard, mark(5n)), 'repeat', 'our own lost write');
});

test('a jump beyond the bound is refused before anything is recorded', async () => {
  const store = new MemoryStore();
  const guard = guardOver(store, { heightJumpMax: 10n });
  assert.equal(await ask(guard, mark(1_000n)), 'advance', 'a lane never seen has no bound');
  await assert.rejects(ask(guard, mark(1_011n)), isBeyond);
  assert.deepEqual((await store.read(lane)).mark, mark(1_000n));
  assert.equal(await ask(guard, mark(1_010n)), 'advance');
  const restarted = guardOver(store, { heightJumpMax: 10n });
  await assert.rejects(ask(restarted, mark(1_021n)), isBeyond, 'the bound is counted from the store after a restart');
  assert.equal(await ask(restarted, mark(1_020n)), 'advance');
});

test('repeats: refused where they are not allowed, and for blocks of a key that signs differently each time', async () => {
  const store = new MemoryStore();
  await store.advance(lane, mark(5n));
  const attestation = tezosLane('a', 'attestation');
  await store.advance(attestation, mark(5n));
  const answer = async (of: Lane, allowRepeat: boolean, deterministic: boolean): Promise<string> => {
    const { kind } = await guardOver(store, { allowRepeat }).admit(intent(of, mark(5n)), { deterministic });
    return kind;
  };
  assert.equal(await answer(lane, true, true), 'granted');
  assert.equal(await answer(lane, true, false), 'refused');
  assert.equal(await answer(lane, false, true), 'refused');
  assert.equal(await answer(attestation, true, false), 'granted');
  assert.equal(await answer(attestation, false, true), 'refused');
});

test('a guard that is opened heeds the lines of its store, and says which', async () => {
  const store = new MemoryStore();
  const vote = ethereumLane(1);
  await store.setStop(vote.network, { slot: 300n, epoch: 9n });
  const guard = await Guard.open({ store, allowRepeat: true, heightJumpMax: null });
  assert.deepEqual(guard.stops, new Map([[vote.network, { slot: 300n, epoch: 9n }]]));
  const answers = [8n, 9n, 10n].map((height) => guard.admit(intent(vote, mark(height)), faithful));
  const refused = { kind: 'refused', why: 'stopped', found: null };
  const [below, ...above] = await Promise.all(answers);
  assert.equal(below?.kind, 'granted');
  assert.deepEqual(above, [refused, refused]);
  assert.deepEqual(
    await guard.admit(intent(vote, mark(9n)), faithful),
    { ...refused, found: mark(8n) },
    'what this process recorded is told',
  );
});

test('a store whose lines cannot be read gives no guard', async () => {
  class BlindStore extends MemoryStore {
    override async stops(): Promise<Stops> {
      throw new Fault('store_corrupt', 'planted');
    }
  }
  const opened = Guard.open({ store: new BlindStore(), allowRepeat: true, heightJumpMax: null });
  await assert.rejects(opened, (error) => isFault(error, 'store_corrupt'));
});

test('a stopped request asks the store nothing', async () => {
  class SilentStore extends MemoryStore {
    override async advance(): Promise<Verdict> {
      throw new Fault('store_unavailable', 'planted');
    }

    override async read(): Promise<LaneState> {
      throw new Fault('store_unavailable', 'planted');
    }
  }
  const vote = ethereumLane(1);
  const stops: Stops = new Map([[vote.network, { slot: 0n, epoch: 0n }]]);
  const guard = guardOver(new SilentStore(), { stops, heightJumpMax: 1n });
  assert.equal((await guard.admit(intent(vote, mark(9n)), faithful)).kind, 'refused');
});
