import { Worker } from 'node:worker_threads';
import { assert, errnoOf, Fault } from '../base/fault.ts';
import type { KeystoreAnswer, KeystoreOrder } from './keystore-orders.ts';

interface Waiting {
  readonly resolve: (answer: KeystoreAnswer) => void;
  readonly reject: (fault: Fault) => void;
  readonly deadline: NodeJS.Timeout;
}

/** One worker thread that opens one keystore at a time, seen from outside. */
export class KeystoreThread {
  readonly #worker = new Worker(new URL('./keystore-worker.js', import.meta.url), { name: 'keystore' });
  readonly #answerMs: number;
  #waiting: Waiting | null = null;
  #gone = false;

  constructor(answerMs: number) {
    this.#answerMs = answerMs;
    this.#worker.on('message', (answer: KeystoreAnswer) => this.#take()?.resolve(answer));
    this.#worker.on('messageerror', () => this.#lose('sent what cannot be read'));
    // Only the error's code or class: an uncaught error of a thread that holds secrets may quote one.
    this.#worker.on('error', (error) => this.#lose(`failed with ${errnoOf(error) ?? error.name}`));
    this.#worker.on('exit', (code) => this.#lose(`exited with code ${code}`));
  }

  get busy(): boolean {
    return this.#waiting !== null;
  }

  /** Was it ended or lost? Then it is of no more use. */
  get gone(): boolean {
    return this.#gone;
  }

  /** @throws Fault `internal` when the thread died or was silent for too long */
  ask(order: KeystoreOrder): Promise<KeystoreAnswer> {
    assert(this.#waiting === null, 'a keystore thread opens one keystore at a time');
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => this.#lose(`was silent for ${this.#answerMs} ms`), this.#answerMs);
      this.#waiting = { resolve, reject, deadline };
      this.#worker.postMessage(order, [order.password.buffer]);
    });
  }

  /** Ends the thread. Whoever waits for it gets `fault`. */
  async end(fault: Fault): Promise<void> {
    this.#gone = true;
    this.#take()?.reject(fault);
    await this.#worker.terminate();
  }

  #take(): Waiting | null {
    const waiting = this.#waiting;
    if (waiting !== null) clearTimeout(waiting.deadline);
    this.#waiting = null;
    return waiting;
  }

  #lose(why: string): void {
    void this.end(new Fault('internal', `a keystore thread ${why}`));
  }
}
