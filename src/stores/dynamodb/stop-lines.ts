import { CommitQueue } from '../../base/commit-queue.ts';
import { Fault } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import type { Stop } from '../../protection/stop.ts';
import { isUnchanged } from './condition.ts';
import { readRow } from './row.ts';
import { laneRowOf } from './lane-row.ts';
import type { Rows } from './rows.ts';
import { noStopRecord, readStopRecord, stopItem, stopKey, type StopRecord } from './stop-record.ts';

/** The most that wait for one reading. */
const waitingMax = 16_384;
const stampsAtOnce = 32;
const attemptsMax = 8;
const recordAttributes = ['revision'];

/** The stop lines: recorded in one row, and stamped on each lane's row, whose own condition then refuses. */
export class StopLines {
  readonly #rows: Rows;
  readonly #readings: CommitQueue<null, StopRecord>;
  #known: StopRecord | null = null;

  constructor(rows: Rows) {
    this.#rows = rows;
    this.#readings = new CommitQueue(async (jobs) => {
      const record = await this.#look();
      return jobs.map(() => record);
    }, waitingMax);
  }

  /** What was read last, however long ago. */
  async known(): Promise<StopRecord> {
    return this.#known ?? (await this.read());
  }

  /** As it is recorded now: the reading begins after this was called. Those who come while one runs share the next. */
  async read(): Promise<StopRecord> {
    return await this.#readings.submit(null);
  }

  /**
   * Records the line, then stamps the lanes. When this returns, each row that is there carries it, and who makes a new
   * row reads the record after that: nobody passes the line.
   *
   * @throws Fault `store_unavailable`: the line may hold for some lanes; ask again
   */
  async set(network: string, stop: Stop | null): Promise<void> {
    let record = await this.#write(network, stop);
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      await this.#stampAll(network, record.stops.get(network) ?? null);
      const now = await this.read();
      if (now.revision === record.revision) return;
      // Someone else moved a line meanwhile; whoever comes last stamps what is recorded.
      record = now;
    }
    throw new Fault('store_unavailable', 'others keep moving the stop lines; ask again when they have finished');
  }

  async #look(): Promise<StopRecord> {
    const item = await this.#rows.look(stopKey, this.#rows.budgets.signing({ chain: 'ethereum' }));
    this.#known = item === null ? noStopRecord : readStopRecord(item);
    return this.#known;
  }

  async #write(network: string, stop: Stop | null): Promise<StopRecord> {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const item = await this.#rows.look(stopKey, this.#rows.budgets.patient());
      const { stops, revision } = item === null ? noStopRecord : readStopRecord(item);
      const next = new Map(stops);
      if (stop === null) next.delete(network);
      else next.set(network, stop);
      const record: StopRecord = { stops: next, revision: revision + 1n };
      const { won } = await this.#rows.put(
        stopItem(record),
        isUnchanged(item, recordAttributes),
        this.#rows.budgets.patient(),
      );
      if (won) return record;
    }
    throw new Fault('store_unavailable', 'others keep moving the stop lines; ask again when they have finished');
  }

  async #stampAll(network: string, stop: Stop | null): Promise<void> {
    for await (const items of this.#rows.scan()) {
      const stamps: (() => Promise<void>)[] = [];
      for (const item of items) {
        const found = laneRowOf(item);
        if (found === null || found.lane.chain !== 'ethereum' || found.lane.network !== network) continue;
        const line = lineFor(found.lane, stop);
        if (readRow(item, found.lane).stamp === line) continue;
        stamps.push(() => this.#rows.stamp(found.key, line, this.#rows.budgets.patient()));
      }
      for (let at = 0; at < stamps.length; at += stampsAtOnce) {
        await Promise.all(stamps.slice(at, at + stampsAtOnce).map((stamp) => stamp()));
      }
    }
  }
}

/** The height at and above which a lane signs nothing, in its own unit; null for no line. */
export function lineOf({ stops }: StopRecord, lane: Lane): bigint | null {
  return lane.chain === 'ethereum' ? lineFor(lane, stops.get(lane.network) ?? null) : null;
}

function lineFor({ duty }: Pick<Lane, 'duty'>, stop: Stop | null): bigint | null {
  if (stop === null) return null;
  return duty === 'block' ? stop.slot : stop.epoch;
}
