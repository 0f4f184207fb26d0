import { Fault } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import { type Mark, merge } from '../../protection/mark.ts';
import type { Budget } from './budget.ts';
import { isUnchanged } from './condition.ts';
import { itemOf, noRow, readRow, type Row, type RowKey } from './row.ts';
import type { Rows } from './rows.ts';
import { lineOf, type StopLines } from './stop-lines.ts';

const roundsMax = 16;

/** Changes that are no advance: what stands there is looked at, and written anew unless someone else came between. */
export class Edits {
  readonly #rows: Rows;
  readonly #lines: StopLines;

  constructor(rows: Rows, lines: StopLines) {
    this.#rows = rows;
    this.#lines = lines;
  }

  /** Merges a mark into a row. @returns what it holds then. @throws Fault `store_unavailable`, `store_corrupt` */
  async raiseRow(key: RowKey, { lane, mark, budget }: { lane: Lane; mark: Mark; budget: Budget }): Promise<Mark> {
    const change = (row: Row): Row => ({ ...row, mark: row.mark === null ? mark : merge(row.mark, mark) });
    const { mark: held } = await this.#edit(key, { lane, budget, change });
    return held ?? mark;
  }

  /** @throws Fault `store_unavailable`, `store_corrupt` */
  async setClosed(
    key: RowKey,
    { lane, closed, budget }: { lane: Lane; closed: boolean; budget: Budget },
  ): Promise<void> {
    await this.#edit(key, { lane, budget, change: (row) => ({ ...row, closed }) });
  }

  async #edit(
    key: RowKey,
    { lane, budget, change }: { lane: Lane; budget: Budget; change: (row: Row) => Row },
  ): Promise<Row> {
    for (let round = 1; round <= roundsMax; round += 1) {
      const item = await this.#rows.look(key, budget);
      const row = item === null ? await this.#newRow(lane) : readRow(item, lane);
      const next = change(row);
      if (isSame(row, next)) return next;
      const { won } = await this.#rows.put(itemOf(key, lane, next), isUnchanged(item), budget);
      if (won) return next;
    }
    throw new Fault('store_unavailable', 'other writers kept changing the lane; ask again');
  }

  /** A line that is drawn after this is not missed: whoever advances the lane first reads the record again. */
  async #newRow(lane: Lane): Promise<Row> {
    if (lane.chain !== 'ethereum') return noRow;
    return { ...noRow, stamp: lineOf(await this.#lines.read(), lane) };
  }
}

function isSame(a: Row, b: Row): boolean {
  if (a.closed !== b.closed || a.stamp !== b.stamp) return false;
  if (a.mark === null || b.mark === null) return a.mark === b.mark;
  const { height, round, floor, root } = a.mark;
  return height === b.mark.height && round === b.mark.round && floor === b.mark.floor && root === b.mark.root;
}
