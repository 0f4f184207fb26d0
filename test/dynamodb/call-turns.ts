import type { Random } from '../simulate/random.ts';
import { Gate } from '../support/gate.ts';
import type { Fate } from './fault-proxy.ts';

/** Two requests that share one call leave us waiting for a call that does not come. */
const patienceMs = 15;

/**
 * Lets the calls of concurrent requests through one at a time, in an order that a seed fixes. Each request has one call
 * on its way at most, so the next turn is due when as many calls wait as requests have not ended.
 */
export class CallTurns {
  readonly #random: Random;
  readonly #waiting: Gate[] = [];
  #running = 0;
  #deadline: NodeJS.Timeout | undefined;

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
    clearTimeout(this.#deadline);
    if (this.#waiting.length === 0) return;
    if (this.#waiting.length >= this.#running) this.#release();
    else this.#deadline = setTimeout(() => this.#release(), patienceMs);
  }

  #release(): void {
    const [gate] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1);
    gate?.open();
    if (this.#waiting.length > 0) this.#deadline = setTimeout(() => this.#release(), patienceMs);
  }
}
