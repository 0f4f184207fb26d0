import { randomUUID } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import { type LaneState, laneNeverSeen, type Mark, type Verdict } from '../../protection/mark.ts';
import { noStops, type Stop, type Stops } from '../../protection/stop.ts';
import type { Claim, LaneRecord, MarkStore } from '../../protection/store.ts';

/**
 * No protection: every claim advances, nothing is kept, nothing is refused, not even on a lane that was closed. It is
 * for networks whose stake is worth nothing and for measurements; the configuration lets nobody use it on a mainnet
 * without saying so, and the program warns of it as long as it runs.
 */
export class NoopStore implements MarkStore {
  readonly backend = 'ignore';
  readonly identity = randomUUID();
  readonly durable = false;
  readonly remembers = false;
  #ended = false;

  async advance(_lane: Lane, _next: Mark): Promise<Verdict> {
    this.#checkRunning();
    return { kind: 'advance', found: null };
  }

  async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    this.#checkRunning();
    return claims.map(() => ({ kind: 'advance', found: null }));
  }

  async raise(_lane: Lane, mark: Mark): Promise<Mark> {
    this.#checkRunning();
    return { ...mark };
  }

  async close(_lane: Lane): Promise<void> {
    this.#checkRunning();
  }

  async open(_lane: Lane): Promise<void> {
    this.#checkRunning();
  }

  async read(_lane: Lane): Promise<LaneState> {
    this.#checkRunning();
    return laneNeverSeen;
  }

  async *list(): AsyncIterable<LaneRecord> {
    this.#checkRunning();
    yield* [];
  }

  async stops(): Promise<Stops> {
    this.#checkRunning();
    return noStops;
  }

  /** Whoever draws a line relies on it: this one would be lost. */
  async setStop(_network: string, _stop: Stop | null): Promise<void> {
    this.#checkRunning();
    throw new Fault('config_invalid', 'the noop store keeps nothing, so it cannot keep a stop line');
  }

  async end(): Promise<void> {
    this.#ended = true;
  }

  #checkRunning(): void {
    if (this.#ended) throw new Fault('store_failed', 'the noop store was shut down');
  }
}
