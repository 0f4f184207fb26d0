import { errnoOf, Fault, isFault, messageOf } from '../../base/fault.ts';
import { parseWatermarkV2 } from '../../tezos/watermark-file.ts';
import { type ChainContent, chainFileName } from './chain-file.ts';
import { vanished } from './corrupt.ts';
import type { Disk } from './disk.ts';
import { Folder } from './folder.ts';
import { Journal } from './journal.ts';
import { LaneBook } from './lane-book.ts';
import { openWatermarkFolder, watermarkFolderName } from './migration.ts';
import type { FileStoreObserver } from './observer.ts';
import { entriesMissing, marksBehind } from './reconcile.ts';
import { StoreLife } from './store-life.ts';
import { leftoversOf, probe, readWatermarks } from './watermark-folder.ts';
import { Watermarks } from './watermarks.ts';

/** What an open store consists of. */
export interface StoreParts {
  readonly life: StoreLife;
  readonly journal: Journal;
  readonly journalBook: LaneBook;
  readonly watermarks: Watermarks;
  /** Gives everything back, the lock last. */
  readonly release: () => Promise<void>;
}

export interface PartsOptions {
  readonly baseDir: string;
  readonly setting: string;
  readonly observer: FileStoreObserver;
  readonly disk: Disk;
  readonly segmentBytes: number;
}

const ownFolderName = 'protection';
const ownFolderMode = 0o700;
const lockName = 'lock';
const pidBytesMax = 32;

/**
 * Opens the store: the lock first, then everything is read and judged, and only then is anything written.
 *
 * @throws Fault `config_invalid`, `store_in_use`, `addon_missing`, `store_corrupt`, `store_failed`
 */
export async function openParts(options: PartsOptions): Promise<StoreParts> {
  const held: (() => Promise<void>)[] = [];
  const release = async (): Promise<void> => {
    // What was acknowledged is durable, so nothing depends on how a close ends.
    for (const close of held.splice(0).reverse()) await close().catch(() => {});
  };
  try {
    return { ...(await new Opening(options, held).run()), release };
  } catch (error) {
    await release();
    throw startFault(error, options);
  }
}

/** One start of the store. Whatever it opens it hands over to be closed. */
class Opening {
  readonly #options: PartsOptions;
  readonly #held: (() => Promise<void>)[];
  readonly #life = new StoreLife();

  constructor(options: PartsOptions, held: (() => Promise<void>)[]) {
    this.#options = options;
    this.#held = held;
  }

  async run(): Promise<Omit<StoreParts, 'release'>> {
    const base = this.#hold(await this.#openBase());
    const own = this.#hold(await base.makeFolder(ownFolderName, ownFolderMode));
    await this.#lock(own);
    const journal = await this.#loadJournal(own);
    const listed = chainsOf(journal);
    const folder = this.#hold(await this.#openWatermarks(base, listed));
    const contents = await this.#readWatermarks(folder, listed);
    await probe(folder);
    await journal.begin([...entriesMissing(journal, contents)]);
    const { observer } = this.#options;
    const life = this.#life;
    const pages = { read: journal.read.bind(journal), write: journal.write.bind(journal) };
    const journalBook = new LaneBook({ pages, life, observer, jobsMax: journal.entriesMax });
    const watermarks = new Watermarks({ folder, journal, journalBook, life, observer }, contents);
    await this.#bringUp(journal, watermarks);
    return { life, journal, journalBook, watermarks };
  }

  /**
   * A watermark file is never behind an answer: what only the journal knows is written there before anything is asked.
   */
  async #bringUp(journal: Journal, watermarks: Watermarks): Promise<void> {
    const behind = [...marksBehind(journal, watermarks)];
    if (behind.length === 0) return;
    const text =
      'watermark files were behind the journal, as after a crash or when an older copy was put back; they are brought up to it';
    this.#options.observer.warn(text, { lanes: behind.length });
    await Promise.all(behind.map(async ({ lane, mark }) => await watermarks.bookOf(lane).raise(lane, mark)));
  }

  #hold(folder: Folder): Folder {
    this.#held.push(async () => await folder.close());
    return folder;
  }

  async #openBase(): Promise<Folder> {
    const { baseDir, setting, disk, observer } = this.#options;
    try {
      const path = await disk.realPath(baseDir);
      if (await disk.isRemote(path)) {
        observer.warn(
          `${setting} ${baseDir} lies on a network file system: its locks and its fsync are another machine's word`,
          {},
        );
      }
      return await Folder.open(disk, path);
    } catch (error) {
      const text = `${setting} ${baseDir} is not a directory that can be opened (${messageOf(error)}): create it, or set another ${setting}`;
      throw new Fault('config_invalid', text, { cause: error });
    }
  }

  async #lock(own: Folder): Promise<void> {
    const path = own.pathOf(lockName);
    const lock = await this.#options.disk.lock(path);
    if (lock === null) {
      const pid = await readPid(own);
      const text = `${path} is held by ${pid === null ? 'another process' : `process ${pid}`}: stop it first, or set another ${this.#options.setting}`;
      throw new Fault('store_in_use', text, { facts: { path, pid } });
    }
    this.#held.push(async () => await lock.release());
  }

  async #loadJournal(folder: Folder): Promise<Journal> {
    const { segmentBytes, observer } = this.#options;
    const journal = await Journal.load({ folder, segmentBytes, observer, onFatal: (fault) => this.#life.fail(fault) });
    this.#held.push(async () => await journal.end());
    return journal;
  }

  /** Never migrates over a folder that vanished: the older ones hold older marks. */
  async #openWatermarks(base: Folder, listed: ReadonlySet<string>): Promise<Folder> {
    if (listed.size > 0 && (await base.look(watermarkFolderName)) === null) {
      throw vanished(base.pathOf(watermarkFolderName), `this store keeps the marks of ${[...listed].join(', ')} there`);
    }
    return await openWatermarkFolder(base, this.#options.observer);
  }

  async #readWatermarks(folder: Folder, listed: ReadonlySet<string>): Promise<Map<string, ChainContent>> {
    const { observer } = this.#options;
    const contents = await readWatermarks(folder, parseWatermarkV2, observer);
    for (const network of listed) {
      if (!contents.has(network)) throw vanished(folder.pathOf(chainFileName(network)), 'it holds marks of this store');
    }
    const leftovers = await leftoversOf(folder);
    folder.discard(leftovers);
    if (leftovers.length > 0) {
      const text = `${folder.path} holds files that an earlier process did not finish; they are removed with the next commit`;
      observer.warn(text, { files: leftovers.join(' ') });
    }
    return contents;
  }
}

function chainsOf(journal: Journal): ReadonlySet<string> {
  const chains = new Set<string>();
  for (const { subject } of journal.tezosEntries()) {
    if (subject.duty === 'file') chains.add(subject.network);
  }
  return chains;
}

/** Null when the file does not tell (yet). */
async function readPid(own: Folder): Promise<number | null> {
  const file = await own.open(lockName, 'read');
  try {
    const bytes = Buffer.alloc(pidBytesMax);
    const pid = Number(bytes.toString('latin1', 0, await file.read(bytes, 0)));
    return pid > 0 ? pid : null;
  } finally {
    await file.close();
  }
}

const forbidden: ReadonlySet<string | null> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** At the start nothing goes on by itself: what was refused is told as what it is. */
function startFault(error: unknown, { baseDir, setting }: PartsOptions): Fault {
  if (isFault(error) && error.code !== 'store_unavailable') return error;
  const cause = isFault(error) ? error.cause : error;
  if (forbidden.has(errnoOf(cause))) {
    const text = `${setting} ${baseDir} cannot be used by this user (${messageOf(cause)}): give it to the user that runs Tidemark`;
    return new Fault('config_invalid', text, { cause });
  }
  return new Fault('store_failed', `the store in ${baseDir} does not open: ${messageOf(cause)}`, { cause });
}
