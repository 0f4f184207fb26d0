import { assert } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import type { LaneState, Mark, Verdict } from '../../protection/mark.ts';
import { checkStop, type Stop, type Stops } from '../../protection/stop.ts';
import type { Claim, LaneRecord, MarkStore } from '../../protection/store.ts';
import type { Disk } from './disk.ts';
import type { LaneBook } from './lane-book.ts';
import { nodeDisk } from './node-disk.ts';
import type { FileStoreObserver } from './observer.ts';
import { openParts, type StoreParts } from './open-parts.ts';
import { checkSubject, isLane, stopLine } from './subject.ts';

export interface FileStoreOptions {
  /** Signatory's `base_dir`: it must exist, and this process must be able to write it. */
  readonly baseDir: string;
  readonly observer: FileStoreObserver;
  /** The setting that names the directory, for messages: `base_dir` unless said otherwise. */
  readonly setting?: string;
  /** The system calls; tests bring their own. */
  readonly disk?: Disk;
  /** The size of a journal segment, a multiple of 4096: 4 MiB unless said otherwise; tests take less. */
  readonly segmentBytes?: number;
}

const segmentBytesUsual = 4 * 1024 * 1024;
const int32End = 2n ** 31n;
const uint64End = 2n ** 64n;
const rootPattern = /^[0-9a-f]{64}$/u;

/**
 * Marks in files of one directory, for one process: Tezos marks where and as Signatory keeps them
 * (`watermark_v2/<chain id>.json`), Ethereum marks and all closed lanes in a journal (`protection/`).
 * docs/adr/0005-file-store.md says why it is made like this, README.md beside this file what stands where.
 */
export class FileStore implements MarkStore {
  readonly backend = 'file';
  readonly durable = true;
  readonly remembers = true;
  readonly identity: string;
  readonly #parts: StoreParts;
  #end: Promise<void> | null = null;

  private constructor(parts: StoreParts) {
    this.#parts = parts;
    this.identity = parts.journal.identity;
  }

  /**
   * Opens the store of a directory, and makes it if there is none.
   *
   * @throws Fault `config_invalid` (the directory cannot be used), `store_in_use` (by another process),
   * `addon_missing`,
   *   `store_corrupt` (something there is damaged or missing), `store_failed` (the system refused something)
   */
  static async open({
    baseDir,
    observer,
    setting = 'base_dir',
    disk = nodeDisk,
    segmentBytes = segmentBytesUsual,
  }: FileStoreOptions): Promise<FileStore> {
    return new FileStore(await openParts({ baseDir, setting, observer, disk, segmentBytes }));
  }

  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    checkMark(lane, next);
    return await this.#bookOf(lane).advance(lane, next);
  }

  async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    return await Promise.all(claims.map(async ({ lane, next }) => await this.advance(lane, next)));
  }

  async raise(lane: Lane, mark: Mark): Promise<Mark> {
    checkMark(lane, mark);
    return await this.#bookOf(lane).raise(lane, mark);
  }

  async close(lane: Lane): Promise<void> {
    await this.#bookOf(lane).setClosed(lane, true);
  }

  async open(lane: Lane): Promise<void> {
    await this.#bookOf(lane).setClosed(lane, false);
  }

  async read(lane: Lane): Promise<LaneState> {
    const { life, journal, watermarks } = this.#parts;
    life.check();
    return lane.chain === 'tezos' ? watermarks.read(lane) : journal.read(lane);
  }

  async *list(): AsyncIterable<LaneRecord> {
    const { life, journal, watermarks } = this.#parts;
    life.check();
    yield* watermarks.records();
    for (const { subject, mark, closed } of journal.entries()) {
      if (!isLane(subject) || (mark === null && !closed)) continue;
      // A Tezos lane stands in the journal because it was closed; with its mark it has been listed already.
      if (subject.chain === 'ethereum' || watermarks.read(subject).mark === null) yield { lane: subject, mark, closed };
    }
  }

  async stops(): Promise<Stops> {
    const { life, journal } = this.#parts;
    life.check();
    const stops = new Map<string, Stop>();
    for (const { subject, mark } of journal.stopEntries()) {
      if (mark !== null) stops.set(subject.network, { slot: mark.height, epoch: mark.floor });
    }
    return stops;
  }

  async setStop(network: string, stop: Stop | null): Promise<void> {
    const { life, journalBook } = this.#parts;
    life.check();
    checkStop(network, stop);
    const mark = stop === null ? null : { height: stop.slot, round: 0n, floor: stop.epoch, root: null };
    await journalBook.change(stopLine(network), () => ({ mark, closed: false }));
  }

  async end(): Promise<void> {
    this.#end ??= this.#finish();
    await this.#end;
  }

  async #finish(): Promise<void> {
    const { life, journalBook, watermarks, release } = this.#parts;
    life.end();
    await watermarks.idle();
    await journalBook.idle();
    await release();
  }

  #bookOf(lane: Lane): LaneBook {
    const { life, journalBook, watermarks } = this.#parts;
    life.check();
    checkSubject(lane);
    return lane.chain === 'tezos' ? watermarks.bookOf(lane) : journalBook;
  }
}

/** What no file could hold is a programmer error, and must not reach the others of a commit. */
function checkMark({ chain }: Lane, { height, round, floor, root }: Mark): void {
  const end = chain === 'tezos' ? int32End : uint64End;
  const inRange = [height, round, floor].every((number) => number >= 0n && number < end);
  assert(inRange && (chain === 'ethereum' || floor === 0n), 'the numbers of a mark are those of its chain');
  assert(root === null || rootPattern.test(root), 'a root is 64 lower-case hex digits');
}
