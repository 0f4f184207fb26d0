import { Worker } from 'node:worker_threads';
import { errnoOf, Fault } from '../base/fault.ts';
import type { Scheme } from './curve-key.ts';
import type { Answers, Column, KeyToLoad, Order, ThreadStart } from './curve-orders.ts';
import { pack, unpack } from './packed.ts';
import type { Priority } from './priority.ts';

/** A signature that is asked for, and whoever waits for it. */
export interface Job {
  readonly key: number;
  readonly message: Uint8Array;
  readonly scheme: Scheme;
  readonly priority: Priority;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (fault: Fault) => void;
  /** How many threads were lost while they had this job. */
  readonly losses: number;
}

export interface CurveThreadOptions {
  /** Of `SecretMemory`. */
  readonly secrets: SharedArrayBuffer;
  /** The longest silence of a thread that has something to do; one that is silent for longer counts as lost. */
  readonly answerMs: number;
  readonly events: CurveThreadEvents;
}

export interface CurveThreadEvents {
  /** A job that it was given has its answer: a signature, or why there is none. */
  readonly onSigned: (job: Job, answer: Uint8Array | Fault) => void;
  /** A key that it was told of has its public key, or is unfit. */
  readonly onLoaded: (thread: CurveThread, key: number, answer: Uint8Array | Fault) => void;
  /** After the answers of one message: there may be room for more. */
  readonly onAnswers: (signatures: number, signingMs: number) => void;
  /** Called once, when the thread died or was given up, with the jobs that it leaves behind. */
  readonly onLost: (thread: CurveThread, why: string, jobs: readonly Job[]) => void;
}

/** One worker thread, seen from outside. Jobs and keys of one tick cross over in one message each. */
export class CurveThread {
  readonly #options: CurveThreadOptions;
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Job>();
  /** Keys that it was told of and has not loaded yet. */
  readonly #loading = new Set<number>();
  readonly #forgetting = new Map<number, () => void>();
  #jobsOut: number[] = [];
  #keysOut: KeyToLoad[] = [];
  #flushing = false;
  #lastNumber = 0;
  #watchdog: NodeJS.Timeout | null = null;
  #gone = false;

  constructor(options: CurveThreadOptions) {
    this.#options = options;
    const start: ThreadStart = { secrets: options.secrets };
    this.#worker = new Worker(new URL('./curve-worker.js', import.meta.url), { name: 'curve', workerData: start });
    this.#worker.on('message', (answers: Answers) => this.#take(answers));
    this.#worker.on('messageerror', () => this.giveUp('sent what cannot be read'));
    // Only the error's code or class: an uncaught error of a thread that holds secrets may quote one.
    this.#worker.on('error', (error) => this.giveUp(`failed with ${errnoOf(error) ?? error.name}`));
    this.#worker.on('exit', (code) => this.giveUp(`exited with code ${code}`));
  }

  /** How many jobs it has not answered yet. */
  get busy(): number {
    return this.#jobs.size;
  }

  sign(job: Job): void {
    this.#lastNumber += 1;
    this.#jobs.set(this.#lastNumber, job);
    this.#jobsOut.push(this.#lastNumber);
    this.#flushSoon();
  }

  load(key: KeyToLoad): void {
    this.#loading.add(key.key);
    this.#keysOut.push(key);
    this.#flushSoon();
  }

  /** Resolves when the thread knows the key no more, or is no more. */
  async forget(key: number): Promise<void> {
    if (this.#gone) return;
    this.#flush();
    this.#loading.delete(key);
    await new Promise<void>((resolve) => {
      this.#forgetting.set(key, resolve);
      this.#post({ kind: 'forget', key });
    });
  }

  /** Stops the thread, wherever it is, and hands its jobs back. */
  giveUp(why: string): void {
    if (this.#gone) return;
    void this.#stop();
    this.#options.events.onLost(this, why, [...this.#jobs.values()]);
  }

  /** Ends the thread; nobody is told. It must have no jobs. */
  async end(): Promise<void> {
    await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#gone = true;
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    for (const forgotten of this.#forgetting.values()) forgotten();
    await this.#worker.terminate();
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#gone) return;
    if (this.#keysOut.length > 0) this.#postKeys(this.#keysOut.splice(0));
    if (this.#jobsOut.length > 0) this.#postJobs(this.#jobsOut.splice(0));
  }

  #postKeys(keys: readonly KeyToLoad[]): void {
    this.#post({
      kind: 'load',
      keys: keys.map(({ key }) => key),
      curves: keys.map(({ curve }) => curve),
      verifies: keys.map(({ verify }) => verify),
    });
  }

  #postJobs(numbers: readonly number[]): void {
    const jobs = numbers.flatMap((number) => this.#jobs.get(number) ?? []);
    this.#post({
      kind: 'sign',
      numbers,
      keys: jobs.map(({ key }) => key),
      priorities: jobs.map(({ priority }) => priority),
      schemes: jobs.map(({ scheme }) => scheme),
      messages: pack(jobs.map(({ message }) => message)),
    });
  }

  #post(order: Order): void {
    this.#worker.postMessage(order);
    this.#watchdog ??= this.#watch();
  }

  #take({ signed, loaded, forgotten, signingMs, failures }: Answers): void {
    if (this.#gone) return;
    for (const [number, bytes] of rowsOf(signed)) this.#signed(number, bytes);
    for (const [number, bytes] of rowsOf(loaded)) this.#loaded(number, bytes);
    for (const { what, number, code, text } of failures) {
      if (what === 'sign') this.#signed(number, new Fault(code, text));
      else this.#loaded(number, new Fault(code, text));
    }
    for (const key of forgotten) this.#forgotten(key);
    if (this.#gone) return;
    this.#resetWatchdog();
    this.#options.events.onAnswers(signed?.numbers.length ?? 0, signingMs);
  }

  #signed(number: number, answer: Uint8Array | Fault): void {
    // A key in the same message may have been the reason to give this thread up: then its jobs are others' already.
    if (this.#gone) return;
    const job = this.#jobs.get(number);
    this.#jobs.delete(number);
    if (job !== undefined) this.#options.events.onSigned(job, answer);
  }

  #loaded(key: number, answer: Uint8Array | Fault): void {
    if (this.#loading.delete(key)) this.#options.events.onLoaded(this, key, answer);
  }

  #forgotten(key: number): void {
    this.#forgetting.get(key)?.();
    this.#forgetting.delete(key);
  }

  #resetWatchdog(): void {
    const working = this.#jobs.size + this.#loading.size + this.#forgetting.size > 0;
    if (!working && this.#watchdog !== null) clearTimeout(this.#watchdog);
    // A timer that runs already starts anew: cheaper than another one for each message.
    if (working) this.#watchdog?.refresh();
    else this.#watchdog = null;
  }

  #watch(): NodeJS.Timeout {
    return setTimeout(() => this.giveUp(`was silent for ${this.#options.answerMs} ms`), this.#options.answerMs);
  }
}

function rowsOf(column: Column | null): (readonly [number: number, bytes: Uint8Array])[] {
  if (column === null) return [];
  const parts = unpack(column.bytes);
  return column.numbers.flatMap((number, index) => {
    const bytes = parts[index];
    return bytes === undefined ? [] : [[number, bytes] as const];
  });
}
