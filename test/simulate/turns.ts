/** Picks a number from 0 to `end` - 1. */
export type Choose = (end: number) => number;

/**
 * Who goes on next: everyone who waits says `pass`, and `choose` picks one at a time. So what runs concurrently
 * runs in the order that a seed or a list of choices fixes, and no time passes.
 */
export class Turns {
  readonly #choose: Choose;
  readonly #waiting: (() => void)[] = [];

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  /** Waits until this caller is chosen. */
  async pass(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Lets up to `count` of those who wait go on, one after another. */
  async give(count: number): Promise<void> {
    await settled();
    for (let left = count; left > 0 && this.#waiting.length > 0; left -= 1) {
      const [resolve] = this.#waiting.splice(this.#choose(this.#waiting.length), 1);
      resolve?.();
      await settled();
    }
  }
}

/** Everyone who can go on has gone on, up to where he waits again. */
async function settled(): Promise<void> {
  await new Promise(setImmediate);
}
