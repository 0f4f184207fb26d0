import assert from 'node:assert/strict';
import { isFault } from '../../src/base/fault.ts';
import type { Guard } from '../../src/protection/guard.ts';
import { type Lane, laneId } from '../../src/protection/lane.ts';
import { atLeast, type Mark } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { ethereumLane, intent, mark, rootOf, tezosLane } from '../contract/samples.ts';
import { note } from '../not-run.ts';
import { Random } from '../simulate/random.ts';
import { Gate } from '../support/gate.ts';
import { awsError, type Call, type Fate, type FaultProxy, pass } from './fault-proxy.ts';
import { guardOf } from './guards.ts';
import type { Suite } from './suite.ts';
import { asInProduction } from './world.ts';

const seed = Number(process.env['TIDEMARK_SEED'] ?? '3076');
/** More before a release: `TIDEMARK_WEATHER=100000`. */
const requests = Number(process.env['TIDEMARK_WEATHER'] ?? '600');
const atOnce = 6;
const lanes = [
  tezosLane('a'),
  tezosLane('a', 'attestation'),
  ethereumLane(1, 'block'),
  ethereumLane(1),
  ethereumLane(2),
];

/** Everything that a network and a service do, at once and at random. */
export const weather: Suite = {
  title: 'bad weather',
  cases: ({ test, makeWorld, kind }) => {
    test(`nothing slashable in ${requests} requests to two replicas, whatever the network does`, async () => {
      await using world = await makeWorld();
      const storm = new Storm(new Random(seed));
      const replicas = [await world.replica(asInProduction), await world.replica(asInProduction)];
      const guards = await Promise.all(replicas.map(({ store }) => guardOf(store)));
      for (const { proxy } of replicas) proxy.plan = storm.fate;
      const history = new History();
      await Promise.all(
        Array.from({ length: atOnce }, (_, worker) => work({ worker, guards, storm, history, replicas })),
      );
      await storm.calm(replicas.map(({ proxy }) => proxy));
      await history.check(await world.openSound());
      assert.ok(history.granted > requests / 20 && storm.faults > requests / 20, 'there was work, and weather');
      const { granted, refused, unknown } = history;
      note(
        `weather on ${kind.name}: ${granted} signed, ${refused} refused, ${unknown} unknown, ${storm.faults} faults`,
      );
    });
  },
};

interface Work {
  readonly worker: number;
  readonly guards: readonly Guard[];
  readonly storm: Storm;
  readonly history: History;
  readonly replicas: readonly { readonly proxy: FaultProxy }[];
}

/** A client that asks for positions around where its lanes stand, and asks again when it is told nothing. */
async function work({ worker, guards, storm, history, replicas }: Work): Promise<void> {
  const random = new Random(seed + worker);
  for (let asked = 0; asked < requests / atOnce; asked += 1) {
    const lane = random.pick(lanes);
    const next = history.near(lane, random);
    for (let tries = 1; tries <= 3; tries += 1) {
      const outcome = await ask(random.pick(guards), lane, next);
      history.add(lane, next, outcome);
      if (outcome !== 'unknown') break;
    }
    if (random.chance(10)) await random.pick(replicas).proxy.replay();
    storm.clear(random);
  }
}

type Outcome = 'granted' | 'refused' | 'unknown';

async function ask(guard: Guard, lane: Lane, next: Mark): Promise<Outcome> {
  try {
    return (await guard.admit(intent(lane, next), { deterministic: true })).kind;
  } catch (error) {
    if (isFault(error, 'store_unavailable')) return 'unknown';
    throw error;
  }
}

/** Decides what becomes of each write. */
class Storm {
  faults = 0;
  readonly #random: Random;
  readonly #held: Gate[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  readonly fate = ({ action }: Call): Fate => {
    if (action !== 'PutItem' || !this.#random.chance(40)) return pass;
    this.faults += 1;
    switch (this.#random.below(6)) {
      case 0:
        return { kind: 'lost' };
      case 1:
        return { kind: 'cut' };
      case 2:
        return { kind: 'unreached' };
      case 3:
        return { kind: 'answer', reply: awsError('ThrottlingException', 'slow down') };
      case 4:
        return { kind: 'late', until: this.#hold() };
      default:
        return { kind: 'echo' };
    }
  };

  /** Some of what was held back arrives. */
  clear(random: Random): void {
    while (this.#held.length > 0 && random.chance(30)) this.#held.splice(random.below(this.#held.length), 1)[0]?.open();
  }

  /** All of it arrives, and every echo. */
  async calm(proxies: readonly FaultProxy[]): Promise<void> {
    for (const gate of this.#held.splice(0)) gate.open();
    for (const proxy of proxies) {
      proxy.plan = () => pass;
      await proxy.settled();
      await proxy.replay();
    }
  }

  #hold(): Promise<void> {
    const gate = new Gate();
    this.#held.push(gate);
    return gate.promise;
  }
}

/** What was signed, and the slashing rules by brute force: no code of the signer is in them. */
class History {
  granted = 0;
  refused = 0;
  unknown = 0;
  readonly #signed = new Map<string, Mark[]>();
  readonly #asked = new Map<string, bigint>();

  /** A request a little above or below where the lane stands. */
  near(lane: Lane, random: Random): Mark {
    const top = this.#asked.get(laneId(lane)) ?? 10n;
    const height = top + BigInt(random.below(4)) - 1n;
    if (height > top) this.#asked.set(laneId(lane), height);
    const floor = lane.chain === 'ethereum' && lane.duty === 'attestation' ? height - 1n - BigInt(random.below(3)) : 0n;
    const round = lane.chain === 'tezos' ? BigInt(random.below(2)) : 0n;
    return mark(height, { floor, round, root: rootOf(random.below(3)) });
  }

  add(lane: Lane, next: Mark, outcome: Outcome): void {
    this[outcome] += 1;
    if (outcome !== 'granted') return;
    const signed = this.#signed.get(laneId(lane)) ?? [];
    const slashing = signed.find((before) => isSlashable(before, next));
    assert.ok(slashing === undefined, `${laneId(lane)}: ${shown(slashing)} and ${shown(next)}`);
    this.#signed.set(laneId(lane), [...signed, next]);
  }

  /** Each row stands at or above everything that was signed. */
  async check(store: MarkStore): Promise<void> {
    for (const lane of lanes) {
      const { mark: held } = await store.read(lane);
      for (const next of this.#signed.get(laneId(lane)) ?? []) {
        assert.ok(
          held !== null && atLeast(held, next),
          `${laneId(lane)}: ${shown(held)} stands, ${shown(next)} was signed`,
        );
      }
    }
  }
}

function isSlashable(a: Mark, b: Mark): boolean {
  if (a.height === b.height && a.round === b.round) return a.root !== b.root || a.floor !== b.floor;
  return surrounds(a, b) || surrounds(b, a);
}

function surrounds(outer: Mark, inner: Mark): boolean {
  return outer.floor < inner.floor && inner.height < outer.height;
}

function shown(of: Mark | null | undefined): string {
  return of === null || of === undefined ? 'nothing' : `${of.floor}..${of.height}/${of.round} ${of.root?.slice(-2)}`;
}
