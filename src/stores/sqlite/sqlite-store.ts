import { CommitQueue } from '../../base/commit-queue.ts';
import { assert, Fault } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import type { LaneState, Mark, Verdict } from '../../protection/mark.ts';
import { checkStop, type Stop, type Stops } from '../../protection/stop.ts';
import type { Claim, LaneRecord, MarkStore } from '../../protection/store.ts';
import { DatabaseThread } from './database-thread.ts';
import type { Answer, Job } from './job.ts';
import { checkMark, checkNames } from './row.ts';

/** The most calls that one commit takes, and the most that may wait for one. */
const jobsMax = 256;
const waitingMax = 16_384;

type AnswerOf<Kind extends Answer['kind']> = Extract<Answer, { kind: Kind }>;

export interface SqliteStoreOptions {
  /** Where the database is. It is made, with mode 0600, if nothing is there; its directory must exist. */
  readonly path: string;
}

/** Marks in one SQLite file on a local disk, for one signer process at a time. Concurrent calls share one commit. */
export class SqliteStore implements MarkStore {
  readonly backend = 'sqlite';
  readonly durable = true;
  readonly remembers = true;
  readonly identity: string;
  readonly #thread: DatabaseThread;
  readonly #queue: CommitQueue<Job, Answer>;
  #waiting = 0;
  #ending: Promise<void> | null = null;

  private constructor(thread: DatabaseThread, identity: string) {
    this.#thread = thread;
    this.identity = identity;
    this.#queue = new CommitQueue((jobs) => thread.run(jobs), jobsMax);
  }

  /**
   * @throws Fault `addon_missing`; `config_invalid` for a place that cannot hold a database; `store_in_use` when
   *   another process holds it; `store_corrupt` when what is there cannot be trusted
   */
  static async open({ path }: SqliteStoreOptions): Promise<SqliteStore> {
    const { thread, identity } = await DatabaseThread.start(path);
    return new SqliteStore(thread, identity);
  }

  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const [verdict] = await this.advanceAll([{ lane, next }]);
    assert(verdict !== undefined, 'every claim is answered');
    return verdict;
  }

  async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    const copies = claims.map(({ lane, next }) => ({ lane: copyOfLane(lane), next: copyOfMark(next) }));
    return (await this.#ask('verdicts', { kind: 'advance', claims: copies })).verdicts;
  }

  async raise(lane: Lane, mark: Mark): Promise<Mark> {
    return (await this.#ask('mark', { kind: 'raise', lane: copyOfLane(lane), mark: copyOfMark(mark) })).mark;
  }

  async close(lane: Lane): Promise<void> {
    await this.#ask('state', { kind: 'close', lane: copyOfLane(lane) });
  }

  async open(lane: Lane): Promise<void> {
    await this.#ask('state', { kind: 'open', lane: copyOfLane(lane) });
  }

  async read(lane: Lane): Promise<LaneState> {
    return (await this.#ask('state', { kind: 'read', lane: copyOfLane(lane) })).state;
  }

  async *list(): AsyncIterable<LaneRecord> {
    let after: Lane | null = null;
    do {
      const { records }: AnswerOf<'page'> = await this.#ask('page', { kind: 'list', after });
      const last = records.at(-1);
      after = last === undefined ? null : copyOfLane(last.lane);
      yield* records.filter(({ mark, closed }) => mark !== null || closed);
    } while (after !== null);
  }

  async stops(): Promise<Stops> {
    return (await this.#ask('stops', { kind: 'stops' })).stops;
  }

  async setStop(network: string, stop: Stop | null): Promise<void> {
    checkStop(network, stop);
    const copy = stop === null ? null : { slot: stop.slot, epoch: stop.epoch };
    await this.#ask('stops', { kind: 'setStop', network, stop: copy });
  }

  async end(): Promise<void> {
    this.#ending ??= this.#queue.idle().then(() => this.#thread.stop());
    await this.#ending;
  }

  async #ask<Kind extends Answer['kind']>(kind: Kind, job: Job): Promise<AnswerOf<Kind>> {
    if (this.#ending !== null) throw new Fault('store_failed', 'the sqlite store was shut down');
    if (this.#waiting >= waitingMax)
      throw new Fault('store_unavailable', 'too many requests wait for the mark database');
    this.#waiting += 1;
    const answer = await this.#submit(job);
    if (answer.kind === 'corrupt') throw new Fault('store_corrupt', answer.text);
    assert(isKind(answer, kind), 'each job has its kind of answer');
    return answer;
  }

  async #submit(job: Job): Promise<Answer> {
    try {
      return await this.#queue.submit(job);
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** Callers may change what they passed while the job waits, and may pass more than a lane has. */
function copyOfLane({ chain, network, key, duty }: Lane): Lane {
  const lane = { chain, network, key, duty };
  checkNames(lane);
  return lane;
}

function copyOfMark({ height, round, floor, root }: Mark): Mark {
  const mark = { height, round, floor, root };
  checkMark(mark);
  return mark;
}

function isKind<Kind extends Answer['kind']>(answer: Answer, kind: Kind): answer is AnswerOf<Kind> {
  return answer.kind === kind;
}
