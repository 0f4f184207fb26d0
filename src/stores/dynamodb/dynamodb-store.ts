import { assert, Fault } from '../../base/fault.ts';
import { type Lane, laneId } from '../../protection/lane.ts';
import { type LaneState, type Mark, merge, type Verdict } from '../../protection/mark.ts';
import { checkStop, type Stop, type Stops } from '../../protection/stop.ts';
import type { Claim, LaneRecord, MarkStore } from '../../protection/store.ts';
import { Advances } from './advance.ts';
import { Budgets, type Timing } from './budget.ts';
import { DynamoClient } from './client.ts';
import { type Credentials, type CredentialSource, standardCredentials } from './credentials.ts';
import { Edits } from './edits.ts';
import { endpointOf } from './endpoint.ts';
import { otherKeys, withDal } from './lane-row.ts';
import { lanesOf } from './listing.ts';
import { LaneMemory } from './memory.ts';
import { type DynamoDbObserver, silentObserver } from './observer.ts';
import { copyOfLane, copyOfMark, readRow, type RowKey, rowKey } from './row.ts';
import { Rows } from './rows.ts';
import { StopLines } from './stop-lines.ts';
import { openTable, type TableMaking } from './table.ts';

export interface DynamoDbStoreOptions {
  readonly region: string;
  readonly table: string;
  /** `http://127.0.0.1:8000`; absent: AWS's own of the region. */
  readonly endpoint?: string | undefined;
  /** Absent: AWS's own search. */
  readonly credentials?: Credentials | CredentialSource | undefined;
  /** Make the table when there is none? Otherwise that is refused. Yes unless said. */
  readonly makeTable?: boolean | undefined;
  /** How a table that is made is paid for; `provisioned`, as the seed has it, unless said. */
  readonly billingMode?: TableMaking['billingMode'] | undefined;
  /** Is a table that is made protected from deletion? Not unless said. */
  readonly deletionProtection?: boolean | undefined;
  /** Do Signatory instances write the same table? */
  readonly sharedWithSignatory?: boolean | undefined;
  readonly observer?: DynamoDbObserver | undefined;
  /** How long a mark may take; `limits.dynamodb` unless said. */
  readonly timing?: Timing | undefined;
}

interface Parts {
  readonly client: DynamoClient;
  readonly rows: Rows;
  readonly lines: StopLines;
  readonly edits: Edits;
  readonly advances: Advances;
  readonly memory: LaneMemory;
  readonly shared: boolean;
}

/** Marks in one DynamoDB table, for any number of signers. */
export class DynamoDbStore implements MarkStore {
  readonly backend = 'aws';
  readonly durable = true;
  readonly remembers = true;
  readonly identity: string;
  readonly #parts: Parts;
  readonly #running = new Set<Promise<unknown>>();
  #ended = false;

  private constructor(parts: Parts, identity: string) {
    this.#parts = parts;
    this.identity = identity;
  }

  /**
   * @throws Fault `config_invalid` for a table that cannot hold marks; `store_unavailable` when it cannot be reached
   */
  static async open(options: DynamoDbStoreOptions): Promise<DynamoDbStore> {
    const { region, table, observer = silentObserver } = options;
    const endpoint = endpointOf(region, options.endpoint);
    const credentials = sourceOf(options.credentials ?? (await standardCredentials()));
    const client = new DynamoClient({ endpoint, region, table, credentials, observer });
    try {
      const description = await openTable(client, { make: makingOf(options), observer });
      const identity = description?.identity ?? `${endpoint.host}/${region}/${table}`;
      return new DynamoDbStore(partsOf(client, options), identity);
    } catch (error) {
      client.end();
      throw error;
    }
  }

  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const copy = copyOfClaim({ lane, next });
    return await this.#run(() => this.#parts.advances.advance(copy.lane, copy.next));
  }

  async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    const copies = claims.map(copyOfClaim);
    return await this.#run(() => this.#advanceAll(copies));
  }

  async raise(lane: Lane, mark: Mark): Promise<Mark> {
    const claim = copyOfClaim({ lane, next: mark });
    return await this.#run(() => this.#raise(claim));
  }

  async close(lane: Lane): Promise<void> {
    await this.#setClosed(lane, true);
  }

  async open(lane: Lane): Promise<void> {
    await this.#setClosed(lane, false);
  }

  async read(lane: Lane): Promise<LaneState> {
    const copy = copyOfLane(lane);
    return await this.#run(() => this.#read(copy));
  }

  async *list(): AsyncIterable<LaneRecord> {
    this.#checkRunning();
    for await (const record of lanesOf(this.#parts.rows)) {
      this.#checkRunning();
      yield record;
    }
  }

  async stops(): Promise<Stops> {
    return await this.#run(async () => new Map((await this.#parts.lines.read()).stops));
  }

  async setStop(network: string, stop: Stop | null): Promise<void> {
    checkStop(network, stop);
    const copy = stop === null ? null : { slot: stop.slot, epoch: stop.epoch };
    await this.#run(() => this.#parts.lines.set(network, copy));
  }

  async end(): Promise<void> {
    this.#ended = true;
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    this.#parts.client.end();
  }

  /** Those of one lane one after the other, lanes side by side. */
  async #advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    const last = new Map<string, Promise<unknown>>();
    const answers = claims.map(({ lane, next }) => {
      const before = last.get(laneId(lane)) ?? Promise.resolve();
      const answer = before.then(() => this.#parts.advances.advance(lane, next));
      last.set(laneId(lane), answer);
      return answer;
    });
    await Promise.allSettled(answers);
    return await Promise.all(answers);
  }

  async #raise({ lane, next: mark }: Claim): Promise<Mark> {
    const marks: Mark[] = [];
    for (const key of this.#keysOf(lane)) {
      marks.push(await this.#parts.edits.raiseRow(key, { lane, mark, budget: this.#parts.rows.budgets.patient() }));
    }
    const held = (await this.#read(lane)).mark;
    assert(held !== null && marks.length > 0, 'a lane that was raised has a mark');
    return held;
  }

  async #setClosed(lane: Lane, closed: boolean): Promise<void> {
    const copy = copyOfLane(lane);
    const change = { lane: copy, closed, budget: this.#parts.rows.budgets.patient() };
    await this.#run(() => this.#parts.edits.setClosed(rowKey(copy), change));
  }

  async #read(lane: Lane): Promise<LaneState> {
    const keys = [rowKey(lane), ...otherKeys(lane)];
    const budget = this.#parts.rows.budgets.signing(lane);
    const items = await Promise.all(keys.map((key) => this.#parts.rows.look(key, budget)));
    const rows = items.flatMap((item) => (item === null ? [] : [readRow(item, lane)]));
    const marks = rows.flatMap(({ mark }) => (mark === null ? [] : [mark]));
    const mark = marks.length === 0 ? null : marks.reduce((a, b) => merge(a, b));
    return { mark, closed: rows.some(({ closed }) => closed) };
  }

  /** The rows that a mark of this lane is written to. */
  #keysOf(lane: Lane): readonly RowKey[] {
    const key = rowKey(lane);
    const both = this.#parts.shared && lane.chain === 'tezos' && lane.duty === 'attestation';
    return both ? [key, { ...key, request: withDal }] : [key];
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
    if (this.#ended) throw new Fault('store_failed', 'the DynamoDB store was shut down');
  }
}

function makingOf(options: DynamoDbStoreOptions): TableMaking | null {
  const { makeTable = true, billingMode = 'provisioned', deletionProtection = false } = options;
  return makeTable ? { billingMode, deletionProtection } : null;
}

function partsOf(client: DynamoClient, options: DynamoDbStoreOptions): Parts {
  const rows = new Rows(client, new Budgets(options.timing), options.observer ?? silentObserver);
  const lines = new StopLines(rows);
  const edits = new Edits(rows, lines);
  const memory = new LaneMemory();
  const shared = options.sharedWithSignatory === true;
  const advances = new Advances({ rows, lines, edits, memory, shared });
  return { client, rows, lines, edits, advances, memory, shared };
}

function sourceOf(credentials: Credentials | CredentialSource): CredentialSource {
  return typeof credentials === 'function' ? credentials : async () => credentials;
}

function copyOfClaim({ lane, next }: Claim): Claim {
  const copy = copyOfLane(lane);
  return { lane: copy, next: copyOfMark(next, copy) };
}
