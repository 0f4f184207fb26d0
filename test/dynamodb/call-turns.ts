import { Gate } from '../support/gate.ts';
import type { Random } from '../simulate/random.ts';
import type { Fate } from './fault-proxy.ts';

/**
 * Lets the calls of concurrent requests through one at a time, in an order that a seed fixes. Each request has one call
 * on its way at most, so the next turn is due when as many calls wait as requests have not ended.
 */
export class CallTurns {
  readonly #random: Random;
  readonly #waiting: Gate[] = [];
  #running = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** For the plan of a proxy: what becomes of the next call. */
  readonly fate = (): Fate => {
    const gate = new Gate();
    this.#waiting.push(gate);
    this.#next();
    return { kind: 'late', until: gate.promise };
  };

  /** Plays requests against each other. @returns their answers, in order */
  async play<Answer>(requests: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
    this.#running = requests.length;
    return await Promise.all(requests.map((request) => request().finally(() => this.#ended())));
  }

  #ended(): void {
    this.#running -= 1;
    this.#next();
  }

  #next(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#running) return;
    const [gate] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1);
    gate?.open();
  }
}
