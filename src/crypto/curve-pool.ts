import { assert, Fault } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import type { SecretBytes } from '../base/secret-bytes.ts';
import type { PooledCurve } from './curve-key.ts';
import type { KeyToLoad, Verify } from './curve-orders.ts';
import { CurveThread, type CurveThreadEvents, type Job } from './curve-thread.ts';
import { JobQueue } from './job-queue.ts';
import { JobRoom, type Rooms } from './job-room.ts';
import type { LoadedKey } from './loaded-key.ts';
import { PendingLoad } from './pending-load.ts';
import { type Asked, type KeyHome, PooledKey } from './pooled-key.ts';
import type { Priority } from './priority.ts';
import { KeyNumbers, SecretMemory } from './secret-memory.ts';

/**
 * Jobs that one thread is given ahead, so that it never waits for the event loop; the rest wait here, for whoever is
 * free. A thread takes what it has by priority, so many of them delay nobody: they are nine milliseconds of BLS.
 */
const jobsAheadMax = 24;
/** A block finds room in a thread that was given all it may of other things: it should not wait for an answer first. */
const blocksAheadMax = 2 * jobsAheadMax;
/** Lost threads are replaced this often in the life of a pool; after that it shrinks. */
const replacementsMax = 16;
/** A job that saw so many threads die is not given to another. */
const lossesMax = 2;

export interface CurvePoolOptions {
  readonly threads: number;
  readonly rooms: Rooms;
  /** The longest estimated wait with which a new request is admitted. */
  readonly deadlineMs: number;
  /** The longest silence of a thread that has work, its start included. */
  readonly answerMs: number;
  /** Told of each thread that was lost, in a sentence without secrets. */
  readonly onThreadLost: (text: string) => void;
  /** Where the secrets stand: memory of its own, unless somebody wants to see it wiped. */
  readonly secrets?: SecretMemory;
}

/** What a key is loaded from. */
export interface Loading {
  readonly curve: PooledCurve;
  /** The scalar, 32 bytes, big-endian. The pool takes it over, and wipes it. */
  readonly secret: SecretBytes;
  readonly verify: Verify;
}

/**
 * Worker threads that sign on the slow curves; each can sign with every key. A signature goes to the least busy thread,
 * the most urgent first. A thread that dies is replaced and told of all keys, and its jobs are done by another: they
 * are deterministic, so twice is harmless. The secrets stand once, in memory that the threads share; they share this
 * process's memory anyway, so that opens no new door.
 */
export class CurvePool implements KeyHome {
  readonly #options: CurvePoolOptions;
  readonly #room: JobRoom;
  readonly #secrets: SecretMemory;
  readonly #numbers = new KeyNumbers();
  readonly #keys = new Map<number, PooledKey>();
  readonly #loads = new Map<number, PendingLoad>();
  readonly #threads: CurveThread[] = [];
  readonly #waiting = new JobQueue<Job>();
  readonly #events: CurveThreadEvents = {
    onSigned: (job, answer) => this.#settle(job, answer),
    onLoaded: (thread, key, answer) => this.#loaded(thread, key, answer),
    onAnswers: (signatures, signingMs) => this.#answered(signatures, signingMs),
    onLost: (lost, why, jobs) => this.#replace(lost, why, jobs),
  };
  #replacements = 0;
  #ended = false;

  constructor(options: CurvePoolOptions) {
    assert(options.threads > 0, 'a pool has at least one thread');
    this.#options = options;
    this.#secrets = options.secrets ?? new SecretMemory();
    const { rooms, deadlineMs } = options;
    this.#room = new JobRoom({ rooms, deadlineMs, now: () => performance.now() });
    for (let index = 0; index < options.threads; index += 1) this.#startThread();
  }

  /** How many signatures wait or are being made. */
  get jobs(): Readonly<Record<Priority, number>> {
    return this.#room.jobs;
  }

  /** How many threads are alive. */
  get threads(): number {
    return this.#threads.length;
  }

  /**
   * Loads a key into every thread; each thread signs and verifies once with it, when no signature waits.
   *
   * @throws Fault `key_invalid` when the secret is out of range or a thread's check fails, `internal` when a thread
   *   died
   */
  async load({ curve, secret, verify }: Loading): Promise<LoadedKey> {
    using taken = secret;
    this.#checkAlive();
    const order: KeyToLoad = { key: this.#numbers.take(), curve, verify };
    this.#secrets.write(order.key, taken.reveal());
    try {
      const key = new PooledKey(order, await this.#loadEverywhere(order), this);
      this.#checkAlive();
      this.#keys.set(order.key, key);
      return key;
    } catch (error) {
      this.#drop(order.key).catch(() => undefined);
      throw error;
    } finally {
      this.#loads.delete(order.key);
    }
  }

  /**
   * Finishes what was asked, ends the threads and wipes the secrets. Everything after it throws Fault `shutting_down`.
   */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#room.idle();
    await Promise.all(this.#threads.splice(0).map((thread) => thread.end()));
    for (const load of this.#loads.values()) load.abandon(shuttingDown());
    for (const key of [...this.#keys.keys(), ...this.#loads.keys()]) this.#secrets.wipe(key);
    this.#keys.clear();
  }

  /** @throws Fault `overloaded`, `shutting_down`, `internal` */
  checkRoom(priority: Priority): void {
    this.#checkAlive();
    this.#room.admit(priority, this.#threads.length);
  }

  /** For the keys of this pool. One promise for each signature: all of them together are what the event loop does. */
  sign(key: PooledKey, { message, scheme, priority }: Asked): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#checkAlive();
      // A copy of its own: the caller may use his array again before this job's turn comes.
      const copy = new Uint8Array(message);
      this.#room.enter(priority, this.#threads.length);
      key.jobCame();
      this.#waiting.push({ key: key.key, message: copy, scheme, priority, resolve, reject, losses: 0 });
      this.#handOut();
    });
  }

  /** For the keys of this pool: waits for what was asked of it, then wipes it everywhere. */
  async forget(key: PooledKey): Promise<void> {
    await key.idle();
    this.#keys.delete(key.key);
    await this.#drop(key.key);
  }

  #handOut(): void {
    for (let job = this.#waiting.peek(); job !== null; job = this.#waiting.peek()) {
      const thread = this.#threads.reduce((idlest, other) => (other.busy < idlest.busy ? other : idlest));
      if (thread.busy >= (job.priority === 'block' ? blocksAheadMax : jobsAheadMax)) return;
      this.#waiting.take();
      thread.sign(job);
    }
  }

  #settle(job: Job, answer: Uint8Array | Fault): void {
    this.#room.leave(job.priority);
    this.#keys.get(job.key)?.jobWent();
    if (answer instanceof Fault) job.reject(answer);
    else job.resolve(answer);
  }

  #answered(signatures: number, signingMs: number): void {
    this.#room.measured(signatures, signingMs);
    this.#handOut();
  }

  async #loadEverywhere(order: KeyToLoad): Promise<Uint8Array> {
    return await new Promise((resolve, reject) => {
      const load = new PendingLoad(order, { resolve, reject });
      this.#loads.set(order.key, load);
      for (const thread of this.#threads) load.loadInto(thread);
    });
  }

  #loaded(thread: CurveThread, key: number, answer: Uint8Array | Fault): void {
    const load = this.#loads.get(key);
    if (load !== undefined) return load.answered(thread, answer);
    const known = this.#keys.get(key);
    if (known === undefined) return;
    // A thread that lacks a key, or has another one in its place, is none.
    const right = !(answer instanceof Fault) && toHex(answer) === toHex(known.publicKey);
    if (!right) thread.giveUp('could not load its keys');
  }

  #startThread(): CurveThread {
    const { answerMs } = this.#options;
    const thread = new CurveThread({ secrets: this.#secrets.shared, answerMs, events: this.#events });
    this.#threads.push(thread);
    return thread;
  }

  #replace(lost: CurveThread, why: string, jobs: readonly Job[]): void {
    this.#threads.splice(this.#threads.indexOf(lost), 1);
    if (this.#replacements < replacementsMax) this.#startReplacement();
    const running = `${this.#threads.length} of ${this.#options.threads} are running`;
    this.#options.onThreadLost(`a signing thread ${why}; ${running}`);
    for (const load of this.#loads.values()) load.lost(lost);
    const again = jobs.filter((job) => job.losses + 1 < lossesMax);
    for (const job of jobs) if (!again.includes(job)) this.#settle(job, threadLost());
    this.#waiting.putBack(again.map((job) => ({ ...job, losses: job.losses + 1 })));
    if (this.#threads.length > 0) return this.#handOut();
    for (let job = this.#waiting.take(); job !== null; job = this.#waiting.take()) this.#settle(job, threadLost());
  }

  /** A thread loads a key at once when its signature is asked for, so signatures may be asked for at once. */
  #startReplacement(): void {
    this.#replacements += 1;
    const thread = this.#startThread();
    for (const { key, curve, verify } of this.#keys.values()) thread.load({ key, curve, verify });
    for (const load of this.#loads.values()) load.loadInto(thread);
  }

  /** The number is given to another key only when no thread can take it for this one any more. */
  async #drop(key: number): Promise<void> {
    this.#secrets.wipe(key);
    await Promise.all(this.#threads.map((thread) => thread.forget(key)));
    this.#numbers.free(key);
  }

  #checkAlive(): void {
    if (this.#ended) throw shuttingDown();
    if (this.#threads.length === 0) throw new Fault('internal', 'no signing thread is left: restart the signer');
  }
}

function shuttingDown(): Fault {
  return new Fault('shutting_down', 'the signer is shutting down');
}

function threadLost(): Fault {
  return new Fault('internal', 'the thread that was signing died; ask again');
}
