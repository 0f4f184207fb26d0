import { assert } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import { type LaneState, laneNeverSeen } from '../../protection/mark.ts';
import type { LaneRecord } from '../../protection/store.ts';
import { parseKeyHash } from '../../tezos/key-hash.ts';
import { type ChainContent, ChainFile } from './chain-file.ts';
import type { Folder } from './folder.ts';
import type { Journal } from './journal.ts';
import { LaneBook } from './lane-book.ts';
import type { FileStoreObserver } from './observer.ts';
import type { StoreLife } from './store-life.ts';
import { isChainId } from './watermark-folder.ts';

export interface WatermarksOptions {
  readonly folder: Folder;
  readonly journal: Journal;
  readonly journalBook: LaneBook;
  readonly life: StoreLife;
  readonly observer: FileStoreObserver;
}

interface Chain {
  readonly file: ChainFile;
  readonly book: LaneBook;
}

/** The watermark files of all chains. Each commits by itself, so that no chain waits for another. */
export class Watermarks {
  readonly #options: WatermarksOptions;
  readonly #chains = new Map<string, Chain>();

  constructor(options: WatermarksOptions, contents: ReadonlyMap<string, ChainContent>) {
    this.#options = options;
    for (const [network, content] of contents) this.#add(network, content);
  }

  /** @throws Error for names that Signatory could not read back: a programmer error */
  bookOf({ network, key }: Lane): LaneBook {
    const chain = this.#chains.get(network) ?? this.#add(network, { records: new Map(), facts: null });
    if (!chain.file.knows(key)) parseKeyHash(key);
    return chain.book;
  }

  read(lane: Lane): LaneState {
    return this.#chains.get(lane.network)?.file.read(lane) ?? laneNeverSeen;
  }

  /** Every lane that has a mark. */
  *records(): Iterable<LaneRecord> {
    for (const { file } of this.#chains.values()) yield* file.records();
  }

  async idle(): Promise<void> {
    for (const { book } of this.#chains.values()) await book.idle();
  }

  #add(network: string, content: ChainContent): Chain {
    assert(isChainId(network), 'a Tezos lane names its chain');
    const file = new ChainFile({ ...this.#options, ...content, network });
    const chain = { file, book: new LaneBook({ ...this.#options, pages: file }) };
    this.#chains.set(network, chain);
    return chain;
  }
}
