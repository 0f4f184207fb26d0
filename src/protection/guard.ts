import { Fault } from '../base/fault.ts';
import type { GuardedIntent, Intent } from './intent.ts';
import { type Lane, laneId } from './lane.ts';
import { LaneMap } from './lane-map.ts';
import { atLeast, follows, type Mark, type RefusalReason, type Verdict } from './mark.ts';
import { type Permit, takeMint } from './permit.ts';
import { isStopped, type Stops } from './stop.ts';
import type { MarkStore } from './store.ts';

const mint = takeMint();

/** The guard's answer. Neither case is an exception; a store that cannot tell throws. */
export type Admission =
  | {
      readonly kind: 'granted';
      readonly how: 'advance' | 'repeat' | 'free';
      /** What the lane held before; null for a lane never seen, and where no rule applies. */
      readonly found: Mark | null;
      readonly permit: Permit;
    }
  | {
      readonly kind: 'refused';
      readonly why: RefusalReason | 'repeat';
      /** What the lane holds; of a request that is stopped, what this process knows of it without asking the store. */
      readonly found: Mark | null;
    };

export interface GuardOptions {
  readonly store: MarkStore;
  /** May the same bytes be signed again at the same position? */
  readonly allowRepeat: boolean;
  /** The most that one request may raise a Tezos level above the lane's last; null for no bound. */
  readonly heightJumpMax: bigint | null;
  /** The lines at and above which nothing is signed, as the store holds them. */
  readonly stops: Stops;
}

/** What the guard must know of the key that is to sign. */
export interface Signing {
  /** Does the key give the same signature for the same bytes, always? */
  readonly deterministic: boolean;
}

/** The only door between a request and a permit: bounds, then the durable record, then the permit. */
export class Guard {
  readonly #options: GuardOptions;
  /**
   * The highest mark of each lane that this process knows to be recorded, by its own advance or because it was found
   * (a repeat is a release, too): a store that answers less has lost something.
   */
  readonly #witness = new LaneMap<Mark>();
  readonly #frozen = new Set<string>();

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** A guard that heeds the stop lines of its store. @throws Fault `store_*` when they cannot be read */
  static async open(options: Omit<GuardOptions, 'stops'>): Promise<Guard> {
    return new Guard({ ...options, stops: await options.store.stops() });
  }

  /** The lines that this guard heeds. */
  get stops(): Stops {
    return this.#options.stops;
  }

  /**
   * Records what is asked, durably, and grants its permit, or refuses.
   *
   * @throws Fault `store_*` when the store cannot tell, `lane_frozen` when it lost what it had, `beyond_future_bound`
   */
  async admit(intent: Intent, signing: Signing): Promise<Admission> {
    if (intent.kind === 'free') return { kind: 'granted', how: 'free', found: null, permit: mint(intent) };
    if (isStopped(this.#options.stops, intent.lane, intent.next)) return this.#stopped(intent);
    if (this.#options.heightJumpMax !== null) await this.#checkBounds(intent, this.#options.heightJumpMax);
    return this.#answer(intent, await this.#record(intent), signing);
  }

  #stopped({ lane }: GuardedIntent): Admission {
    return { kind: 'refused', why: 'stopped', found: this.#witness.get(lane) ?? null };
  }

  #answer(intent: GuardedIntent, verdict: Verdict, signing: Signing): Admission {
    if (verdict.kind === 'refused') return verdict;
    const refuseRepeat = !this.#options.allowRepeat || (intent.lane.duty === 'block' && !signing.deterministic);
    if (verdict.kind === 'repeat' && refuseRepeat) return { kind: 'refused', why: 'repeat', found: verdict.found };
    const permit = mint({ key: intent.lane.key, message: intent.message, root: intent.next.root });
    return { kind: 'granted', how: verdict.kind, found: verdict.found, permit };
  }

  async #checkBounds({ lane, next }: GuardedIntent, jumpMax: bigint): Promise<void> {
    const last = this.#witness.get(lane) ?? (await this.#options.store.read(lane)).mark;
    if (last === null || next.height <= last.height + jumpMax) return;
    const text = `level ${next.height} is more than ${jumpMax} above the last one signed (${last.height}); see protection.max_level_jump`;
    throw new Fault('beyond_future_bound', text, { facts: { height: next.height, last: last.height } });
  }

  async #record({ lane, next }: GuardedIntent): Promise<Verdict> {
    if (this.#frozen.size > 0 && this.#frozen.has(laneId(lane))) throw frozen(laneId(lane));
    if (!this.#options.store.remembers) return await this.#options.store.advance(lane, next);
    // Taken before the call: another request may raise the witness while this one is on its way.
    const witness = this.#witness.get(lane);
    const verdict = await this.#options.store.advance(lane, next);
    if (witness !== undefined && (verdict.found === null || !follows(witness, verdict.found))) {
      this.#frozen.add(laneId(lane));
      throw frozen(laneId(lane));
    }
    this.#remember(lane, verdict.kind === 'advance' ? next : verdict.found);
    return verdict;
  }

  #remember(lane: Lane, mark: Mark | null): void {
    if (mark === null) return;
    const known = this.#witness.get(lane);
    if (known === undefined || atLeast(mark, known)) this.#witness.set(lane, mark);
  }
}

function frozen(id: string): Fault {
  const text =
    'the store lost a mark that this process had recorded; nothing more is signed on this lane. ' +
    'Find out what restored or emptied the store before you restart (docs/troubleshooting.md#lane-frozen)';
  return new Fault('lane_frozen', text, { facts: { lane: id } });
}
