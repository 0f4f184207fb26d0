import { randomUUID } from 'node:crypto';
import { assert, type Fault, isFault } from '../../base/fault.ts';
import { type LaneState, laneNeverSeen } from '../../protection/mark.ts';
import { cellBytes, type Entry, readCell, readState, saltOf, subjectOf, writeCell } from './cell.ts';
import { fatalFault } from './disk-fault.ts';
import { type Folder, temporaryEnd } from './folder.ts';
import { type JournalContent, readJournal, segmentsOf } from './journal-reader.ts';
import { LaneTable } from './lane-table.ts';
import { type FileStoreObserver, observed } from './observer.ts';
import { SegmentChain } from './segment-chain.ts';
import { blockBytes, segmentName } from './segment.ts';
import { writeSnapshot } from './snapshot.ts';
import { isOfStop, isOfTezos, type Subject } from './subject.ts';

export interface JournalOptions {
  readonly folder: Folder;
  /** The size of a segment; a multiple of `blockBytes`. */
  readonly segmentBytes: number;
  readonly observer: FileStoreObserver;
  /** Told when work in the background failed, and nobody knows what is on the disk. */
  readonly onFatal: (fault: Fault) => void;
}

/** So many segments are filled at least before a snapshot makes them unnecessary. */
const segmentsFilledMin = 2;
/** 256 KiB of cells. */
const entriesMaxUsual = 1024;

/**
 * A journal with snapshots: a commit is one write behind the last one and one fdatasync. When a segment is full the
 * next one is ready; when the journal has outgrown the lanes it is about, a snapshot of them is written while commits
 * go on, and the old segments are removed.
 *
 * `begin` and `write` are called one at a time (by a CommitQueue).
 */
export class Journal {
  readonly identity: string;
  readonly #options: JournalOptions;
  readonly #chain: SegmentChain;
  readonly #salt: number;
  readonly #table: LaneTable;
  /** Used again for each batch: there is one at a time. */
  readonly #batch: Buffer;
  #nextSequence: number;
  /** Must a snapshot come before the next write? At the start, and after a write that was refused. */
  #stale = true;
  #segmentsFilled = 0;
  #compaction: Promise<void> | null = null;

  private constructor(options: JournalOptions, content: JournalContent, lastNumber: number) {
    const { identity, nextSequence, table } = content;
    this.#options = options;
    this.#chain = new SegmentChain({ ...options, identity, lastNumber });
    this.#salt = saltOf(identity);
    this.#table = table;
    this.#nextSequence = nextSequence;
    this.#batch = Buffer.alloc(wholeBlocks(this.entriesMax));
    this.identity = identity;
  }

  /**
   * Reads what there is; where there is nothing, the journal is new and so is its identity. Changes nothing.
   *
   * @throws Fault `store_corrupt`; the system's error
   */
  static async load(options: JournalOptions): Promise<Journal> {
    const content = await observed(options.observer, 'read', async () => await readJournal(options.folder));
    const fresh = { identity: randomUUID(), nextSequence: 1, table: new LaneTable() };
    return new Journal(options, content ?? fresh, (await segmentsOf(options.folder)).at(-1) ?? 0);
  }

  /** The most that one `write` takes. */
  get entriesMax(): number {
    return Math.min(entriesMaxUsual, (this.#options.segmentBytes - blockBytes) / cellBytes);
  }

  read(subject: Subject): LaneState {
    const cell = this.#table.find(subject);
    return cell === null ? laneNeverSeen : readState(cell);
  }

  /** Everything that was ever written, in its last state. */
  *entries(): Iterable<Entry> {
    for (const cell of this.#table.cells()) yield readCell(cell);
  }

  /** The same, of Tezos alone: few, where there may be very many others. */
  *tezosEntries(): Iterable<Entry> {
    yield* this.#entriesOf(isOfTezos);
  }

  /** Every stop line that was ever drawn; those that were taken away have no mark. */
  *stopEntries(): Iterable<Entry> {
    yield* this.#entriesOf(isOfStop);
  }

  /**
   * Writes anew all that was read, with `entries` added, so that every answer rests on what this process has made
   * durable itself: what it found may be the unfinished work of a process that died, and may stand in the page cache
   * alone.
   */
  async begin(entries: readonly Entry[]): Promise<void> {
    // A name that a killed process gave must not vanish under the names that are given now.
    await this.#options.folder.sync();
    await this.#removeTemporaries();
    await this.#renew();
    for (let done = 0; done < entries.length; done += this.entriesMax) {
      await this.write(entries.slice(done, done + this.entriesMax));
    }
  }

  /**
   * Makes the entries durable, all together, and only then remembers them.
   *
   * @param entries one per subject
   * @throws Fault `store_unavailable`, `store_failed`
   */
  async write(entries: readonly Entry[]): Promise<void> {
    assert(entries.length <= this.entriesMax, 'a batch fits a segment');
    if (this.#stale) await this.#renew();
    const batch = this.#encode(entries);
    if (!this.#chain.hasRoom(batch.length)) await this.#turn();
    try {
      await this.#chain.append(batch);
    } catch (error) {
      this.#stale = true;
      throw error;
    }
    this.#nextSequence += entries.length;
    for (const index of entries.keys()) this.#table.put(cellAt(batch, index));
  }

  async end(): Promise<void> {
    await this.#compaction;
    await this.#chain.end();
  }

  *#entriesOf(isWanted: (subject: Buffer) => boolean): Iterable<Entry> {
    for (const cell of this.#table.cells()) {
      if (isWanted(subjectOf(cell))) yield readCell(cell);
    }
  }

  #encode(entries: readonly Entry[]): Buffer {
    const batch = this.#batch.subarray(0, wholeBlocks(entries.length)).fill(0);
    for (const [index, entry] of entries.entries()) {
      const place = { sequence: this.#nextSequence + index, index, batch: entries.length };
      writeCell(cellAt(batch, index), entry, place, this.#salt);
    }
    return batch;
  }

  /** A new snapshot and an empty segment behind it. */
  async #renew(): Promise<void> {
    await this.#compaction;
    if (!this.#chain.hasRoom(blockBytes)) await this.#chain.turn();
    await this.#snapshot();
    this.#stale = false;
  }

  async #turn(): Promise<void> {
    await this.#chain.turn();
    this.#segmentsFilled += 1;
    const outgrown = this.#segmentsFilled * this.#options.segmentBytes >= this.#table.size * cellBytes;
    if (outgrown && this.#segmentsFilled >= segmentsFilledMin) this.#compaction ??= this.#compact();
  }

  /** Runs beside the commits. A refusal (a full disk) costs nothing but room: it is tried again later. */
  async #compact(): Promise<void> {
    try {
      await this.#snapshot();
    } catch (error) {
      const fault = fatalFault(error, 'write a snapshot');
      if (isFault(fault, 'store_unavailable')) this.#options.observer.warn(fault.message, fault.facts);
      else this.#options.onFatal(fault);
    } finally {
      this.#compaction = null;
    }
  }

  /** All that was written before the current segment stands in the snapshot then. */
  async #snapshot(): Promise<void> {
    const { folder } = this.#options;
    const firstSegment = this.#chain.number;
    this.#segmentsFilled = 0;
    const content = { identity: this.identity, nextSequence: this.#nextSequence, table: this.#table };
    await writeSnapshot(folder, { ...content, firstSegment });
    await removeSegments(folder, firstSegment);
  }

  async #removeTemporaries(): Promise<void> {
    const { folder } = this.#options;
    for (const { name } of await folder.list()) {
      if (name.endsWith(temporaryEnd)) await folder.remove(name);
    }
  }
}

/** Removes what the snapshot made unnecessary. What stays is passed over at the next start, and removed then. */
async function removeSegments(folder: Folder, end: number): Promise<void> {
  const numbers = await segmentsOf(folder).catch(() => []);
  for (const number of numbers.filter((one) => one < end)) await folder.remove(segmentName(number)).catch(() => {});
}

/** The bytes of the blocks that so many cells take. */
function wholeBlocks(cells: number): number {
  return Math.ceil((cells * cellBytes) / blockBytes) * blockBytes;
}

function cellAt(batch: Buffer, index: number): Buffer {
  return batch.subarray(index * cellBytes, (index + 1) * cellBytes);
}
