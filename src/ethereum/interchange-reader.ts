import { Fault, isFault } from '../base/fault.ts';
import { type JsonScalar, JsonStream } from '../base/json-stream.ts';
import type { Mark } from '../protection/mark.ts';
import { Field } from './field.ts';
import { type InterchangeEntry, interchangeVersion } from './interchange.ts';
import { SignedHistory } from './signed-history.ts';

/** Is told what a file holds, entry by entry. What it throws ends the reading. */
export interface InterchangeSink {
  /** An entry of `data` that is whole and sound. @param slashable its own records contradict each other */
  entry(entry: InterchangeEntry, slashable: boolean): void;
  /** Something of an entry cannot be read, so nothing of that entry is told. */
  problem(problem: EntryProblem): void;
}

export interface EntryProblem {
  /** The place of the entry in `data`, from 0. */
  readonly index: number;
  /** Its key, as far as it was read before; null when it was not. */
  readonly key: string | null;
  readonly fault: Fault;
}

/** A key, a slot and a root take 100 bytes; comments of other programs may take more. */
const limits = { depthMax: 16, tokenBytesMax: 64 * 1024, membersMax: 64 };

type Role = 'file' | 'metadata' | 'data' | 'entry' | 'blocks' | 'votes' | 'block' | 'vote' | 'other';

/** Which container belongs where; what is not here is a text, or not ours. */
const containers: Readonly<Partial<Record<Role, Readonly<Record<string, Role>>>>> = {
  file: { metadata: 'metadata', data: 'data' },
  data: { '': 'entry' },
  entry: { signed_blocks: 'blocks', signed_attestations: 'votes' },
  blocks: { '': 'block' },
  votes: { '': 'vote' },
};
const lists: ReadonlySet<Role> = new Set<Role>(['data', 'blocks', 'votes']);
/** Where what is wrong concerns one entry alone. */
const entryRoles: ReadonlySet<Role> = new Set<Role>(['data', 'entry', 'blocks', 'votes', 'block', 'vote']);
/** What each must have. */
const required: Readonly<Partial<Record<Role, readonly string[]>>> = {
  file: ['metadata', 'data'],
  metadata: ['interchange_format_version', 'genesis_validators_root'],
  entry: ['pubkey', 'signed_blocks', 'signed_attestations'],
  block: ['slot'],
  vote: ['source_epoch', 'target_epoch'],
};

interface Container {
  readonly role: Role;
  /** The member that is being read. */
  name: string;
  /** Of a list: the index of the element that is being read. */
  index: number;
  readonly names: string[];
}

/**
 * Reads the text of an interchange file that comes in pieces. Members that the format does not know are passed over;
 * what it requires must be there, so that a misspelt list is not an empty one. A file of any length takes the same
 * memory: of each entry only the marks are kept.
 *
 * @throws Fault `json_*`, `field_missing`, `field_invalid` for what is wrong with the file as a whole; texts name the
 *   place in the document, the line and the byte
 */
export class InterchangeReader {
  readonly #sink: InterchangeSink;
  readonly #stream: JsonStream;
  readonly #open: Container[] = [];
  #root: string | null = null;
  #key: string | null = null;
  #sound = true;
  #history = new SignedHistory();
  #numbers: { slot?: bigint; source_epoch?: bigint; target_epoch?: bigint } = {};
  #signingRoot: string | null = null;

  constructor(sink: InterchangeSink) {
    this.#sink = sink;
    this.#stream = new JsonStream(
      {
        open: (kind) => this.#opened(kind),
        close: () => this.#closed(),
        key: (name) => this.#named(name),
        scalar: (value) => this.#scalar(value),
      },
      limits,
    );
  }

  /** `0x` and 64 lower-case hex digits; null as long as it was not read. */
  get genesisValidatorsRoot(): string | null {
    return this.#root;
  }

  write(piece: Uint8Array): void {
    this.#stream.write(piece);
  }

  /** The file is through. @returns its genesis validators root */
  end(): string {
    this.#stream.end();
    if (this.#root === null) throw new Fault('field_missing', 'interchange.metadata has no "genesis_validators_root"');
    return this.#root;
  }

  #named(name: string): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    open.name = name;
    open.names.push(name);
  }

  #opened(kind: 'object' | 'array'): void {
    const role = this.#nextRole();
    this.#begin();
    const fits = role === 'other' || (kind === 'array') === lists.has(role);
    if (!fits) this.#complain(`must be ${lists.has(role) ? 'a list' : 'an object'}`);
    if (role === 'other' && this.#isText()) this.#text(null);
    this.#open.push({ role: fits ? role : 'other', name: '', index: -1, names: [] });
    if (fits && role === 'entry') this.#beginEntry();
    if (fits && (role === 'block' || role === 'vote')) this.#beginSigned();
  }

  #closed(): void {
    const closed = this.#open.at(-1);
    if (closed === undefined) return;
    for (const name of required[closed.role] ?? []) {
      if (!closed.names.includes(name)) this.#complainOf(`has no "${name}"`);
    }
    this.#open.pop();
    if (closed.role === 'block') this.#endBlock();
    if (closed.role === 'vote') this.#endVote();
    if (closed.role === 'entry') this.#endEntry();
  }

  #scalar(value: JsonScalar): void {
    const role = this.#nextRole();
    this.#begin();
    if (role !== 'other') this.#complain(`must be ${lists.has(role) ? 'a list' : 'an object'}`);
    else if (this.#isText()) this.#text(value);
  }

  /** What a container that begins here has to be. */
  #nextRole(): Role {
    const open = this.#open.at(-1);
    if (open === undefined) return 'file';
    return containers[open.role]?.[open.name] ?? 'other';
  }

  #begin(): void {
    const open = this.#open.at(-1);
    if (open !== undefined) open.index += 1;
  }

  /** Does the format have a text here? */
  #isText(): boolean {
    const open = this.#open.at(-1);
    return open !== undefined && (texts[open.role]?.includes(open.name) ?? false);
  }

  /** @param value null for what is no text at all, such as a list */
  #text(value: JsonScalar): void {
    const { role, name } = this.#open.at(-1) ?? { role: 'other', name: '' };
    try {
      this.#take(name, Field.of(value, name));
    } catch (error) {
      if (!isFault(error)) throw error;
      this.#report(role, this.#placed(error, error.message.slice(name.length)));
    }
  }

  #take(name: string, field: Field): void {
    switch (name) {
      case 'interchange_format_version':
        if (field.text() !== interchangeVersion)
          throw field.wrong(`must be "${interchangeVersion}", the only version that is understood`);
        return;
      case 'genesis_validators_root':
        this.#root = `0x${field.hex(32)}`;
        return;
      case 'pubkey':
        this.#key = `0x${field.hex(48)}`;
        return;
      case 'signing_root':
        this.#signingRoot = rootOf(field);
        return;
      case 'slot':
      case 'source_epoch':
      case 'target_epoch':
        this.#numbers[name] = field.uint64();
    }
  }

  #beginEntry(): void {
    this.#key = null;
    this.#sound = true;
    this.#history = new SignedHistory();
  }

  #beginSigned(): void {
    this.#numbers = {};
    this.#signingRoot = null;
  }

  #endBlock(): void {
    const { slot } = this.#numbers;
    if (slot !== undefined) this.#history.addBlock(markOf(slot, 0n, this.#signingRoot));
  }

  #endVote(): void {
    const { source_epoch: source, target_epoch: target } = this.#numbers;
    if (source !== undefined && target !== undefined) this.#history.addVote(markOf(target, source, this.#signingRoot));
  }

  #endEntry(): void {
    const { block, attestation, slashable } = this.#history;
    if (this.#sound && this.#key !== null) this.#sink.entry({ key: this.#key, block, attestation }, slashable);
  }

  /** About what begins here. */
  #complain(complaint: string): void {
    const { role } = this.#open.at(-1) ?? { role: 'file' as const };
    this.#report(role, this.#placed(new Fault('field_invalid', ''), ` ${complaint}`));
  }

  /** About the container that ends here. */
  #complainOf(complaint: string): void {
    const role = this.#open.at(-1)?.role ?? 'file';
    const text = `${placeOf(this.#open.slice(0, -1))} ${complaint} (line ${this.#stream.line}, byte ${this.#stream.offset})`;
    this.#report(role, new Fault('field_missing', text));
  }

  #placed({ code }: Fault, complaint: string): Fault {
    return this.#stream.faultHere(code, `${placeOf(this.#open)}${complaint}`);
  }

  #report(role: Role, fault: Fault): void {
    if (!entryRoles.has(role)) throw fault;
    // An element of `data` that is no entry has spoiled none.
    if (role !== 'data') {
      if (!this.#sound) return;
      this.#sound = false;
    }
    const index = this.#open.find((open) => open.role === 'data')?.index ?? 0;
    this.#sink.problem({ index, key: role === 'data' ? null : this.#key, fault });
  }
}

/** Where the format has a text. */
const texts: Readonly<Partial<Record<Role, readonly string[]>>> = {
  metadata: ['interchange_format_version', 'genesis_validators_root'],
  entry: ['pubkey'],
  block: ['slot', 'signing_root'],
  vote: ['source_epoch', 'target_epoch', 'signing_root'],
};

function markOf(height: bigint, floor: bigint, root: string | null): Mark {
  return { height, round: 0n, floor, root };
}

/** One that cannot be read is not known: then nothing repeats what was signed there. */
function rootOf(field: Field): string | null {
  try {
    return field.hex(32);
  } catch (error) {
    if (isFault(error)) return null;
    throw error;
  }
}

/** `interchange.data[3].signed_blocks[0].slot`: the place of what begins now. */
function placeOf(open: readonly Container[]): string {
  let place = 'interchange';
  for (const { role, name, index } of open) place += lists.has(role) ? `[${index}]` : `.${name}`;
  return place;
}
