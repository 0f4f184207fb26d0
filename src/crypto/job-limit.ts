import { Fault } from '../base/fault.ts';

/** Bounds how many jobs wait for a signer. */
export class JobLimit {
  readonly #jobsMax: number;
  #jobs = 0;
  #onIdle: (() => void)[] = [];

  /**
   * @param jobsMax from how many jobs on new requests are turned away; those admitted by then may make it twice as many
   */
  constructor(jobsMax: number) {
    this.#jobsMax = jobsMax;
  }

  /** For those who have not recorded anything yet. @throws Fault `overloaded` */
  checkRoom(): void {
    this.#refuseFrom(this.#jobsMax);
  }

  /**
   * Runs a job whose mark may be recorded already: it is refused only when there is no room at all.
   *
   * @throws Fault `overloaded`
   */
  async run<Answer>(job: () => Promise<Answer>): Promise<Answer> {
    this.#refuseFrom(this.#jobsMax * 2);
    this.#jobs += 1;
    try {
      return await job();
    } finally {
      this.#jobs -= 1;
      if (this.#jobs === 0) for (const idle of this.#onIdle.splice(0)) idle();
    }
  }

  /** Resolves when no job runs or waits. */
  async idle(): Promise<void> {
    if (this.#jobs > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #refuseFrom(jobsMax: number): void {
    if (this.#jobs < jobsMax) return;
    throw new Fault('overloaded', 'too many signatures are waiting', { facts: { jobs: this.#jobs } });
  }
}
