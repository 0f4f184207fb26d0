/**
 * How many different keys there are, in little memory: of each the last 52 bits are kept. Public keys are points that
 * nobody can choose the ends of, so that two in a million share theirs about once in ten thousand files.
 */
export class KeyCount {
  readonly #ends = new Set<number>();

  /** @param key in hex */
  add(key: string): void {
    this.#ends.add(Number.parseInt(key.slice(-13), 16));
  }

  get size(): number {
    return this.#ends.size;
  }
}
