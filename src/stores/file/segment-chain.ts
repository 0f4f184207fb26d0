import { assert, type Fault, isFault } from '../../base/fault.ts';
import { fatalFault } from './disk-fault.ts';
import type { Folder } from './folder.ts';
import { Segment } from './segment.ts';

export interface SegmentChainOptions {
  readonly folder: Folder;
  readonly identity: string;
  /** The size of each segment; a multiple of `blockBytes`. */
  readonly segmentBytes: number;
  /** The highest number that was ever given to a segment of this folder. */
  readonly lastNumber: number;
  /** Told when the next segment could not be made and nobody knows what is on the disk. */
  readonly onFatal: (fault: Fault) => void;
}

/** The segment that is being written, and the next one, which is made while this one fills. */
export class SegmentChain {
  readonly #options: SegmentChainOptions;
  #current: Segment | null = null;
  #lastNumber: number;
  /** Null when it was refused: it is tried again when it is needed. */
  #spare: Promise<Segment | null> = Promise.resolve(null);

  constructor(options: SegmentChainOptions) {
    this.#options = options;
    this.#lastNumber = options.lastNumber;
  }

  /** The number of the current segment; 0 when there is none. */
  get number(): number {
    return this.#current?.number ?? 0;
  }

  /** False when the batch does not fit, and when there is no segment. */
  hasRoom(bytes: number): boolean {
    return this.#current?.hasRoom(bytes) ?? false;
  }

  /** Goes on in a new segment. @throws Fault `store_unavailable`: nothing changed; `store_failed` */
  async turn(): Promise<void> {
    const next = (await this.#spare) ?? (await this.#create());
    await this.#leave();
    this.#current = next;
    this.#lastNumber = next.number;
    this.#spare = this.#prepare();
  }

  /** Makes the batch durable. When it throws, there is no current segment any more: what it holds is not known. */
  async append(batch: Buffer): Promise<void> {
    assert(this.#current !== null, 'there is a segment to append to');
    try {
      await this.#current.append(batch);
    } catch (error) {
      await this.#leave();
      throw error;
    }
  }

  async end(): Promise<void> {
    await (await this.#spare)?.close();
    await this.#leave();
  }

  async #create(): Promise<Segment> {
    const { folder, identity, segmentBytes: bytes } = this.#options;
    return await Segment.create(folder, { identity, number: this.#lastNumber + 1, bytes });
  }

  async #prepare(): Promise<Segment | null> {
    try {
      return await this.#create();
    } catch (error) {
      if (!isFault(error, 'store_unavailable'))
        this.#options.onFatal(fatalFault(error, 'make the next journal segment'));
      return null;
    }
  }

  /** Nothing depends on how the closing ends: what was acknowledged is durable. */
  async #leave(): Promise<void> {
    const left = this.#current;
    this.#current = null;
    await left?.close().catch(() => {});
  }
}
