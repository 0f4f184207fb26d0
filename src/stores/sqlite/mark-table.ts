import { assert, Fault, isFault } from '../../base/fault.ts';
import { type Lane, laneId } from '../../protection/lane.ts';
import { decide, laneNeverSeen, type LaneState, type Mark, merge, type Verdict } from '../../protection/mark.ts';
import type { Stop, Stops } from '../../protection/stop.ts';
import type { Claim, LaneRecord } from '../../protection/store.ts';
import type { OpenDatabase } from './connection.ts';
import type { Connection } from './driver.ts';
import type { Answer, Job } from './job.ts';
import { OwnFiles } from './own-files.ts';
import { damageOf, type MarkColumns, markOf, recordOf, type Row, rowOf } from './row.ts';
import { advanceSql, pageSql, putSql, putStopSql, readSql, stopsSql } from './schema.ts';
import { corruptText, faultOfCommit } from './sqlite-fault.ts';
import { stopDamageOf, stopRecordOf, type StopRow, stopRowOf } from './stop-row.ts';

/** The most rows that one page of a listing holds: it is copied between threads while signatures wait. */
const rowsMax = 1_000;

const beforeAll = { chain: '', network: '', key: '', duty: '' };

/** The marks in one open database. Synchronous: nothing can come between the statements of one commit. */
export class MarkTable {
  readonly #database: OpenDatabase;
  readonly #statements: ReturnType<typeof prepareAll>;
  readonly #files: OwnFiles;
  #failed: Fault | null = null;

  constructor(database: OpenDatabase) {
    this.#database = database;
    this.#statements = prepareAll(database.connection);
    this.#files = new OwnFiles(database.path);
  }

  /**
   * Does all jobs in one transaction, in order, and answers each; they are durable when this returns.
   *
   * @throws Fault `store_unavailable` when none was recorded and asking again may help, `store_failed` from the first
   *   failure on after which nobody knows what the disk holds
   */
  run(jobs: readonly Job[]): readonly Answer[] {
    if (this.#failed !== null) throw this.#failed;
    try {
      this.#statements.begin.run();
      const answers = jobs.map((job) => this.#answer(job));
      this.#statements.commit.run();
      // After the commit: files that went away before it took it with them.
      this.#files.check();
      return answers;
    } catch (error) {
      throw this.#giveUp(error);
    }
  }

  close(): void {
    this.#database.connection.close();
  }

  /** Takes everything of this commit back. Where even that fails, the store is done for. */
  #giveUp(error: unknown): Fault {
    const { connection, path } = this.#database;
    let fault = faultOfCommit(error, path);
    try {
      if (connection.inTransaction) this.#statements.rollback.run();
    } catch (second) {
      fault = new Fault('store_failed', `the mark database ${path} could not take back what failed`, { cause: second });
    }
    if (fault.code !== 'store_unavailable') this.#failed = fault;
    return fault;
  }

  #answer(job: Job): Answer {
    try {
      return this.#do(job);
    } catch (error) {
      if (isFault(error, 'store_corrupt')) return { kind: 'corrupt', text: error.message };
      throw error;
    }
  }

  #do(job: Job): Answer {
    if (job.kind === 'advance') return { kind: 'verdicts', verdicts: job.claims.map((claim) => this.#advance(claim)) };
    if (job.kind === 'raise') return { kind: 'mark', mark: this.#raise(job.lane, job.mark) };
    if (job.kind === 'list') return { kind: 'page', records: this.#page(job.after) };
    if (job.kind === 'stops') return { kind: 'stops', stops: this.#stops() };
    if (job.kind === 'setStop') return { kind: 'stops', stops: this.#setStop(job.network, job.stop) };
    return { kind: 'state', state: this.#setClosed(job.lane, job.kind) };
  }

  #advance(claim: Claim): Verdict {
    const { lane, next } = claim;
    const found = this.#statements.advance.get(rowOf({ lane, mark: next, closed: false }));
    if (found !== undefined) return { kind: 'advance', found: markOf(found) };
    // It did not advance, and this transaction still sees why.
    const verdict = decide(this.#read(lane), next);
    assert(verdict.kind !== 'advance', `SQL and the rule agree about ${laneId(lane)}`);
    return verdict;
  }

  #raise(lane: Lane, mark: Mark): Mark {
    const record = this.#read(lane);
    const merged = record.mark === null ? mark : merge(record.mark, mark);
    this.#put({ ...record, mark: merged });
    return merged;
  }

  #setClosed(lane: Lane, kind: 'close' | 'open' | 'read'): LaneState {
    const record = this.#read(lane);
    const closed = kind === 'read' ? record.closed : kind === 'close';
    if (closed !== record.closed) this.#put({ ...record, closed });
    return { mark: record.mark, closed };
  }

  #read({ chain, network, key, duty }: Lane): LaneRecord {
    const row = this.#statements.read.get({ chain, network, key, duty });
    return row === undefined ? { lane: { chain, network, key, duty }, ...laneNeverSeen } : this.#recordOf(row);
  }

  #put(record: LaneRecord): void {
    this.#statements.put.run(rowOf(record));
  }

  #page(after: Lane | null): readonly LaneRecord[] {
    const { chain, network, key, duty } = after ?? beforeAll;
    return this.#statements.page.all({ chain, network, key, duty, rowsMax }).map((row) => this.#recordOf(row));
  }

  #setStop(network: string, stop: Stop | null): Stops {
    this.#statements.putStop.run(stopRowOf({ network, stop }));
    return this.#stops();
  }

  #stops(): Stops {
    const stops = new Map<string, Stop>();
    for (const row of this.#statements.stops.all()) {
      const record = stopRecordOf(row);
      if (record === null) throw new Fault('store_corrupt', corruptText(this.#database.path, stopDamageOf(row)));
      if (record.stop !== null) stops.set(record.network, record.stop);
    }
    return stops;
  }

  #recordOf(row: Row): LaneRecord {
    const record = recordOf(row);
    if (record === null) throw new Fault('store_corrupt', corruptText(this.#database.path, damageOf(row)));
    return record;
  }
}

interface LaneColumns {
  readonly chain: string;
  readonly network: string;
  readonly key: string;
  readonly duty: string;
}

function prepareAll(db: Connection) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    advance: db.prepare<[Row], MarkColumns>(advanceSql),
    put: db.prepare<[Row]>(putSql),
    read: db.prepare<[LaneColumns], Row>(readSql),
    putStop: db.prepare<[StopRow]>(putStopSql),
    stops: db.prepare<[], StopRow>(stopsSql),
    page: db.prepare<[LaneColumns & { readonly rowsMax: number }], Row>(pageSql),
  };
}
