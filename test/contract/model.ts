import { type Lane, laneId } from '../../src/protection/lane.ts';
import { decide, type LaneState, laneNeverSeen, type Mark, merge, type Verdict } from '../../src/protection/mark.ts';
import { isStopped, type Stop, type Stops } from '../../src/protection/stop.ts';
import type { Claim, LaneRecord } from '../../src/protection/store.ts';

/** What a store must answer: the pure functions over a map, with nothing that could fail. */
export class Model {
  readonly #records = new Map<string, LaneRecord>();
  readonly #stops = new Map<string, Stop>();
  readonly #stopsInStore: boolean;

  constructor({ stopsInStore = false }: { readonly stopsInStore?: boolean } = {}) {
    this.#stopsInStore = stopsInStore;
  }

  advance({ lane, next }: Claim): Verdict {
    const state = this.read(lane);
    if (this.#stopsInStore && isStopped(this.#stops, lane, next))
      return { kind: 'refused', why: 'stopped', found: state.mark };
    const verdict = decide(state, next);
    if (verdict.kind === 'advance') this.#put(lane, { ...state, mark: next });
    return verdict;
  }

  raise(lane: Lane, mark: Mark): Mark {
    const state = this.read(lane);
    const merged = state.mark === null ? mark : merge(state.mark, mark);
    this.#put(lane, { ...state, mark: merged });
    return merged;
  }

  setClosed(lane: Lane, closed: boolean): void {
    this.#put(lane, { ...this.read(lane), closed });
  }

  setStop(network: string, stop: Stop | null): void {
    if (stop === null) this.#stops.delete(network);
    else this.#stops.set(network, stop);
  }

  stops(): Stops {
    return this.#stops;
  }

  read(lane: Lane): LaneState {
    const record = this.#records.get(laneId(lane));
    return record === undefined ? laneNeverSeen : { mark: record.mark, closed: record.closed };
  }

  /** What `list` must give, by lane. */
  listed(): Map<string, LaneRecord> {
    return new Map([...this.#records].filter(([, { mark, closed }]) => mark !== null || closed));
  }

  #put(lane: Lane, { mark, closed }: LaneState): void {
    this.#records.set(laneId(lane), { lane, mark, closed });
  }
}
