import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LaneMark, marksOf } from '../../src/ethereum/interchange.ts';
import { InterchangeReader } from '../../src/ethereum/interchange-reader.ts';
import { isFault } from '../../src/base/fault.ts';
import { type Admission, Guard } from '../../src/protection/guard.ts';
import type { Duty, Lane } from '../../src/protection/lane.ts';
import type { Mark } from '../../src/protection/mark.ts';
import { noStops } from '../../src/protection/stop.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { type OpenStore, withStore } from '../contract/contract-case.ts';
import { intent } from '../contract/samples.ts';
import type { AttestationAttempt, BlockAttempt, CaseStep, InterchangeCase } from './interchange-case.ts';

/** How a case is played. The published columns know no repeats, except that the complete one grants them. */
export type Play = 'repeats allowed' | 'no repeats' | 'each attempt twice at once';

export const plays: readonly Play[] = ['repeats allowed', 'no repeats', 'each attempt twice at once'];

export interface Played {
  /** Imports and attempts. */
  readonly asked: number;
  readonly failures: readonly string[];
}

/** How many questions the cases hold. */
export function questionsIn(cases: readonly InterchangeCase[]): number {
  const steps = cases.flatMap((one) => one.steps);
  return steps.reduce((sum, step) => sum + 1 + step.blocks.length + step.attestations.length, 0);
}

export async function readCases(folder: string): Promise<readonly InterchangeCase[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => JSON.parse(text) as InterchangeCase);
}

/** Plays all cases on one store, each on lanes of its own. */
export async function playCases(cases: readonly InterchangeCase[], open: OpenStore, play: Play): Promise<Played> {
  const failures: string[] = [];
  let asked = 0;
  await withStore(open, async ({ store }) => {
    for (const one of cases) {
      const player = new Player(one, store, play);
      await player.playAll();
      asked += player.asked;
      failures.push(...player.failures);
    }
  });
  return { asked, failures };
}

class Player {
  asked = 0;
  readonly failures: string[] = [];
  readonly #case: InterchangeCase;
  readonly #store: MarkStore;
  readonly #play: Play;
  readonly #guard: Guard;

  constructor(one: InterchangeCase, store: MarkStore, play: Play) {
    this.#case = one;
    this.#store = store;
    this.#play = play;
    this.#guard = new Guard({ store, allowRepeat: play === 'repeats allowed', heightJumpMax: null, stops: noStops });
  }

  async playAll(): Promise<void> {
    for (const [index, step] of this.#case.steps.entries()) {
      await this.#take(step, `step ${index}: import`);
      for (const attempt of attemptsOf(step)) await this.#ask(attempt, `step ${index}`);
    }
  }

  async #take(step: CaseStep, place: string): Promise<void> {
    this.asked += 1;
    const marks = marksIn(step, this.#case.genesis_validators_root);
    if ((marks !== null) !== step.should_succeed)
      this.#fail(`${place} ${marks === null ? 'was refused' : 'was taken'}`);
    for (const { lane, mark } of marks ?? []) await this.#store.raise(this.#own(lane), mark);
  }

  async #ask(attempt: Attempt, step: string): Promise<void> {
    this.asked += 1;
    const { next } = attempt;
    const lane = this.#own(attempt.lane);
    const place = `${step}: ${lane.duty} of ${lane.key.slice(-4)} ${next.floor}-${next.height} ${next.root?.slice(-4)}`;
    const before = await this.#store.read(lane);
    const copies = this.#play === 'each attempt twice at once' ? 2 : 1;
    const answers = await Promise.all(
      Array.from({ length: copies }, () => this.#guard.admit(intent(lane, next), { deterministic: true })),
    );
    const granted = answers.filter(({ kind }) => kind === 'granted').length;
    if (granted !== expectedGrants(attempt, answers)) this.#fail(`${place}: ${granted} of ${copies} granted`);
    const after = await this.#store.read(lane);
    const changed = before.mark?.height !== after.mark?.height || before.mark?.root !== after.mark?.root;
    if (granted === 0 && changed) this.#fail(`${place}: was refused and changed the mark`);
  }

  /** A lane that belongs to this case alone. */
  #own(lane: Lane): Lane {
    return { ...lane, network: `0x${createHash('sha256').update(this.#case.name).digest('hex')}` };
  }

  #fail(what: string): void {
    this.failures.push(`${this.#case.name}, ${what}`);
  }
}

interface Attempt {
  readonly lane: Lane;
  readonly next: Mark;
  readonly minimal: boolean;
  readonly complete: boolean;
}

/** One, when the minimal column says so; a repeat, also when the complete one does. */
function expectedGrants({ minimal, complete }: Attempt, answers: readonly Admission[]): number {
  const repeats = answers.some((answer) => answer.kind === 'granted' && answer.how === 'repeat');
  return minimal || (repeats && complete) ? 1 : 0;
}

function attemptsOf(step: CaseStep): readonly Attempt[] {
  return [
    ...step.blocks.map((one) => attemptOf(one, 'block', { height: BigInt(one.slot), floor: 0n })),
    ...step.attestations.map((one) =>
      attemptOf(one, 'attestation', { height: BigInt(one.target_epoch), floor: BigInt(one.source_epoch) }),
    ),
  ];
}

function attemptOf(
  { pubkey, signing_root, should_succeed, should_succeed_complete }: BlockAttempt | AttestationAttempt,
  duty: Duty,
  { height, floor }: { readonly height: bigint; readonly floor: bigint },
): Attempt {
  const lane: Lane = { chain: 'ethereum', network: '', key: pubkey, duty };
  const next: Mark = { height, round: 0n, floor, root: signing_root.slice(2) };
  return { lane, next, minimal: should_succeed, complete: should_succeed_complete };
}

/** Null when the import is refused. */
function marksIn(step: CaseStep, genesisValidatorsRoot: string): readonly LaneMark[] | null {
  const marks: LaneMark[] = [];
  const reader = new InterchangeReader({
    entry: (entry) => marks.push(...marksOf(entry, genesisValidatorsRoot)),
    problem: ({ fault }) => {
      throw fault;
    },
  });
  try {
    reader.write(Buffer.from(JSON.stringify(step.interchange)));
    return reader.end() === genesisValidatorsRoot ? marks : null;
  } catch (error) {
    if (isFault(error)) return null;
    throw error;
  }
}
