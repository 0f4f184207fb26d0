import { CommitQueue } from '../../base/commit-queue.ts';
import { Fault } from '../../base/fault.ts';
import { type Lane, laneId } from '../../protection/lane.ts';
import type { Budget } from './budget.ts';
import type { LaneAnswer, LaneEdit } from './lane-edit.ts';

interface Job {
  readonly edit: LaneEdit;
  readonly budget: Budget;
}

/** Makes edits of one lane in one transaction. */
type ChangeLane = (lane: Lane, edits: readonly LaneEdit[], budget: Budget) => Promise<readonly LaneAnswer[]>;

const jobsMax = 256;

/** The calls of this process for one lane, one transaction after the other: they need not contend among themselves. */
export class LaneQueues {
  readonly #change: ChangeLane;
  readonly #queues = new Map<string, CommitQueue<Job, LaneAnswer | null>>();

  constructor(change: ChangeLane) {
    this.#change = change;
  }

  /** @throws Fault `store_unavailable` when its time passed before it began, and what the transaction throws */
  async submit(lane: Lane, edit: LaneEdit, budget: Budget): Promise<LaneAnswer> {
    const answer = await this.#queueOf(lane).submit({ edit, budget });
    if (answer === null) throw new Fault('store_unavailable', 'the requests before it took all of its time');
    return answer;
  }

  #queueOf(lane: Lane): CommitQueue<Job, LaneAnswer | null> {
    const id = laneId(lane);
    const known = this.#queues.get(id);
    if (known !== undefined) return known;
    const queue = new CommitQueue<Job, LaneAnswer | null>((jobs) => this.#run(lane, jobs), jobsMax);
    this.#queues.set(id, queue);
    return queue;
  }

  async #run(lane: Lane, jobs: readonly Job[]): Promise<readonly (LaneAnswer | null)[]> {
    const now = performance.now();
    const timely = jobs.filter(({ budget }) => budget.untilMs > now);
    const [first] = timely;
    if (first === undefined) return jobs.map(() => null);
    const budget = timely.reduce((a, b) => (b.budget.untilMs > a.untilMs ? b.budget : a), first.budget);
    const answers = await this.#change(
      lane,
      timely.map(({ edit }) => edit),
      budget,
    );
    const byJob = new Map(timely.map((job, index) => [job, answers[index] ?? null]));
    return jobs.map((job) => byJob.get(job) ?? null);
  }
}
