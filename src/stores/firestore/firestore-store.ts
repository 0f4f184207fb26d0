import { assert, Fault } from '../../base/fault.ts';
import { limits } from '../../base/limits.ts';
import type { Lane } from '../../protection/lane.ts';
import type { LaneState, Mark, Verdict } from '../../protection/mark.ts';
import { checkStop, type Stop, type Stops } from '../../protection/stop.ts';
import type { Claim, LaneRecord, MarkStore } from '../../protection/store.ts';
import { type Budget, patientBudget, signingBudget, type Timing } from './budget.ts';
import { type Documents, FirestoreClient } from './client.ts';
import { type Home, homeFields, readHome } from './home.ts';
import { copyOfLane, copyOfMark, fieldsOf, joined, readState } from './lane-document.ts';
import { applyAll, type LaneAnswer, type LaneEdit } from './lane-edit.ts';
import { LaneQueues } from './lane-queues.ts';
import { Listing } from './listing.ts';
import { openHome } from './open-home.ts';
import { homePath, lanePaths, type LanePath, type Place } from './place.ts';
import { Transactions } from './transactions.ts';
import type { Fields } from './value.ts';

export interface FirestoreStoreOptions {
  readonly project: string;
  /** Absent: the default database. */
  readonly database?: string | undefined;
  readonly collection: string;
  /** The content of a file of credentials; null for Google's own search. */
  readonly credentials?: object | null | undefined;
  /** `host:port` of an emulator. */
  readonly emulatorHost?: string | null | undefined;
  /** May the store be made where there is none? */
  readonly make?: boolean | undefined;
  /** How long a mark may take; `limits.firestore` unless said. */
  readonly timing?: Timing | undefined;
}

interface Parts {
  readonly client: FirestoreClient;
  readonly transactions: Transactions;
  readonly timing: Timing;
}

/** Marks in one Firestore collection, for any number of signers. */
export class FirestoreStore implements MarkStore {
  readonly backend = 'gcp';
  readonly durable = true;
  readonly remembers = true;
  readonly identity: string;
  readonly #client: FirestoreClient;
  readonly #transactions: Transactions;
  readonly #timing: Timing;
  readonly #place: Place;
  readonly #queues: LaneQueues;
  readonly #running = new Set<Promise<unknown>>();
  #lost: Fault | null = null;
  #ended = false;

  private constructor(identity: string, { client, transactions, timing }: Parts) {
    this.identity = identity;
    this.#client = client;
    this.#transactions = transactions;
    this.#timing = timing;
    this.#place = client.place;
    this.#queues = new LaneQueues((lane, edits, budget) => this.#changeLane(lane, edits, budget));
  }

  /**
   * @throws Fault `store_unavailable` when the database cannot be asked; `store_corrupt`; `config_invalid` where there
   *   is no store and none may be made
   */
  static async open(options: FirestoreStoreOptions): Promise<FirestoreStore> {
    const { project, database = '(default)', collection, credentials = null, emulatorHost = null } = options;
    const place: Place = { database: `projects/${project}/databases/${database}`, collection };
    const client = new FirestoreClient({ place, credentials, emulatorHost });
    const transactions = new Transactions(client);
    try {
      const identity = await openHome(client, transactions, options.make ?? true);
      return new FirestoreStore(identity, { client, transactions, timing: options.timing ?? limits.firestore });
    } catch (error) {
      await transactions.idle();
      await client.end();
      throw error;
    }
  }

  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const [verdict] = await this.advanceAll([{ lane, next }]);
    assert(verdict !== undefined, 'every claim is answered');
    return verdict;
  }

  async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    const copies = claims.map(({ lane, next }) => ({ lane: copyOfLane(lane), next: copyOfMark(next, lane) }));
    return await this.#run(async () => {
      const answers = copies.map(({ lane, next }) => {
        return this.#queues.submit(lane, { kind: 'advance', next }, signingBudget(lane, this.#timing));
      });
      await Promise.allSettled(answers);
      return (await Promise.all(answers)).map(({ verdict }) => {
        assert(verdict !== null, 'an advance has a verdict');
        return verdict;
      });
    });
  }

  async raise(lane: Lane, mark: Mark): Promise<Mark> {
    const { mark: held } = await this.#edit(lane, { kind: 'raise', mark: copyOfMark(mark, lane) });
    assert(held !== null, 'a lane that was raised holds a mark');
    return { ...held };
  }

  async close(lane: Lane): Promise<void> {
    await this.#edit(lane, { kind: 'close' });
  }

  async open(lane: Lane): Promise<void> {
    await this.#edit(lane, { kind: 'open' });
  }

  async read(lane: Lane): Promise<LaneState> {
    const copy = copyOfLane(lane);
    return await this.#run(async () => {
      const paths = lanePaths(this.#place, copy);
      const documents = await this.#transactions.read(this.#with(paths), signingBudget(copy, this.#timing));
      this.#homeIn(documents);
      return stateIn(documents, paths, copy);
    });
  }

  async *list(): AsyncIterable<LaneRecord> {
    this.#checkRunning();
    for await (const record of new Listing(this.#client, this.#transactions).lanes()) {
      this.#checkRunning();
      yield record;
    }
  }

  async stops(): Promise<Stops> {
    return await this.#run(async () => {
      const documents = await this.#transactions.read([homePath(this.#place)], patientBudget());
      return this.#homeIn(documents).stops;
    });
  }

  /** Whoever advances reads the line in his transaction: it is drawn for all when this returns. */
  async setStop(network: string, stop: Stop | null): Promise<void> {
    checkStop(network, stop);
    const copy = stop === null ? null : { slot: stop.slot, epoch: stop.epoch };
    const path = homePath(this.#place);
    await this.#run(() =>
      this.#transactions.change([path], patientBudget(), (documents) => {
        const { store, stops } = this.#homeIn(documents);
        const next = new Map(stops);
        if (copy === null) next.delete(network);
        else next.set(network, copy);
        return { writes: new Map([[path, homeFields({ store, stops: next })]]), answer: null };
      }),
    );
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    await this.#transactions.idle();
    await this.#client.end();
  }

  async #edit(lane: Lane, edit: LaneEdit): Promise<LaneState> {
    const copy = copyOfLane(lane);
    return (await this.#run(() => this.#queues.submit(copy, edit, patientBudget()))).state;
  }

  async #changeLane(lane: Lane, edits: readonly LaneEdit[], budget: Budget): Promise<readonly LaneAnswer[]> {
    const paths = lanePaths(this.#place, lane);
    return await this.#transactions.change(this.#with(paths), budget, (documents) => {
      const { stops } = this.#homeIn(documents);
      const before = stateIn(documents, paths, lane);
      const { state, answers } = applyAll(lane, { state: before, stops }, edits);
      return { writes: isSame(before, state) ? new Map() : writesOf(paths, lane, state), answer: answers };
    });
  }

  #with(paths: readonly LanePath[]): readonly string[] {
    return [homePath(this.#place), ...paths.map(({ path }) => path)];
  }

  /** Every reading shows whether this still is the store that was opened. */
  #homeIn(documents: Documents): Home {
    const path = homePath(this.#place);
    const document = documents.get(path) ?? null;
    const home = document === null ? null : readHome(path, document.fields);
    if (home?.store === this.identity) return home;
    const found = home === null ? 'is gone' : `is that of another store (${home.store})`;
    const text = `the document ${path} ${found}: marks may be lost. Nothing more is signed until you have looked and restarted`;
    this.#lost = new Fault('store_failed', text);
    throw this.#lost;
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.#checkRunning();
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  #checkRunning(): void {
    if (this.#ended) throw new Fault('store_failed', 'the Firestore store was shut down');
    if (this.#lost !== null) throw this.#lost;
  }
}

function stateIn(documents: Documents, paths: readonly LanePath[], lane: Lane): LaneState {
  return joined(
    paths.flatMap(({ path }) => {
      const document = documents.get(path) ?? null;
      return document === null ? [] : [readState(path, document.fields, lane)];
    }),
  );
}

function writesOf(paths: readonly LanePath[], lane: Lane, state: LaneState): ReadonlyMap<string, Fields> {
  const written = paths.filter((path) => path.written);
  return new Map(written.map(({ kind, path }) => [path, fieldsOf(kind, lane, state)]));
}

function isSame(a: LaneState, b: LaneState): boolean {
  if (a.closed !== b.closed) return false;
  if (a.mark === null || b.mark === null) return a.mark === b.mark;
  const { height, round, floor, root } = a.mark;
  return height === b.mark.height && round === b.mark.round && floor === b.mark.floor && root === b.mark.root;
}
