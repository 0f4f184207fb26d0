import { assert, Fault } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import type { SecretBytes } from '../base/secret-bytes.ts';
import type { PooledCurve, Scheme } from './curve-key.ts';
import type { LoadOrder, Order, Verify } from './curve-orders.ts';
import { CurveThread, type Job } from './curve-thread.ts';
import { JobLimit } from './job-limit.ts';
import type { LoadedKey } from './loaded-key.ts';

/**
 * Orders that one thread is given ahead, so that it never waits for the event loop; the rest wait here, for whoever is
 * free.
 */
const ordersAheadMax = 8;
/** Lost threads are replaced this often in the life of a pool; after that it shrinks. */
const replacementsMax = 16;
/** A job that saw so many threads die is not given to another. */
const lossesMax = 2;

export interface CurvePoolOptions {
  readonly threads: number;
  /** See `JobLimit`. */
  readonly jobsMax: number;
  /** The longest silence of a thread that has work, its start included. */
  readonly answerMs: number;
  /** Told of each thread that was lost, in a sentence without secrets. */
  readonly onThreadLost: (text: string) => void;
}

/** What a key is loaded from. */
export interface Loading {
  readonly curve: PooledCurve;
  /** The scalar, 32 bytes, big-endian. The pool takes it over. */
  readonly secret: SecretBytes;
  readonly verify: Verify;
}

/**
 * Worker threads that sign on the slow curves; each holds every key. A signature goes to the least busy thread. A
 * thread that dies is replaced with all its keys, and its jobs are done by another: they are deterministic, so twice is
 * harmless. For that the pool keeps one copy of each secret until it ends. The threads share this process's memory
 * anyway: a copy here opens no door that theirs do not.
 */
export class CurvePool {
  readonly #options: CurvePoolOptions;
  readonly #limit: JobLimit;
  readonly #keys = new Map<number, Loading>();
  readonly #threads: CurveThread[] = [];
  #waiting: Job[] = [];
  #lastKey = 0;
  #replacements = 0;
  #ended = false;

  constructor(options: CurvePoolOptions) {
    assert(options.threads > 0, 'a pool has at least one thread');
    this.#options = options;
    this.#limit = new JobLimit(options.jobsMax);
    for (let index = 0; index < options.threads; index += 1) this.#startThread();
  }

  /** How many threads are alive. */
  get threads(): number {
    return this.#threads.length;
  }

  /**
   * Loads a key into every thread; each thread signs and verifies once with it.
   *
   * @throws Fault `key_invalid` when the secret is out of range or a thread's check fails, `internal` when a thread
   *   died
   */
  async load(loading: Loading): Promise<LoadedKey> {
    this.#checkAlive();
    const key = ++this.#lastKey;
    this.#keys.set(key, loading);
    try {
      const publicKey = agreed(await Promise.all(this.#threads.map((thread) => this.#loadInto(thread, key))));
      return {
        curve: loading.curve,
        publicKey,
        checkRoom: () => this.#checkRoom(),
        sign: (message, { scheme = 'standard' } = {}) => this.#sign(key, message, scheme),
      };
    } catch (error) {
      this.#forget(key);
      throw error;
    }
  }

  /**
   * Finishes what was asked, ends the threads and wipes the secrets. Everything after it throws Fault `shutting_down`.
   */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#limit.idle();
    await Promise.all(this.#threads.splice(0).map((thread) => thread.end()));
    for (const { secret } of this.#keys.values()) secret.wipe();
    this.#keys.clear();
  }

  #checkRoom(): void {
    this.#checkAlive();
    this.#limit.checkRoom();
  }

  async #sign(key: number, message: Uint8Array, scheme: Scheme): Promise<Uint8Array> {
    this.#checkAlive();
    // A copy of its own: a view of a larger buffer would take all of that across to the thread.
    const order: Order = { kind: 'sign', key, message: Uint8Array.from(message), scheme };
    return await this.#limit.run(() => {
      return new Promise((resolve, reject) => {
        this.#waiting.push({ order, resolve, reject, losses: 0 });
        this.#handOut();
      });
    });
  }

  #handOut(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#threads.reduce((idlest, other) => (other.busy < idlest.busy ? other : idlest));
      if (thread.busy >= ordersAheadMax) return;
      const job = this.#waiting.shift();
      if (job !== undefined) thread.post(job);
    }
  }

  #startThread(): CurveThread {
    const thread = new CurveThread({
      answerMs: this.#options.answerMs,
      onAnswers: () => this.#handOut(),
      onLost: (lost, why, jobs) => this.#replace(lost, why, jobs),
    });
    this.#threads.push(thread);
    return thread;
  }

  #replace(lost: CurveThread, why: string, jobs: readonly Job[]): void {
    this.#threads.splice(this.#threads.indexOf(lost), 1);
    if (this.#replacements < replacementsMax) this.#startReplacement();
    const running = `${this.#threads.length} of ${this.#options.threads} are running`;
    this.#options.onThreadLost(`a signing thread ${why}; ${running}`);
    const again = jobs.filter((job) => job.order.kind === 'sign' && job.losses + 1 < lossesMax);
    for (const job of jobs) if (!again.includes(job)) job.reject(threadLost());
    this.#waiting.unshift(...again.map((job) => ({ ...job, losses: job.losses + 1 })));
    if (this.#threads.length > 0) return this.#handOut();
    for (const job of this.#waiting.splice(0)) job.reject(threadLost());
  }

  #startReplacement(): void {
    this.#replacements += 1;
    const thread = this.#startThread();
    // Orders are carried out in order, so signatures may be asked for at once. A thread that lacks a key is none.
    for (const key of this.#keys.keys()) {
      this.#loadInto(thread, key).catch(() => thread.giveUp('could not load its keys'));
    }
  }

  #loadInto(thread: CurveThread, key: number): Promise<Uint8Array> {
    const loading = this.#keys.get(key);
    assert(loading !== undefined, 'a key that is loaded is known');
    const { curve, verify } = loading;
    // A copy in memory of its own, which moves to the thread as a whole and leaves nothing here.
    const order: LoadOrder = { kind: 'load', key, curve, verify, secret: Uint8Array.from(loading.secret.reveal()) };
    return ask(thread, order);
  }

  #forget(key: number): void {
    this.#keys.get(key)?.secret.wipe();
    this.#keys.delete(key);
    for (const thread of this.#threads) ask(thread, { kind: 'forget', key }).catch(() => undefined);
  }

  #checkAlive(): void {
    if (this.#ended) throw new Fault('shutting_down', 'the signer is shutting down');
    if (this.#threads.length === 0) throw new Fault('internal', 'no signing thread is left: restart the signer');
  }
}

function ask(thread: CurveThread, order: Order): Promise<Uint8Array> {
  return new Promise((resolve, reject) => thread.post({ order, resolve, reject, losses: 0 }));
}

function agreed(publicKeys: readonly Uint8Array[]): Uint8Array {
  const [first] = publicKeys;
  assert(first !== undefined, 'a key is loaded into at least one thread');
  if (publicKeys.every((other) => toHex(other) === toHex(first))) return first;
  throw new Fault('key_invalid', 'the threads derive different public keys from this secret');
}

function threadLost(): Fault {
  return new Fault('internal', 'the thread that was signing died; ask again');
}
