import { Fault } from '../../base/fault.ts';
import { type InterchangeEntry, type LaneMark, marksOf } from '../../ethereum/interchange.ts';
import { InterchangeReader } from '../../ethereum/interchange-reader.ts';
import type { Network } from '../../ethereum/network.ts';
import type { Mark } from '../../protection/mark.ts';
import type { MarkStore } from '../../protection/store.ts';
import type { EntryResult, ImportProgress, ImportSummary } from './import-summary.ts';
import type { InterchangeFile } from './interchange-file.ts';
import { KeyCount } from './key-count.ts';

export interface ImportMarksOptions {
  readonly store: MarkStore;
  /** What `checkInterchange` answered. */
  readonly network: Network;
  /** How many entries are handed to the store at once: they share its commits, and so do signatures meanwhile. */
  readonly together: number;
  /** Each entry's result; what it answers is waited for. */
  readonly onEntry: (result: EntryResult) => Promise<void> | void;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Ends the import between two batches. */
  readonly signal?: AbortSignal;
}

/** An entry as it waits for the store. */
interface Waiting {
  readonly entry: InterchangeEntry;
  readonly slashable: boolean;
}

/**
 * Merges the marks of a file that was checked into a store, entry by entry. Marks only rise, so that a file imported
 * again, as a whole or after a crash in the middle, gives the same.
 *
 * @throws Fault of the store; `shutting_down`; `config_invalid` when the file changed since it was checked: what was
 *   imported until then stays
 */
export async function importMarks(file: InterchangeFile, options: ImportMarksOptions): Promise<ImportSummary> {
  const run = new ImportRun(options);
  const waiting: Waiting[] = [];
  const reader = new InterchangeReader({
    entry: (entry, slashable) => waiting.push({ entry, slashable }),
    problem: ({ fault }) => {
      throw new Fault('config_invalid', `${file.name} was changed while it was imported: ${fault.message}`);
    },
  });
  let done = 0;
  for await (const piece of file.pieces()) {
    reader.write(piece);
    done += piece.length;
    while (waiting.length >= options.together) await run.take(waiting.splice(0, options.together));
    options.onProgress({ stage: 'importing', done, total: file.size });
  }
  await run.take(waiting);
  if (reader.end() !== options.network.genesisValidatorsRoot) {
    throw new Fault('config_invalid', `${file.name} was changed while it was imported: it is of another network now`);
  }
  return run.summary;
}

class ImportRun {
  readonly #options: ImportMarksOptions;
  readonly #keys = new KeyCount();
  #entries = 0;
  #marks = 0;
  #raised = 0;
  #slashable = 0;

  constructor(options: ImportMarksOptions) {
    this.#options = options;
  }

  get summary(): ImportSummary {
    const { name, genesisValidatorsRoot } = this.#options.network;
    return {
      network: name,
      genesis_validators_root: genesisValidatorsRoot,
      entries: this.#entries,
      keys: this.#keys.size,
      marks: this.#marks,
      raised: this.#raised,
      slashable: this.#slashable,
    };
  }

  async take(batch: readonly Waiting[]): Promise<void> {
    if (this.#options.signal?.aborted === true) {
      throw new Fault('shutting_down', 'the signer is shutting down; import the file again: what rose already stays');
    }
    const results = await Promise.all(batch.map(async (each) => await this.#merge(each)));
    for (const result of results) await this.#options.onEntry(result);
  }

  async #merge({ entry, slashable }: Waiting): Promise<EntryResult> {
    const marks = marksOf(entry, this.#options.network.genesisValidatorsRoot);
    const merged = await Promise.all(marks.map(async (each) => await raise(this.#options.store, each)));
    const raised = merged.filter(({ rose }) => rose).length;
    this.#keys.add(entry.key);
    this.#entries += 1;
    this.#marks += marks.length;
    this.#raised += raised;
    if (slashable) this.#slashable += 1;
    const of = (duty: 'block' | 'attestation') => merged.find(({ lane }) => lane.duty === duty)?.after;
    return {
      key: entry.key,
      block: heightText(of('block')),
      attestation: voteText(of('attestation')),
      result: marks.length === 0 ? 'empty' : raised > 0 ? 'raised' : 'kept',
      slashable,
    };
  }
}

interface Merged extends LaneMark {
  readonly after: Mark;
  readonly rose: boolean;
}

async function raise(store: MarkStore, { lane, mark }: LaneMark): Promise<Merged> {
  // Only to say what changed: the store merges by itself, whatever is signed in between.
  const { mark: before } = await store.read(lane);
  const after = await store.raise(lane, mark);
  const rose = before === null || before.height !== after.height || before.floor !== after.floor;
  return { lane, mark, after, rose };
}

function heightText(mark: Mark | undefined): string | null {
  return mark === undefined ? null : String(mark.height);
}

function voteText(mark: Mark | undefined): string | null {
  return mark === undefined ? null : `${mark.floor}-${mark.height}`;
}
