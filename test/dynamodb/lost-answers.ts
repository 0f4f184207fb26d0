import assert from 'node:assert/strict';
import type { Lane } from '../../src/protection/lane.ts';
import { Gate } from '../support/gate.ts';
import { Random } from '../simulate/random.ts';
import { mark, rootOf, tezosLane } from '../contract/samples.ts';
import { note } from '../not-run.ts';
import { type Call, type Fate, pass } from './fault-proxy.ts';
import { guardOf } from './guards.ts';
import { Ledger } from './ledger.ts';
import { asInProduction, type World } from './world.ts';
import type { Suite } from './suite.ts';

/** 10,000 before a release: `TIDEMARK_LOST_ANSWERS=10000`. */
const writes = Number(process.env['TIDEMARK_LOST_ANSWERS'] ?? '1000');
const lanesAtOnce = 10;
const lateApplies = 60;
const lateWrites = 150;
/** When a write that was held back is applied. `last`: when both have their answers. */
const releases = ['before the rival', 'with the rival', 'after the rival', 'once we have answered', 'last'] as const;
const random = new Random(Number(process.env['TIDEMARK_SEED'] ?? '3076'));

export const lostAnswers: Suite = {
  title: 'answers that do not come, and writes that come late',
  cases: ({ test, makeWorld, kind }) => {
    test(`D-01: ${writes} writes are applied and their answers lost: none is refused, none signed twice`, async () => {
      await using world = await makeWorld();
      const guard = await guardOf(await world.open());
      const rival = await guardOf(await world.open());
      const ledger = new Ledger();
      let lost = 0;
      // The first write of each position is applied, and its answer gets lost in one way or the other.
      const seen = new Set<string>();
      world.proxy.plan = (call): Fate => {
        const position = positionOf(call);
        if (position === null || seen.has(position)) return pass;
        seen.add(position);
        lost += 1;
        return { kind: random.pick(['lost', 'cut'] as const) };
      };
      const climb = async (lane: Lane): Promise<void> => {
        for (let height = 1; height <= writes / lanesAtOnce; height += 1) {
          const next = mark(BigInt(height), { root: rootOf(2 * height) });
          assert.equal(await ledger.ask(guard, lane, next), 'granted', `height ${height}`);
          const other = { ...next, root: rootOf(2 * height + 1) };
          if (random.chance(10)) assert.equal(await ledger.ask(rival, lane, other), 'refused', `height ${height}`);
        }
      };
      await Promise.all(Array.from({ length: lanesAtOnce }, (_, index) => climb(tezosLane(`${index}`))));
      assert.equal(lost, writes);
      assert.equal(ledger.granted, writes);
      note(`D-01 on ${kind.name}: ${lost} answers lost, 0 refused, 0 signed twice`);
    });

    test(`D-02: ${lateApplies} writes are applied late, while another replica is asked for something else`, async () => {
      await using world = await makeWorld();
      const ledger = new Ledger();
      const [here, there] = [await world.replica(asInProduction), await world.replica()];
      const guards = { here: await guardOf(here.store), there: await guardOf(there.store) };
      const late = new LateWrites();
      here.proxy.plan = late.plan;
      const play = async (index: number): Promise<string> => {
        const lane = tezosLane(String.fromCodePoint(0x100 + index));
        const release = random.pick(releases);
        const held = random.pick(['the first try', 'every try'] as const);
        const gate = late.hold(lane, held);
        const ours = mark(5n, { root: rootOf(1) });
        const theirs = { ...ours, root: rootOf(2) };
        const first = ledger.ask(guards.here, lane, ours);
        first.catch(() => {});
        if (release === 'once we have answered') await first;
        if (release === 'before the rival' || release === 'once we have answered') {
          gate.open();
          await here.proxy.settled();
        }
        const rival = ledger.ask(guards.there, lane, theirs);
        if (release === 'with the rival') gate.open();
        await rival;
        if (release === 'after the rival') gate.open();
        await first;
        gate.open();
        await here.proxy.settled();
        // Whoever was told nothing may ask again, and now there is an answer: exactly one of the two has the position.
        const again = [await ledger.learn(guards.here, lane, ours), await ledger.learn(guards.there, lane, theirs)];
        assert.deepEqual(again.toSorted(), ['granted', 'refused'], `${release}, ${held} was late`);
        return `${await first}/${await rival}`;
      };
      const seen = new Set<string>();
      // A few at once: an emulator that is overrun answers nobody in time.
      for (let index = 0; index < lateApplies; index += lanesAtOnce) {
        const outcomes = Array.from({ length: lanesAtOnce }, (_, each) => play(index + each));
        for (const outcome of await Promise.all(outcomes)) seen.add(outcome);
      }
      for (const expected of ['granted/refused', 'unknown/granted', 'unknown/refused']) {
        assert.ok(seen.has(expected), `${expected} was never seen, only ${[...seen].join(', ')}`);
      }
    });

    test('D-03: an old write that arrives once more after newer ones changes nothing', async () => {
      await using world = await makeWorld();
      const store = await world.open();
      const guard = await guardOf(store);
      const lane = tezosLane('a');
      const ledger = new Ledger();
      world.proxy.plan = ({ action }) => (action === 'PutItem' ? { kind: 'echo' } : pass);
      for (let height = 1; height <= lateWrites; height += 1) {
        const next = mark(BigInt(height), { round: BigInt(random.below(3)), root: rootOf(height) });
        assert.equal(await ledger.ask(guard, lane, next), 'granted');
        if (random.chance(20) || height === lateWrites) await replayedInVain(world, lane);
      }
      assert.equal((await store.read(lane)).mark?.height, BigInt(lateWrites));
    });
  },
};

/** Every write so far arrives again, in any order; all of them fail, and the row stays as it was. */
async function replayedInVain(world: World, lane: Lane): Promise<void> {
  const before = await world.item(lane);
  const replies = await world.proxy.replay((calls) => shuffled(calls));
  assert.ok(replies.length > 0, 'something was replayed');
  for (const { body } of replies) assert.match(body, /ConditionalCheckFailedException/u);
  assert.deepEqual(await world.item(lane), before);
}

/** Holds the writes of a lane back, by the name that stands in its key. */
class LateWrites {
  readonly #held = new Map<string, { gate: Gate; everyTry: boolean; seen: boolean }>();

  hold({ key }: Lane, held: 'the first try' | 'every try'): Gate {
    const gate = new Gate();
    this.#held.set(key, { gate, everyTry: held === 'every try', seen: false });
    return gate;
  }

  readonly plan = (call: Call): Fate => {
    const held = call.action === 'PutItem' ? this.#heldOf(call) : undefined;
    if (held === undefined || (held.seen && !held.everyTry)) return pass;
    held.seen = true;
    return { kind: 'late', until: held.gate.promise };
  };

  #heldOf({ body }: Call): { gate: Gate; everyTry: boolean; seen: boolean } | undefined {
    const { Item: item } = JSON.parse(body) as { Item: { idx: { S: string } } };
    return this.#held.get(item.idx.S.split('/')[1] ?? '');
  }
}

/** The lane and the level that a write is about; null for every other call. */
function positionOf({ action, body }: Call): string | null {
  if (action !== 'PutItem') return null;
  const { Item: item } = JSON.parse(body) as { Item: { idx: { S: string }; lvl?: { N: string } } };
  return item.lvl === undefined ? null : `${item.idx.S}@${item.lvl.N}`;
}

function shuffled<Each>(items: readonly Each[]): Each[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)).flat();
}
