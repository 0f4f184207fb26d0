import { laneId } from '../../protection/lane.ts';
import { merge } from '../../protection/mark.ts';
import type { LaneRecord } from '../../protection/store.ts';
import { laneRowOf } from './lane-row.ts';
import type { Item } from './item.ts';
import { readRow } from './row.ts';
import type { Rows } from './rows.ts';

/**
 * Every lane of the table. Rows of one key stand together in a scan, though maybe on two pages, and several of them can
 * count for one lane.
 *
 * @throws Fault `store_corrupt` for a row that cannot be read, or is no mark
 */
export async function* lanesOf(rows: Rows): AsyncIterable<LaneRecord> {
  let idx = '';
  let lanes = new Map<string, LaneRecord>();
  for await (const items of rows.scan()) {
    for (const item of items) {
      const found = recordOf(item);
      if (found === null) continue;
      if (found.idx !== idx) {
        yield* worthListing(lanes);
        idx = found.idx;
        lanes = new Map();
      }
      const id = laneId(found.record.lane);
      const other = lanes.get(id);
      lanes.set(id, other === undefined ? found.record : joined(other, found.record));
    }
  }
  yield* worthListing(lanes);
}

function recordOf(item: Item): { idx: string; record: LaneRecord } | null {
  const found = laneRowOf(item);
  if (found === null) return null;
  const { mark, closed } = readRow(item, found.lane);
  return { idx: found.key.idx, record: { lane: found.lane, mark, closed } };
}

function joined(a: LaneRecord, b: LaneRecord): LaneRecord {
  const mark = a.mark === null || b.mark === null ? (a.mark ?? b.mark) : merge(a.mark, b.mark);
  return { lane: a.lane, mark, closed: a.closed || b.closed };
}

function* worthListing(lanes: ReadonlyMap<string, LaneRecord>): Iterable<LaneRecord> {
  for (const record of lanes.values()) if (record.mark !== null || record.closed) yield record;
}
