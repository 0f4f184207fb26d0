import {
  entryText,
  type InterchangeEntry,
  interchangeFoot,
  interchangeHead,
  interchangeJoint,
} from '../../ethereum/interchange.ts';
import type { Lane } from '../../protection/lane.ts';
import type { Mark } from '../../protection/mark.ts';
import type { LaneRecord, MarkStore } from '../../protection/store.ts';

export interface ExportOptions {
  readonly store: MarkStore;
  /** The genesis validators root: a file is of one network. */
  readonly network: string;
  /** These keys alone, each whether it has signed or not; null for all that the store knows of the network. */
  readonly keys: readonly string[] | null;
}

export interface ExportSummary {
  readonly genesis_validators_root: string;
  readonly keys: number;
  readonly marks: number;
}

/** So many keys are looked up at once, and so many texts joined into one piece. */
const together = 64;
/** Stores that list a key's lanes apart keep them in memory anyway; more keys than this may then come twice. */
const rememberedMax = 200_000;

/**
 * The marks of a store as the text of an interchange file, in the order in which the store lists them. It takes the
 * same memory however many keys there are. Signing may go on: of each key the text has what was recorded when it was
 * looked at.
 */
export class MarkExport {
  readonly #options: ExportOptions;
  #keys = 0;
  #marks = 0;

  constructor(options: ExportOptions) {
    this.#options = options;
  }

  /** What was told so far. */
  get summary(): ExportSummary {
    return { genesis_validators_root: this.#options.network, keys: this.#keys, marks: this.#marks };
  }

  /** @throws Fault of the store: what was told before is no whole file then */
  async *pieces(): AsyncIterable<string> {
    yield interchangeHead(this.#options.network);
    for await (const entries of batches(this.#entries())) {
      const joint = this.#keys === 0 ? '' : interchangeJoint;
      for (const entry of entries) this.#count(entry);
      yield joint + entries.map(entryText).join(interchangeJoint);
    }
    yield interchangeFoot;
  }

  #count({ block, attestation }: InterchangeEntry): void {
    this.#keys += 1;
    this.#marks += [block, attestation].filter((mark) => mark !== null).length;
  }

  async *#entries(): AsyncIterable<InterchangeEntry> {
    const groups = this.#options.keys === null ? this.#listed() : this.#chosen(this.#options.keys);
    for await (const batch of batches(groups)) {
      yield* await Promise.all(batch.map(async (group) => await this.#whole(group)));
    }
  }

  async *#chosen(keys: readonly string[]): AsyncIterable<Group> {
    for (const key of new Set(keys)) yield { key, marks: new Map() };
  }

  /** Neighbours of one key are taken together; one that comes again later was told as a whole the first time. */
  async *#listed(): AsyncIterable<Group> {
    const told = new Set<string>();
    let group = null as Group | null;
    for await (const record of this.#options.store.list()) {
      const { chain, network, key, duty } = record.lane;
      if (chain !== 'ethereum' || network !== this.#options.network) continue;
      if (group?.key !== key) {
        if (group !== null) yield group;
        group = null;
        if (told.has(key)) continue;
        if (told.size < rememberedMax) told.add(key);
        group = { key, marks: new Map() };
      }
      group.marks.set(duty, record.mark);
    }
    if (group !== null) yield group;
  }

  /** A lane that was not listed beside the other is asked for. */
  async #whole({ key, marks }: Group): Promise<InterchangeEntry> {
    const [block, attestation] = await Promise.all([
      this.#mark(key, 'block', marks),
      this.#mark(key, 'attestation', marks),
    ]);
    return { key, block, attestation };
  }

  async #mark(key: string, duty: 'block' | 'attestation', marks: Group['marks']): Promise<Mark | null> {
    const known = marks.get(duty);
    if (known !== undefined) return known;
    const { store, network } = this.#options;
    return (await store.read({ chain: 'ethereum', network, key, duty })).mark;
  }
}

interface Group {
  readonly key: string;
  readonly marks: Map<Lane['duty'], LaneRecord['mark']>;
}

async function* batches<T>(all: AsyncIterable<T>): AsyncIterable<readonly T[]> {
  let batch: T[] = [];
  for await (const each of all) {
    batch.push(each);
    if (batch.length < together) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
