import type { Answers, Column, Failure, KeyToLoad, LoadOrder, Order, SignOrder } from './curve-orders.ts';
import type { HeldKeys, Outcome, SignTask } from './held-keys.ts';
import { JobQueue } from './job-queue.ts';
import { KeyLoader, type Loaded } from './key-loader.ts';
import { pack, unpack } from './packed.ts';
import type { Priority } from './priority.ts';

/**
 * While more waits, so many answers leave together: telling of one costs the event loop as much as telling of ten. The
 * first of them waits for six milliseconds at most, and a block for none.
 */
const answersTogether = 16;
/** Signatures that are checked together, of one priority: more would make a block wait longer and gain little. */
const signedTogether = 8;

/** Of so many steps one loads keys even while signatures wait: else a signer that is always busy would never reload. */
const stepsPerLoading = 32;

interface Task extends SignTask {
  readonly number: number;
  readonly priority: Priority;
}

/**
 * What one worker thread has to do, in the order in which it should: signatures by priority, so that a block overtakes
 * even those that were handed to this thread before; then the loading of keys.
 */
export class ThreadWork {
  readonly #keys: HeldKeys;
  readonly #loader: KeyLoader;
  readonly #post: (answers: Answers) => void;
  readonly #queue = new JobQueue<Task>();
  #signed: { number: number; bytes: Uint8Array }[] = [];
  #loaded: { number: number; bytes: Uint8Array }[] = [];
  #forgotten: number[] = [];
  #failures: Failure[] = [];
  #signingMs = 0;
  #steps = 0;

  constructor(keys: HeldKeys, post: (answers: Answers) => void) {
    this.#keys = keys;
    this.#loader = new KeyLoader(keys);
    this.#post = post;
  }

  get idle(): boolean {
    return this.#queue.length === 0 && this.#loader.idle;
  }

  take(order: Order): void {
    if (order.kind === 'sign') return this.#enqueue(order);
    if (order.kind === 'load') return this.#loader.add(keysOf(order));
    this.#loader.forget(order.key);
    this.#keys.forget(order.key);
    this.#forgotten.push(order.key);
  }

  /** Does the next thing, of a few milliseconds, and answers when it is time to. */
  step(): void {
    this.#steps += 1;
    const loads = this.#queue.length === 0 || (this.#steps % stepsPerLoading === 0 && !this.#loader.idle);
    const urgent = loads ? this.#note(this.#loader.step()) : this.#sign();
    const answers = this.#signed.length + this.#loaded.length + this.#failures.length;
    if (urgent || this.#queue.length === 0 || answers >= answersTogether) this.#answer();
  }

  /** @returns whether somebody should be told at once */
  #sign(): boolean {
    const tasks = this.#takeTogether();
    for (const { key } of tasks) if (!this.#keys.holds(key)) this.#note(this.#loader.loadNow(key));
    const started = performance.now();
    const outcomes = this.#keys.sign(tasks);
    this.#signingMs += performance.now() - started;
    for (const [index, { number }] of tasks.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === 'done') this.#signed.push({ number, bytes: outcome.bytes });
      else if (outcome !== undefined) this.#fail('sign', number, outcome);
    }
    return tasks[0]?.priority === 'block';
  }

  #takeTogether(): Task[] {
    const first = this.#queue.take();
    if (first === null) return [];
    const tasks = [first];
    if (!this.#keys.checksTogether(first)) return tasks;
    while (tasks.length < signedTogether) {
      const next = this.#queue.peek();
      if (next === null || next.priority !== first.priority || !this.#keys.checksTogether(next)) break;
      this.#queue.take();
      tasks.push(next);
    }
    return tasks;
  }

  #note(loaded: readonly Loaded[]): boolean {
    for (const { key, outcome } of loaded) {
      if (outcome.kind === 'done') this.#loaded.push({ number: key, bytes: outcome.bytes });
      else this.#fail('load', key, outcome);
    }
    return false;
  }

  #fail(what: Failure['what'], number: number, { code, text }: Extract<Outcome, { kind: 'failed' }>): void {
    this.#failures.push({ what, number, code, text });
  }

  #answer(): void {
    const [signed, loaded, failures, forgotten] = [this.#signed, this.#loaded, this.#failures, this.#forgotten];
    if (signed.length + loaded.length + failures.length + forgotten.length === 0) return;
    this.#post({ signed: column(signed), loaded: column(loaded), forgotten, signingMs: this.#signingMs, failures });
    [this.#signed, this.#loaded, this.#failures, this.#forgotten, this.#signingMs] = [[], [], [], [], 0];
  }

  #enqueue({ numbers, keys, priorities, schemes, messages }: SignOrder): void {
    for (const [index, message] of unpack(messages).entries()) {
      const [number, key, priority, scheme] = [numbers[index], keys[index], priorities[index], schemes[index]];
      if (number === undefined || key === undefined || priority === undefined || scheme === undefined) continue;
      this.#queue.push({ number, key, priority, scheme, message });
    }
  }
}

function keysOf({ keys, curves, verifies }: LoadOrder): KeyToLoad[] {
  return keys.flatMap((key, index) => {
    const [curve, verify] = [curves[index], verifies[index]];
    return curve === undefined || verify === undefined ? [] : [{ key, curve, verify }];
  });
}

function column(rows: readonly { readonly number: number; readonly bytes: Uint8Array }[]): Column | null {
  if (rows.length === 0) return null;
  return { numbers: rows.map(({ number }) => number), bytes: pack(rows.map(({ bytes }) => bytes)) };
}
