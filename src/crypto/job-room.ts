import { Fault } from '../base/fault.ts';
import { Admitted } from './admitted.ts';
import { priorities, type Priority } from './priority.ts';

/** How many jobs of each priority may wait or run before new requests are turned away. */
export type Rooms = Readonly<Record<Priority, number>>;

/**
 * Each priority has a room of its own, so that none can use up another's. The figures are for 100,000 validators: one
 * slot's attestations are 3,125, an epoch's selection proofs come in bursts of 16,000, and the sync committee has 512
 * seats. Blocks, with randao reveals and all of Tezos, are a handful, and still have a thousand.
 */
export const roomsUsual: Rooms = {
  block: 1024,
  attestation: 8192,
  sync: 2048,
  aggregate: 4096,
  selection: 16_384,
};

/** Before anything was measured: a BLS signature on a slow processor, in milliseconds. */
const jobMsAtFirst = 0.5;
/** The running average forgets: so many jobs ago counts for a third of now. */
const jobsAveraged = 64;

export interface JobRoomOptions {
  readonly rooms: Rooms;
  /** The longest estimated wait, in milliseconds, with which a new request is admitted. */
  readonly deadlineMs: number;
  /** A clock in milliseconds that never runs backwards. */
  readonly now: () => number;
}

/** Counts the jobs of a pool by priority, and says whether another may come. */
export class JobRoom {
  readonly #options: JobRoomOptions;
  readonly #jobs: Record<Priority, number> = { block: 0, attestation: 0, sync: 0, aggregate: 0, selection: 0 };
  readonly #admitted: Readonly<Record<Priority, Admitted>>;
  #total = 0;
  #jobMs = jobMsAtFirst;
  #onIdle: (() => void)[] = [];

  constructor(options: JobRoomOptions) {
    this.#options = options;
    const admitted = () => new Admitted(options.now);
    this.#admitted = {
      block: admitted(),
      attestation: admitted(),
      sync: admitted(),
      aggregate: admitted(),
      selection: admitted(),
    };
  }

  /**
   * For those who have not recorded anything yet. Who is let in is counted until the job arrives, or is taken for
   * refused by the record.
   *
   * @param threads how many work, at least one
   * @throws Fault `overloaded`, with the estimated wait in milliseconds among its facts
   */
  admit(priority: Priority, threads: number): void {
    const room = this.#options.rooms[priority];
    const jobs = this.#jobs[priority];
    // The second condition keeps `enter`'s promise: all who were let in find room, even if none has arrived yet.
    if (jobs >= room || jobs + this.#admitted[priority].count >= room * 2) throw this.#full(priority, threads);
    const waitMs = this.#waitMs(priority, threads);
    if (waitMs > this.#options.deadlineMs) throw overloaded('the wait for a signature would be too long', { waitMs });
    this.#admitted[priority].add();
  }

  /**
   * For a job whose mark may be recorded already: it is refused only at twice the room.
   *
   * @throws Fault `overloaded`
   */
  enter(priority: Priority, threads: number): void {
    if (this.#jobs[priority] >= this.#options.rooms[priority] * 2) throw this.#full(priority, threads);
    this.#admitted[priority].arrive();
    this.#jobs[priority] += 1;
    this.#total += 1;
  }

  /** How many jobs wait or run now. */
  get jobs(): Readonly<Record<Priority, number>> {
    return this.#jobs;
  }

  leave(priority: Priority): void {
    this.#jobs[priority] -= 1;
    this.#total -= 1;
    if (this.#total === 0) for (const idle of this.#onIdle.splice(0)) idle();
  }

  /** Told how long a thread took for some signatures, with their checks. */
  measured(jobs: number, ms: number): void {
    if (jobs === 0) return;
    this.#jobMs += (ms / jobs - this.#jobMs) * Math.min(1, jobs / jobsAveraged);
  }

  /** Resolves when no job runs or waits. */
  async idle(): Promise<void> {
    if (this.#total > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Whoever comes later or matters less is overtaken, but for the one job that each thread is at. */
  #waitMs(priority: Priority, threads: number): number {
    let ahead = 0;
    for (const other of priorities) {
      ahead += this.#jobs[other] + this.#admitted[other].count;
      if (other === priority) break;
    }
    return ahead === 0 ? 0 : Math.ceil((ahead / threads + 1) * this.#jobMs);
  }

  #full(priority: Priority, threads: number): Fault {
    const facts = { jobs: this.#jobs[priority], waitMs: this.#waitMs(priority, threads) };
    return overloaded('too many signatures are waiting', facts);
  }
}

function overloaded(text: string, facts: Readonly<Record<string, number>>): Fault {
  return new Fault('overloaded', text, { facts });
}
