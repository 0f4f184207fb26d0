/**
 * A record takes a few milliseconds. Who was admitted and has not come after one to two of these was refused by the
 * record, or is late: then the room that `JobRoom` keeps beyond its bound is there for him.
 */
const lifeMs = 100;

/** Counts those who were admitted and are still being recorded. */
export class Admitted {
  readonly #now: () => number;
  #young = 0;
  #old = 0;
  #turnedAt: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#turnedAt = now();
  }

  get count(): number {
    if (this.#young + this.#old > 0) this.#turn();
    return this.#young + this.#old;
  }

  add(): void {
    this.#turn();
    this.#young += 1;
  }

  /** One of them has come, or somebody who was forgotten. */
  arrive(): void {
    if (this.#old > 0) this.#old -= 1;
    else if (this.#young > 0) this.#young -= 1;
  }

  #turn(): void {
    const age = this.#now() - this.#turnedAt;
    if (age < lifeMs) return;
    this.#old = age < 2 * lifeMs ? this.#young : 0;
    this.#young = 0;
    this.#turnedAt += age;
  }
}
