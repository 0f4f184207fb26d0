import { randomUUID } from 'node:crypto';
import { Fault } from '../../src/base/fault.ts';
import { type Lane, laneId } from '../../src/protection/lane.ts';
import { decide, type LaneState, laneNeverSeen, type Mark, merge, type Verdict } from '../../src/protection/mark.ts';
import { checkStop, type Stop, type Stops } from '../../src/protection/stop.ts';
import type { Claim, LaneRecord, MarkStore } from '../../src/protection/store.ts';

/** What a store goes by; the sound one is the real rule. */
export interface Rules {
  readonly decide: typeof decide;
  readonly merge: typeof merge;
}

export const soundRules: Rules = { decide, merge };

/** A small store in memory whose rules, and in its children whose conduct, can be broken. */
export class RuledStore implements MarkStore {
  readonly backend = 'mem';
  readonly identity: string = randomUUID();
  readonly durable: boolean = false;
  readonly remembers: boolean = true;
  protected readonly rules: Rules;
  protected readonly records = new Map<string, LaneRecord>();
  protected readonly lines = new Map<string, Stop>();
  #ended = false;

  constructor(rules: Rules = soundRules) {
    this.rules = rules;
  }

  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const state = this.state(lane);
    const verdict = this.rules.decide(state, next);
    if (verdict.kind === 'advance') this.put(lane, { ...state, mark: next });
    return verdict;
  }

  async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    this.state(claims[0]?.lane ?? null);
    return await Promise.all(claims.map(({ lane, next }) => this.advance(lane, next)));
  }

  async raise(lane: Lane, mark: Mark): Promise<Mark> {
    const state = this.state(lane);
    const merged = state.mark === null ? { ...mark } : this.rules.merge(state.mark, mark);
    this.put(lane, { ...state, mark: merged });
    return { ...merged };
  }

  async close(lane: Lane): Promise<void> {
    this.put(lane, { ...this.state(lane), closed: true });
  }

  async open(lane: Lane): Promise<void> {
    this.put(lane, { ...this.state(lane), closed: false });
  }

  async read(lane: Lane): Promise<LaneState> {
    return this.state(lane);
  }

  async *list(): AsyncIterable<LaneRecord> {
    this.state(null);
    yield* [...this.records.values()].filter(({ mark, closed }) => mark !== null || closed);
  }

  async stops(): Promise<Stops> {
    this.state(null);
    return new Map(this.lines);
  }

  async setStop(network: string, stop: Stop | null): Promise<void> {
    this.state(null);
    checkStop(network, stop);
    if (stop === null) this.lines.delete(network);
    else this.lines.set(network, Object.freeze({ ...stop }));
  }

  async end(): Promise<void> {
    this.#ended = true;
  }

  protected state(lane: Lane | null): LaneState {
    if (this.#ended) throw new Fault('store_failed', 'the store was shut down');
    const record = lane === null ? undefined : this.records.get(laneId(lane));
    return record === undefined ? laneNeverSeen : { mark: record.mark, closed: record.closed };
  }

  protected put(lane: Lane, { mark, closed }: LaneState): void {
    const kept = mark === null ? null : Object.freeze({ ...mark });
    this.records.set(laneId(lane), Object.freeze({ lane: Object.freeze({ ...lane }), mark: kept, closed }));
  }
}
