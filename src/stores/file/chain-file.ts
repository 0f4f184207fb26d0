import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Fault, isFault } from '../../base/fault.ts';
import type { Duty, Lane } from '../../protection/lane.ts';
import { atLeast, type LaneState, type Mark } from '../../protection/mark.ts';
import type { LaneRecord } from '../../protection/store.ts';
import { WatermarkText } from '../../tezos/watermark-file.ts';
import type { WatermarkRecords } from '../../tezos/watermark-records.ts';
import type { Entry } from './cell.ts';
import type { FileFacts } from './disk.ts';
import { fatalFault } from './disk-fault.ts';
import type { Folder } from './folder.ts';
import type { Journal } from './journal.ts';
import type { LaneBook, Pages } from './lane-book.ts';
import { isLane, listedChain, type Subject } from './subject.ts';

/** What is known of a chain's file. */
export interface ChainContent {
  readonly records: WatermarkRecords;
  /** What the file looked like when it was read; null when there is none yet. */
  readonly facts: FileFacts | null;
}

export interface ChainFileOptions extends ChainContent {
  readonly folder: Folder;
  /** The chain id, `Net…`. */
  readonly network: string;
  readonly journal: Journal;
  /** Where every state stands a second time, and that the file exists. */
  readonly journalBook: LaneBook;
}

/**
 * One chain's watermarks in the form that Signatory keeps them, in its place: `<chain id>.json`, replaced whole by each
 * commit. That form knows no checksum and no closed lane, so every state stands in the journal as well: at the next
 * start the higher of the two holds.
 */
export class ChainFile implements Pages {
  readonly #options: ChainFileOptions;
  readonly #marks = new Map<string, Map<Duty, Mark>>();
  #text: WatermarkText;
  /** What this process wrote or read last: whatever else stands there is another's work. */
  #facts: FileFacts | null;
  #listed: boolean;

  constructor(options: ChainFileOptions) {
    this.#options = options;
    for (const [key, marks] of options.records) this.#marks.set(key, new Map(marks));
    this.#text = new WatermarkText(this.#marks);
    this.#facts = options.facts;
    this.#listed = options.facts !== null;
  }

  knows(key: string): boolean {
    return this.#marks.has(key);
  }

  read(subject: Subject): LaneState {
    const mark = isLane(subject) ? this.#marks.get(subject.key)?.get(subject.duty) : undefined;
    return { mark: mark === undefined ? null : { ...mark }, closed: this.#options.journal.read(subject).closed };
  }

  /**
   * The file and the journal at once. When one is refused the other may have it: nobody was told, so nobody is bound.
   */
  async write(entries: readonly Entry[]): Promise<void> {
    const marks = entries.flatMap((entry) => this.#changedMark(entry));
    try {
      await bothDone(this.#writeFile(marks), this.#writeJournal(entries));
      if (!this.#listed) await this.#list();
    } catch (error) {
      this.#text = new WatermarkText(this.#marks);
      throw error;
    }
    for (const { key, duty, mark } of marks) this.#remember(key, duty, mark);
  }

  /** Every lane that has a mark here. */
  *records(): Iterable<LaneRecord> {
    for (const [key, marks] of this.#marks) {
      for (const duty of marks.keys()) {
        const lane: Lane = { chain: 'tezos', network: this.#options.network, key, duty };
        yield { lane, ...this.read(lane) };
      }
    }
  }

  #changedMark({ subject, mark }: Entry): readonly ChangedMark[] {
    if (!isLane(subject) || mark === null) return [];
    const same = isDeepStrictEqual(mark, this.read(subject).mark);
    return same ? [] : [{ key: subject.key, duty: subject.duty, mark }];
  }

  async #writeFile(marks: readonly ChangedMark[]): Promise<void> {
    if (marks.length === 0) return;
    for (const { key, duty, mark } of marks) this.#text.set(key, duty, mark);
    this.#facts = await this.#replace(Buffer.from(this.#text.text()));
  }

  async #writeJournal(entries: readonly Entry[]): Promise<void> {
    const changes = entries.map(({ subject, mark, closed }) =>
      this.#options.journalBook.change(subject, (state) => ({ mark: higher(state.mark, mark), closed })),
    );
    await Promise.all(changes);
  }

  async #replace(bytes: Buffer): Promise<FileFacts> {
    const { folder, network } = this.#options;
    return await folder.replace(chainFileName(network), {
      temporary: watermarkTemporary(),
      fill: async (file) => await file.write(bytes, 0),
      check: async () => await this.#checkUntouched(),
    });
  }

  /** Signatory knows no lock: if it still runs on this folder, this is how it shows. */
  async #checkUntouched(): Promise<void> {
    const { folder, network } = this.#options;
    const name = chainFileName(network);
    const found = await folder.look(name);
    if (isDeepStrictEqual(found, this.#facts)) return;
    const what = found === null ? 'was removed' : 'was written by another program';
    const text =
      `${folder.pathOf(name)} ${what} while Tidemark keeps its marks there; nothing more is signed. ` +
      'Stop the other program (a Signatory on the same base_dir?) or put the file back, then restart';
    throw new Fault('store_failed', text, { facts: { path: folder.pathOf(name) } });
  }

  /** Comes after the file: a chain that is listed without a file would stop the next start. */
  async #list(): Promise<void> {
    if (this.#facts === null) return;
    await this.#options.journalBook.change(listedChain(this.#options.network), (state) => ({ ...state }));
    this.#listed = true;
  }

  #remember(key: string, duty: Duty, mark: Mark): void {
    const marks = this.#marks.get(key) ?? new Map<Duty, Mark>();
    this.#marks.set(key, marks.set(duty, mark));
  }
}

interface ChangedMark {
  readonly key: string;
  readonly duty: Duty;
  readonly mark: Mark;
}

/** A mark that the journal has, and that was refused here, stays there: nothing is ever lowered. */
function higher(held: Mark | null, mark: Mark | null): Mark | null {
  return held !== null && (mark === null || !atLeast(mark, held)) ? held : mark;
}

/** Waits for both, so that nothing runs on into the next commit; what cannot be mended goes before what was refused. */
async function bothDone(...work: readonly Promise<void>[]): Promise<void> {
  const errors = (await Promise.allSettled(work)).flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  );
  const worst = errors.find((error) => !isFault(error, 'store_unavailable')) ?? errors[0];
  if (worst !== undefined) throw fatalFault(worst, 'record marks');
}

export function chainFileName(network: string): string {
  return `${network}.json`;
}

/** A name for a file that is being written, like Signatory's own: it never ends in `.json`. */
export function watermarkTemporary(): string {
  return `watermark${randomInt(2 ** 47)}`;
}
