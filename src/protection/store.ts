import type { Lane } from './lane.ts';
import type { LaneState, Mark, Verdict } from './mark.ts';
import type { Stop, Stops } from './stop.ts';

/**
 * Where marks live. A store holds no rule of its own: it applies `decide` and `merge`, or states the same condition in
 * its own language, and one contract suite (`test/contract/mark-store.ts`) holds all of them against the pure
 * functions.
 *
 * Every method that changes something is atomic for each lane and durable before it answers: it survives a power cut.
 * When a method throws, the outcome is unknown: it may have been recorded or not, and nobody may sign. Asking again
 * with
 * the same mark is always safe.
 *
 * @throws Fault `store_unavailable` (ask again), `store_failed` (dead until restarted), `store_corrupt` (what is there
 *   cannot be read). None of them is ever a verdict.
 */
export interface MarkStore {
  /** The name in metrics and messages. */
  readonly backend: StoreBackend;
  /** Who this store is: stays the same over restarts, and no other store has it. */
  readonly identity: string;
  /** False when marks are lost with the process. */
  readonly durable: boolean;
  /**
   * False for a store that keeps nothing, on purpose: it allows whatever it is asked, and what it answers is held
   * against nothing that it answered before.
   */
  readonly remembers: boolean;

  /** Applies the rule to one lane. */
  advance(lane: Lane, next: Mark): Promise<Verdict>;
  /**
   * Applies the rule to each claim by itself, in order, and answers in that order; one that is refused does not stop
   * the others, and a lane named twice is decided twice.
   */
  advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]>;
  /**
   * Import: merges `mark` in and answers what the lane holds then. Never lowers anything; a closed lane stays closed.
   */
  raise(lane: Lane, mark: Mark): Promise<Mark>;
  /** From now on the lane refuses everything, here and after a restart. Idempotent. */
  close(lane: Lane): Promise<void>;
  /** The lane goes on where it stood: its mark was kept. Idempotent. */
  open(lane: Lane): Promise<void>;
  /** What is recorded now; `laneNeverSeen` for a lane that nobody touched. */
  read(lane: Lane): Promise<LaneState>;
  /** Every lane that holds a mark or is closed, in no order. */
  list(): AsyncIterable<LaneRecord>;
  /**
   * Every network's stop line. The guard reads them once, when it starts: a store that lives in one process, or that
   * one process holds, changes no stop under a running guard. A store that several signers share must do more: once
   * `setStop` has answered, no signer may advance past the line, so the store refuses as `stopped` in the same atomic
   * step in which it advances.
   */
  stops(): Promise<Stops>;
  /**
   * Sets the stop line of an Ethereum network, at any height, or takes it away. A line is no mark: it may be lowered
   * and raised. One that was set and cannot be read any more is `store_corrupt`, never "no line".
   *
   * @throws Fault `config_invalid` where the store keeps nothing
   */
  setStop(network: string, stop: Stop | null): Promise<void>;
  /** Finishes what was asked, releases the store. Further calls throw `store_failed`. */
  end(): Promise<void>;
}

export interface Claim {
  readonly lane: Lane;
  readonly next: Mark;
}

export interface LaneRecord extends LaneState {
  readonly lane: Lane;
}

/** Metric labels name the store, not the configuration's door to it. */
export type StoreBackend = 'file' | 'mem' | 'sqlite' | 'postgres' | 'aws' | 'gcp' | 'ignore';
