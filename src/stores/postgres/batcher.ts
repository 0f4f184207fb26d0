import { assert } from '../../base/fault.ts';
import { budget, callsMax } from './budget.ts';

interface Call<Job, Answer> {
  readonly job: Job;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins concurrent calls into one statement, as `base/commit-queue` does: while one runs, those who come meanwhile wait
 * and share the next. Unlike there the other end of a network answers: when a statement has run for longer than any
 * should, on a connection that hangs or behind a row that somebody holds, the others go without it on another
 * connection, up to as many as there are.
 */
export class Batcher<Job, Answer extends object> {
  readonly #commit: (jobs: readonly Job[]) => Promise<readonly Answer[]>;
  readonly #runningMax: number;
  #waiting: Call<Job, Answer>[] = [];
  #running = 0;
  /** The one that the others wait for; what is older is given up on. */
  #leader: object | null = null;
  #idle: (() => void)[] = [];

  /** @param commit answers each job, in order; when it throws, every job of that statement fails */
  constructor(commit: (jobs: readonly Job[]) => Promise<readonly Answer[]>, runningMax: number) {
    this.#commit = commit;
    this.#runningMax = runningMax;
  }

  submit(job: Job): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      if (this.#leader === null) this.#begin();
    });
  }

  /** Resolves when nothing waits or runs any more. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #begin(): void {
    if (this.#waiting.length === 0 || this.#running >= this.#runningMax) return;
    const turn = {};
    this.#leader = turn;
    this.#running += 1;
    void this.#lead(turn);
  }

  async #lead(turn: object): Promise<void> {
    // Until the event loop has read what its sockets hold: requests that arrived together share a statement.
    await new Promise((resolve) => setImmediate(resolve));
    const patience = setTimeout(() => this.#pass(turn), budget.patienceMs);
    await this.#take(this.#waiting.splice(0, callsMax));
    clearTimeout(patience);
    this.#running -= 1;
    if (this.#leader === turn || this.#leader === null) this.#pass(this.#leader);
    if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #pass(turn: object | null): void {
    if (this.#leader !== turn) return;
    this.#leader = null;
    this.#begin();
  }

  async #take(calls: readonly Call<Job, Answer>[]): Promise<void> {
    try {
      const answers = await this.#commit(calls.map(({ job }) => job));
      for (const [index, { resolve }] of calls.entries()) {
        const answer = answers[index];
        assert(answer !== undefined, 'every call is answered');
        resolve(answer);
      }
    } catch (error) {
      for (const call of calls) call.reject(error);
    }
  }
}
