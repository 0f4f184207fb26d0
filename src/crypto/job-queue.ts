import { priorities, type Priority } from './priority.ts';

/** What waits in a `JobQueue`. */
export interface Prioritised {
  readonly priority: Priority;
}

/** Waiting jobs: the first priority leaves first, and within one priority whoever came first. */
export class JobQueue<Job extends Prioritised> {
  readonly #lines = lines<Job>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(job: Job): void {
    this.#lines[job.priority].push(job);
    this.#length += 1;
  }

  /** For jobs that had left already and come back: each goes before those of its priority. */
  putBack(jobs: readonly Job[]): void {
    for (const priority of priorities) this.#lines[priority].putBack(jobs.filter((job) => job.priority === priority));
    this.#length += jobs.length;
  }

  /** @returns whom `take` would take, or null */
  peek(): Job | null {
    return this.#first()?.peek() ?? null;
  }

  take(): Job | null {
    const job = this.#first()?.take() ?? null;
    if (job !== null) this.#length -= 1;
    return job;
  }

  #first(): Line<Job> | null {
    if (this.#length === 0) return null;
    for (const priority of priorities) if (this.#lines[priority].peek() !== null) return this.#lines[priority];
    return null;
  }
}

function lines<Job>(): Record<Priority, Line<Job>> {
  const line = () => new Line<Job>();
  return { block: line(), attestation: line(), sync: line(), aggregate: line(), selection: line() };
}

/** First in, first out, each in constant time: `Array.shift` moves all who wait. */
class Line<Job> {
  #jobs: (Job | null)[] = [];
  #head = 0;

  push(job: Job): void {
    this.#jobs.push(job);
  }

  putBack(jobs: readonly Job[]): void {
    if (jobs.length === 0) return;
    this.#jobs = [...jobs, ...this.#jobs.slice(this.#head)];
    this.#head = 0;
  }

  peek(): Job | null {
    return this.#jobs[this.#head] ?? null;
  }

  take(): Job | null {
    const job = this.peek();
    if (job === null) return null;
    this.#jobs[this.#head] = null;
    this.#head += 1;
    // Half of the array is gone: moving the other half now costs each job one move.
    if (this.#head * 2 > this.#jobs.length) this.#dropTaken();
    return job;
  }

  #dropTaken(): void {
    this.#jobs = this.#jobs.slice(this.#head);
    this.#head = 0;
  }
}
