/**
 * Joins concurrent callers into one commit: while a commit runs, those who come meanwhile wait together and form the
 * next one. There is no timer, so a lone caller pays for exactly one commit and an idle store does nothing.
 */
export class CommitQueue<Job, Answer> {
  readonly #commit: (jobs: readonly Job[]) => Promise<readonly Answer[]>;
  readonly #jobsMax: number;
  #waiting: Waiting<Job, Answer>[] = [];
  #running: Promise<void> | null = null;

  /**
   * @param commit makes all jobs durable at once and answers each, in order; when it throws, every job of that commit
   * fails
   * @param jobsMax the most jobs that one commit takes
   */
  constructor(commit: (jobs: readonly Job[]) => Promise<readonly Answer[]>, jobsMax: number) {
    this.#commit = commit;
    this.#jobsMax = jobsMax;
  }

  /** Answers after the commit that took this job. @throws what that commit threw. */
  submit(job: Job): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits or runs any more. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Until the event loop has read what its sockets hold: requests that arrived together share a commit.
      await new Promise((resolve) => setImmediate(resolve));
      await this.#take(this.#waiting.splice(0, this.#jobsMax));
    }
    this.#running = null;
  }

  async #take(batch: readonly Waiting<Job, Answer>[]): Promise<void> {
    try {
      const answers = await this.#commit(batch.map((waiting) => waiting.job));
      if (answers.length !== batch.length) throw new Error('a commit must answer every job');
      for (const [index, waiting] of batch.entries()) waiting.resolve(answers[index] as Answer);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }
}

interface Waiting<Job, Answer> {
  readonly job: Job;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}
