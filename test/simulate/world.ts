import { isFault } from '../../src/base/fault.ts';
import type { GuardedIntent } from '../../src/protection/intent.ts';
import { atLeast, type Mark } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { intent } from '../contract/samples.ts';
import { Adversary, type Request } from './adversary.ts';
import { FlakyStore, type StoreFault, storeFaults } from './flaky-store.ts';
import { offences, type Released } from './oracle.ts';
import { Random } from './random.ts';
import { Turns } from './turns.ts';

/** A signer: the signature, or null when it refuses. Faults mean that nothing left it. */
export type Sign = (request: GuardedIntent) => Promise<string | null>;

/** Starts a signer process over a store; called again after each restart. */
export type StartSigner = (store: MarkStore) => Sign;

export interface WorldOptions {
  readonly seed: number;
  readonly signers: number;
  /** How many times the client asks something, one to four requests each time. */
  readonly rounds: number;
  /** How many of a hundred writes fail, and how many of a hundred rounds restart a signer or put back an old store. */
  readonly faultPercent: number;
  readonly restartPercent: number;
  readonly restorePercent: number;
  readonly start: StartSigner;
  /** What the store is in truth, behind the network. */
  readonly disk: () => MarkStore;
}

export interface Report {
  readonly seed: number;
  /** What went wrong: offences, and marks that are below what was released. Empty is the only good answer. */
  readonly failures: readonly string[];
  readonly requests: number;
  readonly released: number;
  readonly refused: number;
  /** Faults by sort: of the store, restarts, frozen lanes. */
  readonly faults: Readonly<Record<string, number>>;
}

/** Several signers on one store in bad weather, and a client that wants them slashed. One seed fixes everything. */
export class World {
  readonly #options: WorldOptions;
  readonly #random: Random;
  readonly #turns: Turns;
  readonly #adversary: Adversary;
  readonly #released: Released[] = [];
  readonly #faults: Record<string, number> = {};
  readonly #processes: Process[];
  #disk: MarkStore;
  /** A copy of an earlier state, as a backup is. */
  #backup: MarkStore | null = null;
  #requests = 0;
  #refused = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#turns = new Turns((end) => this.#random.below(end));
    this.#adversary = new Adversary(this.#random);
    this.#disk = options.disk();
    this.#processes = Array.from({ length: options.signers }, () => this.#startProcess());
  }

  async run(): Promise<Report> {
    const asked: Promise<void>[] = [];
    for (let round = 0; round < this.#options.rounds; round += 1) {
      await this.#happen();
      const requests = Array.from({ length: 1 + this.#random.below(4) }, () => this.#adversary.next());
      asked.push(...requests.map((request) => this.#ask(this.#random.pick(this.#processes), request)));
      await this.#turns.give(this.#random.below(10));
    }
    await this.#turns.give(Infinity);
    await Promise.all(asked);
    const failures = [
      ...offences(this.#released).map(({ kind, first, second }) => sentence(kind, first, second)),
      ...(await this.#lost()),
    ];
    const { seed } = this.#options;
    return {
      seed,
      failures,
      requests: this.#requests,
      released: this.#released.length,
      refused: this.#refused,
      faults: this.#faults,
    };
  }

  async #happen(): Promise<void> {
    const { restartPercent, restorePercent } = this.#options;
    if (this.#random.chance(restartPercent)) this.#restart(this.#random.below(this.#processes.length));
    if (restorePercent === 0) return;
    if (this.#random.chance(10)) this.#backup = await copyOf(this.#disk);
    if (this.#backup === null || !this.#random.chance(restorePercent)) return;
    // A store is not put back under a request that is on its way: for that moment a guard has no witness yet.
    await this.#turns.give(Infinity);
    this.#count('restore');
    this.#disk = await copyOf(this.#backup);
    for (const process of this.#processes) process.store.target = this.#disk;
  }

  #restart(index: number): void {
    this.#count('restart');
    const old = this.#processes[index];
    if (old !== undefined) old.alive = false;
    this.#processes[index] = this.#startProcess();
  }

  #startProcess(): Process {
    const fault = (): StoreFault | null => this.#storeFault();
    const store = new FlakyStore(this.#disk, { turns: this.#turns, fault, delay: () => 1 + this.#random.below(12) });
    return { alive: true, store, sign: this.#options.start(store) };
  }

  #storeFault(): StoreFault | null {
    if (!this.#random.chance(this.#options.faultPercent)) return null;
    const fault = this.#random.pick(storeFaults);
    this.#count(fault);
    return fault;
  }

  async #ask(process: Process, { lane, next }: Request): Promise<void> {
    this.#requests += 1;
    await this.#turns.pass();
    try {
      const signature = await process.sign(intent(lane, next));
      // What a process had not sent when it died is never seen.
      if (signature !== null && process.alive) this.#released.push({ lane, ...next, signature });
      else this.#refused += 1;
    } catch (error) {
      if (!isFault(error)) throw error;
      this.#count(error.code);
    }
  }

  /** Released marks that the store does not hold any more: the next signer would not know of them. */
  async #lost(): Promise<readonly string[]> {
    if (this.#options.restorePercent > 0) return [];
    const lost: string[] = [];
    for (const released of this.#released) {
      const { mark } = await this.#disk.read(released.lane);
      const wanted: Mark = {
        height: released.height,
        round: released.round,
        floor: released.floor,
        root: released.root,
      };
      if (mark === null || !atLeast(mark, wanted)) lost.push(`lost: ${released.lane.duty} ${released.height}`);
    }
    return lost;
  }

  #count(what: string): void {
    this.#faults[what] = (this.#faults[what] ?? 0) + 1;
  }
}

interface Process {
  alive: boolean;
  readonly store: FlakyStore;
  readonly sign: Sign;
}

async function copyOf(store: MarkStore): Promise<MarkStore> {
  const copy = new MemoryStore();
  for await (const { lane, mark } of store.list()) if (mark !== null) await copy.raise(lane, mark);
  return copy;
}

function sentence(kind: string, first: Released, second: Released): string {
  const [a, b] = [first, second].map(
    ({ floor, height, round, root }) => `${floor}-${height}.${round} ${root.slice(-4)}`,
  );
  return `${kind}: ${first.lane.chain} ${first.lane.duty} ${a} and ${b}`;
}
