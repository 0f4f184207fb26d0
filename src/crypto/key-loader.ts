import type { HeldKeys, Outcome, Prepared } from './held-keys.ts';
import type { KeyToLoad } from './curve-orders.ts';

/** So many new keys are checked together: the check then costs a seventh of what it costs alone, and takes 5 ms. */
const checkedTogether = 32;

/** What became of a key that was to be loaded. */
export interface Loaded {
  readonly key: number;
  readonly outcome: Outcome;
}

/**
 * Loads keys in steps of a few milliseconds, so that signatures go on between them: each key signs once, and the
 * signatures of several are checked together.
 */
export class KeyLoader {
  readonly #keys: HeldKeys;
  readonly #waiting = new Map<number, KeyToLoad>();
  #prepared: Prepared[] = [];

  constructor(keys: HeldKeys) {
    this.#keys = keys;
  }

  get idle(): boolean {
    return this.#waiting.size === 0 && this.#prepared.length === 0;
  }

  add(keys: readonly KeyToLoad[]): void {
    for (const key of keys) this.#waiting.set(key.key, key);
  }

  /** One key's signature, or the check of those that were made. @returns whom it finished */
  step(): Loaded[] {
    const [next] = this.#waiting.values();
    if (next === undefined || this.#prepared.length >= checkedTogether) return this.#check();
    return this.#prepare(next);
  }

  /** For a key whose signature is asked for already. */
  loadNow(key: number): Loaded[] {
    const order = this.#waiting.get(key);
    const failed = order === undefined ? [] : this.#prepare(order);
    return this.#prepared.some((prepared) => prepared.order.key === key) ? [...failed, ...this.#check()] : failed;
  }

  forget(key: number): void {
    this.#waiting.delete(key);
    this.#prepared = this.#prepared.filter((prepared) => prepared.order.key !== key);
  }

  #prepare(order: KeyToLoad): Loaded[] {
    this.#waiting.delete(order.key);
    const tried = this.#keys.prepare(order);
    if (tried.kind === 'failed') return [{ key: order.key, outcome: tried }];
    this.#prepared.push(tried);
    return [];
  }

  #check(): Loaded[] {
    const prepared = this.#prepared;
    this.#prepared = [];
    const outcomes = this.#keys.accept(prepared);
    return prepared.flatMap(({ order }, index) => {
      const outcome = outcomes[index];
      return outcome === undefined ? [] : [{ key: order.key, outcome }];
    });
  }
}
