import { Fault } from '../../src/base/fault.ts';
import type { Lane } from '../../src/protection/lane.ts';
import type { Mark, Verdict } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { RelayStore } from '../doubles/relay-store.ts';
import type { Random } from './random.ts';
import type { Turns } from './turns.ts';

/** What a store on a bad network does to a caller. */
export type StoreFault =
  /** The write never arrives. */
  | 'before'
  /** The write is made and its answer is lost. */
  | 'after'
  /** The caller is told that it failed, and later the write is made after all. */
  | 'late';

export interface Weather {
  readonly random: Random;
  readonly turns: Turns;
  /** How many of a hundred writes fail. */
  readonly faultPercent: number;
  readonly count: (fault: StoreFault) => void;
}

/** One signer's way to the store that all of them share. */
export class FlakyStore extends RelayStore {
  readonly #weather: Weather;

  constructor(disk: MarkStore, weather: Weather) {
    super(disk);
    this.#weather = weather;
  }

  override async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const { random, turns, faultPercent, count } = this.#weather;
    await turns.pass();
    const fault = random.chance(faultPercent) ? random.pick(['before', 'after', 'late'] as const) : null;
    if (fault !== null) count(fault);
    if (fault === 'late') void this.#advanceLater(lane, next);
    if (fault === 'before' || fault === 'late') throw unknown();
    const verdict = await super.advance(lane, next);
    await turns.pass();
    if (fault === 'after') throw unknown();
    return verdict;
  }

  async #advanceLater(lane: Lane, next: Mark): Promise<void> {
    for (let left = this.#weather.random.below(12); left >= 0; left -= 1) await this.#weather.turns.pass();
    await super.advance(lane, next);
  }
}

function unknown(): Fault {
  return new Fault('store_unavailable', 'the simulated store did not answer');
}
