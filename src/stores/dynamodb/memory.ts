import type { Lane } from '../../protection/lane.ts';
import { LaneMap } from '../../protection/lane-map.ts';
import { atLeast, type Mark, type Verdict } from '../../protection/mark.ts';

/** What this process knows of a lane. It saves requests, and never grants anything. */
export interface Memory {
  /** The highest mark that was seen. */
  top: Mark | null;
  /** Tezos: Signatory's rows under other names were looked at, and their marks taken over. */
  ready: boolean;
  /** Ethereum. */
  view: StopView | null;
  /** Tezos, where two rows are written: when the request before is done. */
  turn: Promise<unknown>;
}

/** Where a lane stands with its stop line. */
export interface StopView {
  /** What its row carries. */
  readonly stamp: bigint | null;
  /** What was recorded when it was last read. */
  readonly line: bigint | null;
  /**
   * The record was read after a moment at which the row was there. So a line that was drawn later finds the row and
   * stamps it; without this, a row might be made after the line was drawn, and carry none.
   */
  readonly verified: boolean;
}

/** The memory of every lane that this process has asked for. */
export class LaneMemory {
  readonly #lanes = new LaneMap<Memory>();

  of(lane: Lane): Memory {
    const known = this.#lanes.get(lane);
    if (known !== undefined) return known;
    const fresh: Memory = { top: null, ready: false, view: null, turn: Promise.resolve() };
    this.#lanes.set(lane, fresh);
    return fresh;
  }

  learn(lane: Lane, verdict: Verdict, next: Mark): void {
    this.see(lane, verdict.kind === 'advance' ? next : verdict.found);
  }

  see(lane: Lane, mark: Mark | null): void {
    const memory = this.of(lane);
    if (mark !== null && (memory.top === null || atLeast(mark, memory.top))) memory.top = mark;
  }
}
