import { Worker } from 'node:worker_threads';
import { errnoOf, Fault } from '../base/fault.ts';
import type { Answer, Numbered, Order } from './curve-orders.ts';

/** An order and whoever waits for it. */
export interface Job {
  readonly order: Order;
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (fault: Fault) => void;
  /** How many threads were lost while they had this job. */
  readonly losses: number;
}

export interface CurveThreadOptions {
  /** The longest silence of a thread that has orders; one that is silent for longer counts as lost. */
  readonly answerMs: number;
  /** Called after answers came: there may be room for more. */
  readonly onAnswers: () => void;
  /** Called once, when the thread died or was given up, with the jobs that it leaves behind. */
  readonly onLost: (thread: CurveThread, why: string, jobs: readonly Job[]) => void;
}

/** One worker thread, seen from outside. Orders of one tick cross over in one message. */
export class CurveThread {
  readonly #options: CurveThreadOptions;
  readonly #worker = new Worker(new URL('./curve-worker.js', import.meta.url), { name: 'curve' });
  readonly #jobs = new Map<number, Job>();
  #outbox: Numbered[] = [];
  #lastNumber = 0;
  #watchdog: NodeJS.Timeout | null = null;
  #gone = false;

  constructor(options: CurveThreadOptions) {
    this.#options = options;
    this.#worker.on('message', (answers: readonly Answer[]) => this.#take(answers));
    this.#worker.on('messageerror', () => this.giveUp('sent what cannot be read'));
    // Only the error's code or class: an uncaught error of a thread that holds secrets may quote one.
    this.#worker.on('error', (error) => this.giveUp(`failed with ${errnoOf(error) ?? error.name}`));
    this.#worker.on('exit', (code) => this.giveUp(`exited with code ${code}`));
  }

  /** How many orders it has not answered yet. */
  get busy(): number {
    return this.#jobs.size;
  }

  post(job: Job): void {
    const number = ++this.#lastNumber;
    this.#jobs.set(number, job);
    if (this.#outbox.push({ number, order: job.order }) === 1) queueMicrotask(() => this.#flush());
  }

  /** Stops the thread, wherever it is, and hands its jobs back. */
  giveUp(why: string): void {
    if (this.#gone) return;
    void this.#stop();
    this.#options.onLost(this, why, [...this.#jobs.values()]);
  }

  /** Ends the thread, which dies with its secrets; nobody is told. Jobs that are left fail. */
  async end(): Promise<void> {
    for (const job of this.#jobs.values()) job.reject(new Fault('shutting_down', 'the signer is shutting down'));
    await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#gone = true;
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    await this.#worker.terminate();
  }

  #flush(): void {
    if (this.#gone) return;
    const batch = this.#outbox;
    this.#outbox = [];
    const secrets = batch.flatMap(({ order }) => (order.kind === 'load' ? [order.secret.buffer] : []));
    this.#worker.postMessage(batch, secrets);
    this.#watchdog ??= this.#watch();
  }

  #take(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const job = this.#jobs.get(answer.number);
      this.#jobs.delete(answer.number);
      if (answer.kind === 'done') job?.resolve(answer.bytes);
      else job?.reject(new Fault(answer.code, answer.text));
    }
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    this.#watchdog = this.#jobs.size > 0 ? this.#watch() : null;
    this.#options.onAnswers();
  }

  #watch(): NodeJS.Timeout {
    return setTimeout(() => this.giveUp(`was silent for ${this.#options.answerMs} ms`), this.#options.answerMs);
  }
}
