import { assert, Fault, isFault } from '../../base/fault.ts';
import { type Lane, laneId } from '../../protection/lane.ts';
import { laneNeverSeen, type Verdict } from '../../protection/mark.ts';
import type { Claim } from '../../protection/store.ts';
import { callsMax } from './budget.ts';
import type { Connections } from './connections.ts';
import type { Home } from './home.ts';
import { judge, judgeAfter, type Known, knownOf } from './judge.ts';
import { withRetries } from './retry.ts';
import { laneArrays, laneOf, markArrays, markOf, recordOf, type Row, stopOf } from './row.ts';
import type { Statements } from './statements.ts';

/** The answer to one call: its verdicts in order, or why a lane of it cannot be read. */
export type Answer = { readonly verdicts: readonly Verdict[] } | { readonly fault: Fault };

/** One claim that waits for its verdict, and where that goes. */
interface Open {
  readonly claim: Claim;
  readonly call: number;
  readonly place: number;
}

/** Somebody opens and closes a lane, or moves a stop line, faster than we can look. */
const contestsMax = 8;

export interface AdvancesOptions {
  readonly connections: Connections;
  readonly statements: Statements;
  readonly home: Home;
}

/** Applies the rule to the claims of many calls, with as few questions to the database as can be. */
export class Advances {
  readonly #options: AdvancesOptions;

  constructor(options: AdvancesOptions) {
    this.#options = options;
  }

  /**
   * Each round asks for the first open claim of every lane in one statement, in the order of the lanes' names, and, if
   * some lost, for the reason in a second. Further claims on a lane are decided after the one before them: from what it
   * left there where that settles it, in the next round where it does not.
   */
  async run(calls: readonly (readonly Claim[])[]): Promise<readonly Answer[]> {
    const verdicts = calls.map((claims) => claims.map((): Verdict | Fault | null => null));
    const settle = ({ call, place }: Open, verdict: Verdict | Fault): void => {
      const row = verdicts[call];
      assert(row !== undefined, 'each claim belongs to a call');
      row[place] = verdict;
    };
    let queues = queuesOf(calls);
    for (let contests = 0; queues.size > 0;) {
      const before = lengthOf(queues);
      queues = await this.#round(queues, settle);
      if (lengthOf(queues) === before) contests += 1;
      if (contests > contestsMax) throw new Fault('store_unavailable', 'the marks change faster than they can be read');
    }
    return verdicts.map(answerOf);
  }

  async #round(queues: Queues, settle: (open: Open, verdict: Verdict | Fault) => void): Promise<Queues> {
    const firsts = [...queues.values()].map(([open]) => open).filter((open) => open !== undefined);
    const claims = firsts.slice(0, callsMax).map(({ claim }) => claim);
    const won = await this.#advance(claims);
    const lost = claims.filter(({ lane }) => !won.has(laneId(lane)));
    const known = lost.length === 0 ? new Map<string, Known | Fault>() : await this.#classify(lost);
    const left = new Map<string, readonly Open[]>();
    for (const [id, queue] of queues) {
      const rest = settleQueue(queue, { verdict: won.get(id), known: known.get(id) }, settle);
      if (rest.length > 0) left.set(id, rest);
    }
    return left;
  }

  /** @returns what each lane that advanced held before */
  async #advance(claims: readonly Claim[]): Promise<ReadonlyMap<string, Verdict>> {
    const { advance: text } = this.#options.statements;
    const values = [...laneArrays(claims.map(({ lane }) => lane)), ...markArrays(claims.map(({ next }) => next))];
    const rows = await this.#ask({ text, values, name: 'tidemark_advance' });
    return new Map(rows.map((row) => [laneId(laneOf(row)), { kind: 'advance', found: markOf(row.slice(4, 8)) }]));
  }

  /** @returns what stands on each lane and its network, or why that cannot be read */
  async #classify(claims: readonly Claim[]): Promise<ReadonlyMap<string, Known | Fault>> {
    const { classify: text } = this.#options.statements;
    const values = laneArrays(claims.map(({ lane }) => lane));
    const rows = await this.#ask({ text, values, name: 'tidemark_classify' });
    assert(rows.length === claims.length, 'every lane is classified');
    return new Map(rows.map((row) => [laneId(laneOf(row)), readKnown(row)]));
  }

  async #ask(statement: { text: string; values: readonly string[]; name: string }): Promise<readonly Row[]> {
    const { connections, home } = this.#options;
    const rows = await withRetries(async () => await connections.forSigning(async ({ ask }) => await ask(statement)));
    await home.check(rows);
    return rows;
  }
}

/** The open claims of each lane, in the order in which they came. Lanes stand in the order of their names. */
type Queues = ReadonlyMap<string, readonly Open[]>;

function queuesOf(calls: readonly (readonly Claim[])[]): Queues {
  const queues = new Map<string, Open[]>();
  for (const [call, claims] of calls.entries()) {
    for (const [place, claim] of claims.entries()) {
      const id = laneId(claim.lane);
      const queue = queues.get(id);
      if (queue === undefined) queues.set(id, [{ claim, call, place }]);
      else queue.push({ claim, call, place });
    }
  }
  return new Map([...queues].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function lengthOf(queues: Queues): number {
  let length = 0;
  for (const queue of queues.values()) length += queue.length;
  return length;
}

interface Outcome {
  readonly verdict: Verdict | undefined;
  readonly known: Known | Fault | undefined;
}

/** Settles what the outcome of the first claim settles. @returns the claims that are still open */
function settleQueue(
  queue: readonly Open[],
  { verdict, known }: Outcome,
  settle: (open: Open, verdict: Verdict | Fault) => void,
): readonly Open[] {
  // Its turn comes in another round.
  if (verdict === undefined && known === undefined) return queue;
  const [first] = queue;
  assert(first !== undefined, 'a queue is never empty');
  if (verdict !== undefined) settle(first, verdict);
  const rest = verdict === undefined ? queue : queue.slice(1);
  for (const [index, open] of rest.entries()) {
    const { lane, next } = open.claim;
    const judged = known === undefined ? judgeAfter(first.claim.next, lane, next) : readOrJudge(known, lane, open);
    if (judged === null) return rest.slice(index);
    settle(open, judged);
  }
  return [];
}

function readOrJudge(known: Known | Fault, lane: Lane, { claim }: Open): Verdict | Fault | null {
  return isFault(known) ? known : judge(known, lane, claim.next);
}

/** @param row lane, closed, mark, is it intact, stop line, is it intact, home */
function readKnown(row: Row): Known | Fault {
  try {
    const lane = laneOf(row);
    const [closed, intact, stopIntact] = [row[4], row[9], row[12]];
    const state = closed === null && intact === null ? laneNeverSeen : recordOf(row);
    return knownOf(lane, state, stopIntact === null ? null : stopOf(row.slice(10, 13), lane.network));
  } catch (error) {
    if (isFault(error, 'store_corrupt')) return error;
    throw error;
  }
}

function answerOf(verdicts: readonly (Verdict | Fault | null)[]): Answer {
  const settled: Verdict[] = [];
  for (const verdict of verdicts) {
    assert(verdict !== null, 'every claim is settled');
    if (isFault(verdict)) return { fault: verdict };
    settled.push(verdict);
  }
  return { verdicts: settled };
}
