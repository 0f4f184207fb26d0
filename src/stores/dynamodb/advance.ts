import { Fault } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import { decide, type Mark, merge, type Verdict } from '../../protection/mark.ts';
import type { Budget } from './budget.ts';
import { advances, type Condition, isUnchanged } from './condition.ts';
import type { Edits } from './edits.ts';
import { failedFor } from './failure.ts';
import type { Item } from './item.ts';
import { otherKeys, withDal } from './lane-row.ts';
import type { LaneMemory, StopView } from './memory.ts';
import { itemOf, noRow, readRow, type Row, type RowKey, rowKey } from './row.ts';
import type { Rows } from './rows.ts';
import { lineOf, type StopLines } from './stop-lines.ts';
import type { StopRecord } from './stop-record.ts';

/** Rounds of one advance: each but the first follows upon another writer's change. */
const roundsMax = 8;

export interface AdvanceParts {
  readonly rows: Rows;
  readonly lines: StopLines;
  readonly edits: Edits;
  readonly memory: LaneMemory;
  /** Do Signatory instances write the same table? */
  readonly shared: boolean;
}

/** The rule, applied by the table itself: one conditional PutItem, and no read before it. */
export class Advances {
  readonly #parts: AdvanceParts;

  constructor(parts: AdvanceParts) {
    this.#parts = parts;
  }

  /** @throws Fault `store_unavailable`, `store_corrupt` */
  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const verdict = await this.#answer(lane, next, this.#parts.rows.budgets.signing(lane));
    this.#parts.memory.learn(lane, verdict, next);
    return verdict;
  }

  async #answer(lane: Lane, next: Mark, budget: Budget): Promise<Verdict> {
    if (next.floor > next.height) return await this.#refuseNonsense(lane, next, budget);
    if (lane.chain === 'ethereum') return await this.#ethereum(lane, next, budget);
    await this.#takeOver(lane, budget);
    const ask = { lane, next, budget };
    if (this.#parts.shared && lane.duty === 'attestation') return await this.#inTurn(ask);
    return await this.#tezos(rowKey(lane), ask);
  }

  /** It needs no condition to be refused, only the mark that the refusal names. */
  async #refuseNonsense(lane: Lane, next: Mark, budget: Budget): Promise<Verdict> {
    const item = await this.#parts.rows.look(rowKey(lane), budget);
    const row = item === null ? noRow : readRow(item, lane);
    return isPast(lineOf(await this.#parts.lines.read(), lane), next) ? stopped(row) : decide(row, next);
  }

  async #tezos(key: RowKey, ask: Ask): Promise<Verdict> {
    const { lane, next, budget } = ask;
    const item = itemOf(key, lane, { mark: next, closed: false, stamp: null });
    let condition = advances(next, lane);
    for (let round = 1; round <= roundsMax; round += 1) {
      const { won, old } = await this.#parts.rows.put(item, condition, budget);
      if (won) return { kind: 'advance', found: markIn(old, lane) };
      const standing = old ?? (await this.#standing(key, ask));
      if (standing === null) return this.#refusedBlindly(ask);
      const verdict = decide(readRow(standing, lane), next);
      if (verdict.kind !== 'advance') return verdict;
      // An open lane that has signed nothing, or one that was opened a moment ago.
      condition = isUnchanged(standing);
    }
    throw tooManyWriters();
  }

  async #ethereum(lane: Lane, next: Mark, budget: Budget): Promise<Verdict> {
    const { rows, lines, memory } = this.#parts;
    const key = rowKey(lane);
    const known = memory.of(lane);
    let view = known.view ?? guessed(lineOf(await lines.known(), lane));
    let condition: Condition | null = null;
    for (let round = 1; round <= roundsMax; round += 1) {
      if (isPast(view.line, next)) {
        const row = await rows.look(key, budget);
        view = viewOf(row === null ? null : readRow(row, lane), await lines.read(), lane);
        known.view = view;
        if (isPast(view.line, next)) return stopped(row === null ? noRow : readRow(row, lane));
      }
      const item = itemOf(key, lane, { mark: next, closed: false, stamp: view.line });
      const { won, old } = await rows.put(item, condition ?? advances(next, lane, view.stamp), budget);
      condition = null;
      if (won) {
        const line = view.verified ? view.line : lineOf(await lines.read(), lane);
        known.view = { stamp: view.line, line, verified: true };
        return isPast(line, next)
          ? { kind: 'refused', why: 'stopped', found: markIn(old, lane) }
          : { kind: 'advance', found: markIn(old, lane) };
      }
      const standing = old ?? (await this.#standing(key, { lane, next, budget }));
      if (standing === null) return this.#refusedBlindly({ lane, next, budget });
      const row = readRow(standing, lane);
      const moved = row.stamp !== view.stamp;
      if (moved || !view.verified) {
        view = viewOf(row, await lines.read(), lane);
        known.view = view;
      }
      if (isPast(view.line, next)) return stopped(row);
      if (moved) continue;
      const verdict = decide(row, next);
      if (verdict.kind !== 'advance') return verdict;
      condition = isUnchanged(standing);
    }
    throw tooManyWriters();
  }

  /** One after the other: two requests of ours that each win one row would both be refused. */
  async #inTurn(ask: Ask): Promise<Verdict> {
    const memory = this.#parts.memory.of(ask.lane);
    const answer = memory.turn.then(() => this.#bothRows(ask));
    memory.turn = answer.catch(() => undefined);
    return await answer;
  }

  /**
   * Two rows that a position must win where Signatory writes the same table: it keeps attestations with
   * DAL content apart. All signers take them in this order, so of two exactly one wins both.
   */
  async #bothRows(ask: Ask): Promise<Verdict> {
    const { lane } = ask;
    const first = await this.#tezos(rowKey(lane), ask);
    const top = this.#parts.memory.of(lane).top;
    if (first.kind === 'refused') return { ...first, found: higher(first.found, top) };
    const second = await this.#tezos({ ...rowKey(lane), request: withDal }, ask);
    const found = higher(first.found, second.found);
    if (second.kind === 'refused') return { ...second, found: higher(found, top) };
    if (first.kind === 'advance' && second.kind === 'advance') return { kind: 'advance', found };
    return { kind: 'repeat', found: ask.next };
  }

  /** Signatory's marks under other names count, once and for all: they are taken over into our row. */
  async #takeOver(lane: Lane, budget: Budget): Promise<void> {
    const memory = this.#parts.memory.of(lane);
    if (memory.ready) return;
    const keys = otherKeys(lane).filter(({ request }) => !this.#parts.shared || request !== withDal);
    const items = await Promise.all(keys.map((key) => this.#parts.rows.look(key, budget)));
    for (const item of items) {
      const mark = item === null ? null : readRow(item, lane).mark;
      if (mark !== null) await this.#parts.edits.raiseRow(rowKey(lane), { lane, mark, budget });
    }
    memory.ready = true;
  }

  /** What stands where a condition failed, where the server did not say it. Null when nobody may read it. */
  async #standing(key: RowKey, { budget }: Ask): Promise<Item | null> {
    const item = await this.#parts.rows.get(key, budget).catch((error: unknown) => {
      if (failedFor(error, 'denied')) return 'denied' as const;
      throw error;
    });
    if (item === 'denied') return null;
    // The condition held a row against us.
    if (item === null) throw new Fault('store_unavailable', `the row (${key.idx}, ${key.request}) vanished`);
    return item;
  }

  /** The condition failed, and why is hidden from us: the answer is no. */
  #refusedBlindly({ lane, next }: Ask): Verdict {
    const { top } = this.#parts.memory.of(lane);
    const verdict = decide({ mark: top, closed: false }, next);
    return verdict.kind === 'refused' ? verdict : { kind: 'refused', why: 'below_mark', found: top };
  }
}

interface Ask {
  readonly lane: Lane;
  readonly next: Mark;
  readonly budget: Budget;
}

/** Before the lane's row was seen: that it carries the line is likely, and no harm when it does not. */
function guessed(line: bigint | null): StopView {
  return { stamp: line, line, verified: false };
}

/** @param record read after `row` was */
function viewOf(row: Row | null, record: StopRecord, lane: Lane): StopView {
  const stamp = row?.stamp ?? null;
  if (stamp !== null && record.revision === 0n) {
    throw new Fault('store_corrupt', 'lanes carry a stop line, but the row of the stop lines is gone');
  }
  return { stamp, line: lineOf(record, lane), verified: row !== null };
}

function isPast(line: bigint | null, { height }: Mark): boolean {
  return line !== null && height >= line;
}

function stopped({ mark }: Row): Verdict {
  return { kind: 'refused', why: 'stopped', found: mark };
}

function markIn(item: Item | null, lane: Lane): Mark | null {
  return item === null ? null : readRow(item, lane).mark;
}

function higher(a: Mark | null, b: Mark | null): Mark | null {
  if (a === null || b === null) return a ?? b;
  return merge(a, b);
}

function tooManyWriters(): Fault {
  return new Fault('store_unavailable', 'other writers kept changing the lane; ask again');
}
