import { Worker } from 'node:worker_threads';
import { errnoOf, Fault } from '../base/fault.ts';
import type { NetworkChoice } from '../ethereum/networks.ts';
import type { Understood } from '../ethereum/understood.ts';
import type { Answer, Job } from './job.ts';

export interface SszThreadOptions {
  /** The most requests that wait for an answer at once. */
  readonly jobsMax: number;
  /** More than any body that may come in can need; a thread that wants more dies alone. */
  readonly heapMb?: number;
}

/**
 * The thread that understands what needs the library or is long. It starts with the first request: most signers never
 * see one. A thread that dies fails what it was asked, and the next request starts another.
 */
export class SszThread {
  readonly #choice: NetworkChoice;
  readonly #jobsMax: number;
  readonly #heapMb: number;
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #lastNumber = 0;
  #ended = false;

  constructor(choice: NetworkChoice, { jobsMax, heapMb = 512 }: SszThreadOptions) {
    this.#choice = choice;
    this.#jobsMax = jobsMax;
    this.#heapMb = heapMb;
  }

  /** @throws Fault as `understandFully` does; `overloaded`, `shutting_down`, or `internal` when the thread died */
  async read(body: Uint8Array): Promise<Understood> {
    if (this.#ended) throw new Fault('shutting_down', 'the signer is shutting down');
    if (this.#waiting.size >= this.#jobsMax) {
      throw new Fault('overloaded', `${this.#jobsMax} requests with full bodies are waiting already`);
    }
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const number = ++this.#lastNumber;
    return await new Promise<Understood>((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      worker.ref();
      worker.postMessage({ kind: 'read', number, body } satisfies Job, []);
    });
  }

  /** Ends the thread. What waits for it fails, and so does what is asked later. */
  async end(): Promise<void> {
    this.#ended = true;
    const worker = this.#worker;
    this.#lose(worker, new Fault('shutting_down', 'the signer is shutting down'));
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./ssz-worker.js', import.meta.url), {
      name: 'ssz',
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMb },
    });
    const died = (why: string): void =>
      this.#lose(worker, new Fault('internal', `the thread that reads full bodies is gone (${why})`));
    worker.on('message', (answer: Answer) => this.#take(worker, answer));
    worker.on('messageerror', () => died('it sent what cannot be read'));
    worker.on('error', (error) => died(`it failed with ${errnoOf(error) ?? error.name}`));
    worker.on('exit', (code) => died(`it exited with code ${code}`));
    worker.postMessage({ kind: 'begin', choice: this.#choice } satisfies Job, []);
    return worker;
  }

  #take(worker: Worker, answer: Answer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    // An idle thread does not keep the process alive.
    if (this.#waiting.size === 0) worker.unref();
    if (answer.kind === 'understood') waiting?.resolve(answer.understood);
    else waiting?.reject(new Fault(answer.code, answer.text, { facts: answer.facts }));
  }

  /** All jobs that wait are of this thread: a new one is started only after the old one was lost. */
  #lose(worker: Worker | null, fault: Fault): void {
    if (worker === null || worker !== this.#worker) return;
    this.#worker = null;
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of lost) waiting.reject(fault);
  }
}

interface Waiting {
  readonly resolve: (understood: Understood) => void;
  readonly reject: (fault: Fault) => void;
}
