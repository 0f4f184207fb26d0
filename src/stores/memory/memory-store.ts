import { randomUUID } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { type Lane, laneId } from '../../protection/lane.ts';
import { decide, type LaneState, laneNeverSeen, type Mark, merge, type Verdict } from '../../protection/mark.ts';
import { checkStop, type Stop, type Stops } from '../../protection/stop.ts';
import type { Claim, LaneRecord, MarkStore } from '../../protection/store.ts';

/**
 * Marks in this process's memory, lost with it: for tests and `tidemark dev`. It is also the model of every other
 * store.
 */
export class MemoryStore implements MarkStore {
  readonly backend = 'mem';
  readonly identity = randomUUID();
  readonly durable = false;
  readonly remembers = true;
  readonly #records = new Map<string, LaneRecord>();
  readonly #stops = new Map<string, Stop>();
  #ended = false;

  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    this.#checkRunning();
    return this.#advance({ lane, next });
  }

  async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    this.#checkRunning();
    return claims.map((claim) => this.#advance(claim));
  }

  async raise(lane: Lane, mark: Mark): Promise<Mark> {
    const state = this.#state(lane);
    const merged = state.mark === null ? mark : merge(state.mark, mark);
    this.#put(lane, { ...state, mark: merged });
    return merged;
  }

  async close(lane: Lane): Promise<void> {
    this.#put(lane, { ...this.#state(lane), closed: true });
  }

  async open(lane: Lane): Promise<void> {
    const state = this.#state(lane);
    if (state.closed) this.#put(lane, { ...state, closed: false });
  }

  async read(lane: Lane): Promise<LaneState> {
    const { mark, closed } = this.#state(lane);
    return { mark, closed };
  }

  async *list(): AsyncIterable<LaneRecord> {
    this.#checkRunning();
    for (const record of this.#records.values()) {
      if (record.mark !== null || record.closed) yield record;
    }
  }

  async stops(): Promise<Stops> {
    this.#checkRunning();
    return new Map(this.#stops);
  }

  async setStop(network: string, stop: Stop | null): Promise<void> {
    this.#checkRunning();
    checkStop(network, stop);
    if (stop === null) this.#stops.delete(network);
    else this.#stops.set(network, Object.freeze({ ...stop }));
  }

  async end(): Promise<void> {
    this.#ended = true;
  }

  #advance({ lane, next }: Claim): Verdict {
    const state = this.#state(lane);
    const verdict = decide(state, next);
    if (verdict.kind === 'advance') this.#put(lane, { ...state, mark: next });
    return verdict;
  }

  #state(lane: Lane): LaneState {
    this.#checkRunning();
    return this.#records.get(laneId(lane)) ?? laneNeverSeen;
  }

  /** Keeps frozen copies: what callers hold, and do with it, is not what the store holds. */
  #put(lane: Lane, { mark, closed }: LaneState): void {
    const kept = mark === null ? null : Object.freeze({ ...mark });
    this.#records.set(laneId(lane), Object.freeze({ lane: Object.freeze({ ...lane }), mark: kept, closed }));
  }

  #checkRunning(): void {
    if (this.#ended) throw new Fault('store_failed', 'the memory store was shut down');
  }
}
