import { Worker } from 'node:worker_threads';
import { assert, Fault, type FaultCode, messageOf } from '../../base/fault.ts';
import { claimsText, parseVerdicts } from './claim-text.ts';
import type { Answer, Job } from './job.ts';

/** What goes to the thread; a job that advances goes as the text of its claims. */
export type Request = { readonly kind: 'jobs'; readonly jobs: readonly (Job | string)[] } | { readonly kind: 'end' };

/** What comes back: one for each request, in order; `ready`, or a fault, first of all. Verdicts come as their text. */
export type Reply =
  | { readonly kind: 'ready'; readonly identity: string }
  | { readonly kind: 'answers'; readonly answers: readonly (Answer | string)[] }
  | { readonly kind: 'fault'; readonly code: FaultCode; readonly text: string };

/**
 * A database and the thread that owns it. SQLite blocks its thread while the disk flushes, 0.2 ms on a good disk and
 * hundreds on a bad one, and the event loop must answer health and refusals meanwhile. Measured (2 cores, ext4, best of
 * 25 short runs): a lone caller makes 4,300 advances a second through the thread and 6,700 on the event loop, 256
 * callers 37,000 and 47,000. The way to the thread costs 0.1 ms; on the event loop nothing else would have had a turn.
 */
export class DatabaseThread {
  readonly #worker: Worker;
  /** The request that is on its way; there is never more than one. */
  #waiting: Waiting | null = null;
  #dead: Fault | null = null;
  #stopping = false;

  private constructor(path: string) {
    this.#worker = new Worker(new URL('./sqlite-worker.js', import.meta.url), { workerData: path });
    this.#worker.on('message', (reply: Reply) => this.#settle((waiting) => waiting.resolve(reply)));
    this.#worker.on('error', (error) => this.#die(messageOf(error)));
    this.#worker.on('exit', () => this.#die('it ended'));
  }

  /** @throws Fault why the database cannot be opened */
  static async start(path: string): Promise<{ readonly thread: DatabaseThread; readonly identity: string }> {
    const thread = new DatabaseThread(path);
    const reply = await thread.#reply();
    assert(reply.kind === 'ready', 'a thread begins with ready');
    return { thread, identity: reply.identity };
  }

  /** One commit. @throws Fault what the commit met, or `store_failed` when the thread is gone */
  async run(jobs: readonly Job[]): Promise<readonly Answer[]> {
    const packed = jobs.map((job) => (job.kind === 'advance' ? claimsText(job.claims) : job));
    const reply = await this.#reply({ kind: 'jobs', jobs: packed });
    assert(reply.kind === 'answers', 'jobs are answered');
    return reply.answers.map((answer) =>
      typeof answer === 'string' ? { kind: 'verdicts', verdicts: parseVerdicts(answer) } : answer,
    );
  }

  /** Closes the database and ends the thread. */
  async stop(): Promise<void> {
    if (this.#dead !== null) return;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#stopping = true;
    this.#worker.ref();
    this.#worker.postMessage({ kind: 'end' } satisfies Request, []);
    await ended;
  }

  async #reply(request?: Request): Promise<Exclude<Reply, { kind: 'fault' }>> {
    if (this.#dead !== null) throw this.#dead;
    assert(this.#waiting === null, 'one request at a time');
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.ref();
      if (request !== undefined) this.#worker.postMessage(request, []);
    });
    if (reply.kind === 'fault') throw new Fault(reply.code, reply.text);
    return reply;
  }

  /** An idle thread does not keep the process alive. */
  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (!this.#stopping) this.#worker.unref();
    if (waiting !== null) how(waiting);
  }

  #die(reason: string): void {
    const fault = new Fault('store_failed', `the thread of the mark database is gone (${reason}); restart to go on`);
    this.#dead ??= fault;
    this.#settle((waiting) => waiting.reject(fault));
  }
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (fault: Fault) => void;
}
