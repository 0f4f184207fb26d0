import { CommitQueue } from '../../base/commit-queue.ts';
import type { Lane } from '../../protection/lane.ts';
import { decide, type LaneState, type Mark, merge, type Verdict } from '../../protection/mark.ts';
import type { Entry } from './cell.ts';
import { fatalFault } from './disk-fault.ts';
import { type FileStoreObserver, observed } from './observer.ts';
import type { StoreLife } from './store-life.ts';
import type { Subject } from './subject.ts';

/** What a book is written on. */
export interface Pages {
  /** What is durable now, in objects of the caller's own. */
  read(subject: Subject): LaneState;
  /** Makes all entries durable, or throws a Fault and remembers none of them. One call at a time. */
  write(entries: readonly Entry[]): Promise<void>;
}

export interface LaneBookOptions {
  readonly pages: Pages;
  readonly life: StoreLife;
  readonly observer: FileStoreObserver;
  /** The most that one commit takes: 1024 unless said otherwise. */
  readonly jobsMax?: number;
}

const jobsMaxUsual = 1024;

/**
 * The rule over pages that several callers want at once: while a commit is written, those who come meanwhile wait
 * together for the next. What is not durable yet is known to nobody: memory never runs ahead of the disk.
 */
export class LaneBook {
  readonly #options: LaneBookOptions;
  readonly #queue: CommitQueue<Job, Step>;

  constructor(options: LaneBookOptions) {
    this.#options = options;
    this.#queue = new CommitQueue(async (jobs) => await this.#commit(jobs), options.jobsMax ?? jobsMaxUsual);
  }

  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const wanted = { ...next };
    const { found } = await this.change(lane, (state) => {
      return decide(state, wanted).kind === 'advance' ? { ...state, mark: wanted } : state;
    });
    return decide(found, wanted);
  }

  async raise(lane: Lane, mark: Mark): Promise<Mark> {
    const wanted = { ...mark };
    const raised = (found: Mark | null): Mark => (found === null ? wanted : merge(found, wanted));
    const { found } = await this.change(lane, (state) => ({ ...state, mark: raised(state.mark) }));
    return { ...raised(found.mark) };
  }

  async setClosed(lane: Lane, closed: boolean): Promise<void> {
    await this.change(lane, (state) => (state.closed === closed ? state : { ...state, closed }));
  }

  /**
   * Answers when what `change` makes of the state is durable.
   *
   * @param change pure; gives back the same object where nothing changes
   */
  async change(subject: Subject, change: (state: LaneState) => LaneState): Promise<Step> {
    return await this.#queue.submit({ subject: { ...subject }, change });
  }

  async idle(): Promise<void> {
    await this.#queue.idle();
  }

  async #commit(jobs: readonly Job[]): Promise<readonly Step[]> {
    this.#options.life.checkSound();
    const entries = new Map<string, Entry>();
    const steps = jobs.map((job) => this.#apply(job, entries));
    if (entries.size > 0) await this.#write([...entries.values()]);
    return steps;
  }

  #apply({ subject, change }: Job, entries: Map<string, Entry>): Step {
    const id = `${subject.chain}:${subject.network}/${subject.key}/${subject.duty}`;
    const found = entries.get(id) ?? this.#options.pages.read(subject);
    const left = change(found);
    if (left !== found) entries.set(id, { subject, mark: left.mark, closed: left.closed });
    return { found: { mark: found.mark === null ? null : { ...found.mark }, closed: found.closed } };
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    const { pages, life, observer } = this.#options;
    try {
      await observed(observer, 'write', async () => await pages.write(entries));
    } catch (error) {
      const fault = fatalFault(error, 'record marks');
      if (fault.code !== 'store_unavailable') life.fail(fault);
      throw fault;
    }
  }
}

interface Job {
  readonly subject: Subject;
  readonly change: (state: LaneState) => LaneState;
}

/** What a change found, in an object of the caller's own. */
interface Step {
  readonly found: LaneState;
}
