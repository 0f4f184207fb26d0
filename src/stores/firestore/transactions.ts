import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget } from './budget.ts';
import { attempt, type Documents, FailedTry, type FirestoreClient } from './client.ts';
import { type Failure, faultOf, isPassing } from './failure.ts';
import type { Fields } from './value.ts';

/** What a transaction makes of what it read. */
export interface Decision<T> {
  /** New content of documents that were read, by path; empty when nothing changes. */
  readonly writes: ReadonlyMap<string, Fields>;
  readonly answer: T;
}

/** The first pause between two tries, and the longest; each is multiplied by chance, so that replicas drift apart. */
const pauseMs = 10;
const pauseMsMax = 200;

/** Reads and writes in one atomic step, as often as the budget allows. */
export class Transactions {
  readonly #client: FirestoreClient;
  readonly #rollbacks = new Set<Promise<unknown>>();

  constructor(client: FirestoreClient) {
    this.#client = client;
  }

  /** Documents as they are now. @throws Fault `store_unavailable` */
  async read(paths: readonly string[], budget: Budget): Promise<Documents> {
    return await this.#again(budget, () => attempt('read', () => this.#client.read(paths, budget)));
  }

  /** The same for any call that changes nothing. */
  async ask<T>(budget: Budget, call: () => Promise<T>): Promise<T> {
    return await this.#again(budget, () => attempt('read', call));
  }

  /**
   * Reads `paths`, asks `decide`, and writes what it said if nothing of what was read has changed. Whatever is written
   * carries the name of its try: a try whose answer was lost is recognised by it.
   *
   * @param decide pure; asked once for each try, on what is there then
   * @throws Fault `store_unavailable`: whether it was done is not known; and what `decide` throws
   */
  async change<T>(paths: readonly string[], budget: Budget, decide: (found: Documents) => Decision<T>): Promise<T> {
    const tries = new Map<string, { readonly answer: T }>();
    let last: Uint8Array | null = null;
    return await this.#again(budget, async () => {
      const begun = await attempt('read', () => this.#client.begin(paths, last, budget));
      last = null;
      if (begun instanceof FailedTry) return begun;
      const { documents, transaction } = begun;
      const decision = this.#landed(tries, documents) ?? this.#decided(transaction, decide, documents);
      if (decision.writes.size === 0) {
        this.#rollBack(transaction, budget);
        return decision.answer;
      }
      const name = randomUUID();
      tries.set(name, { answer: decision.answer });
      const writes = [...decision.writes].map(([path, fields]) => ({
        path,
        fields: { ...fields, attempt: { stringValue: name } },
        found: documents.get(path) ?? null,
      }));
      const done = await attempt('commit', () => this.#client.commit(writes, transaction, budget));
      if (!(done instanceof FailedTry)) return decision.answer;
      if (done.failure.code === 'ABORTED') last = transaction;
      return done;
    });
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    while (this.#rollbacks.size > 0) await Promise.all(this.#rollbacks);
  }

  #landed<T>(tries: ReadonlyMap<string, { readonly answer: T }>, documents: Documents): Decision<T> | null {
    if (tries.size === 0) return null;
    for (const document of documents.values()) {
      const ours = tries.get(document?.fields['attempt']?.stringValue ?? '');
      if (ours !== undefined) return { writes: new Map(), answer: ours.answer };
    }
    return null;
  }

  #decided<T>(transaction: Uint8Array, decide: (found: Documents) => Decision<T>, documents: Documents): Decision<T> {
    try {
      return decide(documents);
    } catch (error) {
      this.#rollBack(transaction, { untilMs: performance.now() + pauseMsMax, tryMs: pauseMsMax });
      throw error;
    }
  }

  /** Lets go of what was read. Nobody waits for it, and without it the service does so later. */
  #rollBack(transaction: Uint8Array, budget: Budget): void {
    const rollback = this.#client.rollback(transaction, budget).catch(() => undefined);
    this.#rollbacks.add(rollback);
    void rollback.then(() => this.#rollbacks.delete(rollback));
  }

  async #again<T>(budget: Budget, once: () => Promise<T | FailedTry>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await once();
      if (!(outcome instanceof FailedTry)) return outcome;
      const pause = Math.random() * Math.min(pauseMs * 2 ** tries, pauseMsMax);
      if (!isPassing(outcome.failure) || performance.now() + pause >= budget.untilMs)
        throw this.#fault(outcome.failure);
      await sleep(pause);
    }
  }

  #fault(failure: Failure): Error {
    return faultOf(this.#client.place.collection, failure);
  }
}
