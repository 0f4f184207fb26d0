import { Fault } from '../../src/base/fault.ts';
import type { Lane } from '../../src/protection/lane.ts';
import type { Mark, Verdict } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { RelayStore } from '../doubles/relay-store.ts';
import type { Turns } from './turns.ts';

/** What a store on a bad network does to a caller. */
export type StoreFault = (typeof storeFaults)[number];

/**
 * `before`: the write never arrives. `after`: it is made, and its answer is lost. `late`: the caller is told that it
 * failed, and later it is made after all.
 */
export const storeFaults = ['before', 'after', 'late'] as const;

export interface Weather {
  readonly turns: Turns;
  /** What happens to the next write; null for nothing. */
  readonly fault: () => StoreFault | null;
  /** How many turns a late write takes. */
  readonly delay: () => number;
}

/** One signer's way to the store that all of them share. */
export class FlakyStore extends RelayStore {
  readonly #weather: Weather;

  constructor(disk: MarkStore, weather: Weather) {
    super(disk);
    this.#weather = weather;
  }

  override async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const { turns } = this.#weather;
    await turns.pass();
    const fault = this.#weather.fault();
    if (fault === 'late') void this.#advanceLater(lane, next);
    if (fault === 'before' || fault === 'late') throw unknown();
    const verdict = await super.advance(lane, next);
    await turns.pass();
    if (fault === 'after') throw unknown();
    return verdict;
  }

  async #advanceLater(lane: Lane, next: Mark): Promise<void> {
    for (let left = this.#weather.delay(); left > 0; left -= 1) await this.#weather.turns.pass();
    await super.advance(lane, next);
  }
}

function unknown(): Fault {
  return new Fault('store_unavailable', 'the simulated store did not answer');
}
