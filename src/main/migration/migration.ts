import { Fault } from '../../base/fault.ts';
import { laneId } from '../../protection/lane.ts';
import { type LaneState, type Mark, merge } from '../../protection/mark.ts';
import type { Stop } from '../../protection/stop.ts';
import type { LaneRecord, MarkStore } from '../../protection/store.ts';

/** So many lanes are asked for at once: stores join them into few commits. */
const together = 256;

export interface MigrationParts {
  readonly from: MarkStore;
  readonly to: MarkStore;
  /** Told of each lane once it is done, or once it is known what would be done. */
  readonly onLane: (result: LaneResult) => void;
}

/** What becomes, or would become, of one lane at the target. */
export interface LaneResult {
  readonly lane: string;
  readonly change: 'raised' | 'closed' | 'raised and closed' | 'stands';
  readonly before: LaneState;
  readonly after: LaneState;
}

export interface MigrationSummary {
  readonly lanes: number;
  readonly raised: number;
  readonly closed: number;
  /** Stop lines that are drawn, or drawn lower, at the target. */
  readonly lines: number;
}

/**
 * Takes the marks of one store over into another. Marks only rise, closed lanes stay closed, stop lines only get lower:
 * doing it twice, or again after it was broken off anywhere, ends in the same state.
 */
export class Migration {
  readonly #parts: MigrationParts;

  constructor(parts: MigrationParts) {
    this.#parts = parts;
  }

  /** Says what would change, and changes nothing. @throws Fault of either store */
  async plan(): Promise<MigrationSummary> {
    return await this.#each(async (record) => {
      const before = await this.#parts.to.read(record.lane);
      return resultOf(record, before);
    }, false);
  }

  /** @throws Fault of either store; what was taken over by then stays */
  async run(): Promise<MigrationSummary> {
    return await this.#each((record) => this.#takeOver(record), true);
  }

  /**
   * Reads every lane back: the target must refuse whatever the source refuses.
   *
   * @throws Fault `store_failed` when a lane of the target stands lower than the source's
   */
  async verify(): Promise<void> {
    const { from, to } = this.#parts;
    for await (const batch of batches(from.list())) {
      await Promise.all(
        batch.map(async (record) => {
          if (!covers(await to.read(record.lane), record)) throw notCovered(laneId(record.lane));
        }),
      );
    }
    for (const [network, line] of await from.stops()) {
      const held = (await to.stops()).get(network) ?? null;
      if (held === null || held.slot > line.slot || held.epoch > line.epoch) throw notCovered(`the line of ${network}`);
    }
  }

  async #each(step: (record: LaneRecord) => Promise<LaneResult>, write: boolean): Promise<MigrationSummary> {
    const { from, onLane } = this.#parts;
    const lines = await this.#drawLines(write);
    const summary = { lanes: 0, raised: 0, closed: 0, lines };
    for await (const batch of batches(from.list())) {
      for (const result of await Promise.all(batch.map(step))) {
        summary.lanes += 1;
        if (result.change.startsWith('raised')) summary.raised += 1;
        if (result.change.endsWith('closed')) summary.closed += 1;
        onLane(result);
      }
    }
    return summary;
  }

  async #takeOver(record: LaneRecord): Promise<LaneResult> {
    const { lane, mark, closed } = record;
    const { to } = this.#parts;
    const before = await to.read(lane);
    const result = resultOf(record, before);
    if (mark !== null && result.change.startsWith('raised')) await to.raise(lane, mark);
    if (closed && !before.closed) await to.close(lane);
    return result;
  }

  /** Before the marks: a line that is there early refuses more, not less. @returns how many change */
  async #drawLines(write: boolean): Promise<number> {
    const { from, to } = this.#parts;
    const held = await to.stops();
    let changed = 0;
    for (const [network, line] of await from.stops()) {
      const before = held.get(network) ?? null;
      const after = lower(before, line);
      if (before !== null && before.slot === after.slot && before.epoch === after.epoch) continue;
      changed += 1;
      if (write) await to.setStop(network, after);
    }
    return changed;
  }
}

function resultOf({ lane, mark, closed }: LaneRecord, before: LaneState): LaneResult {
  const merged = mergedWith(before.mark, mark);
  const raises = merged !== null && !sameMark(before.mark, merged);
  const closes = closed && !before.closed;
  const change = raises ? (closes ? 'raised and closed' : 'raised') : closes ? 'closed' : 'stands';
  return { lane: laneId(lane), change, before, after: { mark: merged, closed: before.closed || closed } };
}

/** Does a lane in this state refuse whatever the record refuses? */
function covers(state: LaneState, { mark, closed }: LaneRecord): boolean {
  const merged = mergedWith(state.mark, mark);
  return (merged === null || sameMark(state.mark, merged)) && (state.closed || !closed);
}

function mergedWith(held: Mark | null, mark: Mark | null): Mark | null {
  if (held === null || mark === null) return held ?? mark;
  return merge(held, mark);
}

function sameMark(a: Mark | null, b: Mark): boolean {
  return a !== null && a.height === b.height && a.round === b.round && a.floor === b.floor && a.root === b.root;
}

function lower(a: Stop | null, b: Stop): Stop {
  if (a === null) return b;
  return { slot: a.slot < b.slot ? a.slot : b.slot, epoch: a.epoch < b.epoch ? a.epoch : b.epoch };
}

async function* batches(records: AsyncIterable<LaneRecord>): AsyncIterable<readonly LaneRecord[]> {
  let batch: LaneRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < together) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function notCovered(what: string): Fault {
  const text =
    `${what} stands lower at the target than at the source: does a signer still run on the source? ` +
    'Stop it and run this again; what was taken over is kept';
  return new Fault('store_failed', text);
}
