import type { Random } from './random.ts';

/**
 * Who goes on next: everyone who waits says `pass`, and the seed picks one at a time. So what runs concurrently runs in
 * the same order for the same seed, in every order for some seed, and no time passes.
 */
export class Turns {
  readonly #random: Random;
  readonly #waiting: (() => void)[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Waits until the seed picks this caller. */
  async pass(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Lets up to `count` of those who wait go on, one after another. */
  async give(count: number): Promise<void> {
    for (let left = count; left > 0 && this.#waiting.length > 0; left -= 1) {
      const [resolve] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1);
      resolve?.();
      // All that follows from it, up to where it waits again.
      await new Promise(setImmediate);
    }
  }
}
