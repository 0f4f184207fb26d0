import { Fault, type FaultCode } from '../base/fault.ts';
import { type JsonObject, type JsonValue, parseJson } from '../base/json.ts';
import { type Lane, laneId } from '../protection/lane.ts';
import { type Mark, merge, type Root } from '../protection/mark.ts';

/** What a slashing protection interchange file says: EIP-3076, format version 5. */
export interface Interchange {
  /** `0x` and 64 lower-case hex digits. */
  readonly genesisValidatorsRoot: string;
  /** As in the file: a public key may come more than once. */
  readonly records: readonly InterchangeRecord[];
}

interface InterchangeRecord {
  /** `0x` and 96 lower-case hex digits. */
  readonly pubkey: string;
  readonly blocks: readonly SignedBlock[];
  readonly attestations: readonly SignedAttestation[];
}

interface SignedBlock {
  readonly slot: bigint;
  /** Null when the file does not tell it. */
  readonly signingRoot: Root | null;
}

interface SignedAttestation {
  readonly source: bigint;
  readonly target: bigint;
  readonly signingRoot: Root | null;
}

/** Files may hold a whole history: a hundred keys with a vote per epoch come to ten million values a year. */
const jsonLimits = { depthMax: 8, valuesMax: 20_000_000 };

/**
 * Reads the text of an interchange file. Members that the format does not know are passed over; what it requires must
 * be there, so that a misspelt list is not an empty one.
 *
 * @throws Fault `json_*`, `malformed_request` or `number_range`, which name the place
 */
export function parseInterchange(text: Uint8Array): Interchange {
  const file = new Field(parseJson(text, jsonLimits), 'the file');
  const metadata = file.member('metadata');
  const version = metadata.member('interchange_format_version');
  if (version.text() !== '5') throw version.wrong('must be "5", the only version that is understood');
  return {
    genesisValidatorsRoot: metadata.member('genesis_validators_root').hex(32),
    records: file.member('data').elements().map(recordOf),
  };
}

/**
 * The least marks that refuse all that the file's history refuses: for each key and duty, all that it signed, merged.
 *
 * @param genesisValidatorsRoot of the network that we sign for
 * @throws Fault `malformed_request` when the file is of another network: nothing of it may be imported
 */
export function marksOf(interchange: Interchange, genesisValidatorsRoot: string): readonly LaneMark[] {
  const network = interchange.genesisValidatorsRoot;
  if (network !== genesisValidatorsRoot) {
    const text =
      'the interchange file is of another network: ' +
      `its genesis validators root is ${network}, ours is ${genesisValidatorsRoot}`;
    throw new Fault('malformed_request', text);
  }
  const merged = new Map<string, LaneMark>();
  for (const { lane, mark } of interchange.records.flatMap((record) => signedMarks(network, record))) {
    const known = merged.get(laneId(lane));
    merged.set(laneId(lane), { lane, mark: known === undefined ? mark : merge(known.mark, mark) });
  }
  return [...merged.values()];
}

export interface LaneMark {
  readonly lane: Lane;
  readonly mark: Mark;
}

function signedMarks(network: string, { pubkey: key, blocks, attestations }: InterchangeRecord): readonly LaneMark[] {
  const lane = { chain: 'ethereum', network, key } as const;
  const proposals = blocks.map(({ slot, signingRoot }) => ({ height: slot, round: 0n, floor: 0n, root: signingRoot }));
  const votes = attestations.map((vote) => ({
    height: vote.target,
    round: 0n,
    floor: vote.source,
    root: vote.signingRoot,
  }));
  return [
    ...proposals.map((mark): LaneMark => ({ lane: { ...lane, duty: 'block' }, mark })),
    ...votes.map((mark): LaneMark => ({ lane: { ...lane, duty: 'attestation' }, mark })),
  ];
}

function recordOf(record: Field): InterchangeRecord {
  return {
    pubkey: record.member('pubkey').hex(48),
    blocks: record.member('signed_blocks').elements().map(blockOf),
    attestations: record.member('signed_attestations').elements().map(attestationOf),
  };
}

function blockOf(block: Field): SignedBlock {
  return { slot: block.member('slot').uint64(), signingRoot: signingRootOf(block) };
}

function attestationOf(attestation: Field): SignedAttestation {
  return {
    source: attestation.member('source_epoch').uint64(),
    target: attestation.member('target_epoch').uint64(),
    signingRoot: signingRootOf(attestation),
  };
}

function signingRootOf(signed: Field): Root | null {
  return signed.optional('signing_root')?.hex(32).slice(2) ?? null;
}

const uint64Max = 2n ** 64n - 1n;

/** A value of the file and the place where it stands, for messages. */
class Field {
  readonly #value: JsonValue;
  readonly #place: string;

  constructor(value: JsonValue, place: string) {
    this.#value = value;
    this.#place = place;
  }

  member(name: string): Field {
    const member = this.#object().get(name);
    if (member === undefined) throw this.wrong(`has no "${name}"`);
    return new Field(member, `${this.#place}: ${name}`);
  }

  /** Null when the member is missing or null. */
  optional(name: string): Field | null {
    const member = this.#object().get(name) ?? null;
    return member === null ? null : new Field(member, `${this.#place}: ${name}`);
  }

  elements(): readonly Field[] {
    const value = this.#value;
    if (!Array.isArray(value)) throw this.wrong('must be a list');
    return value.map((element: JsonValue, index) => new Field(element, `${this.#place}[${index}]`));
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.wrong('must be a text');
    return this.#value;
  }

  uint64(): bigint {
    const text = this.text();
    const wellFormed = /^(?:0|[1-9][0-9]{0,19})$/u.test(text);
    if (wellFormed && BigInt(text) <= uint64Max) return BigInt(text);
    throw this.wrong('must be a decimal number below 2^64, without sign or leading zeros', 'number_range');
  }

  /** `0x` and the digits of `bytes` bytes, in lower case. */
  hex(bytes: number): string {
    const text = this.text();
    if (text.length === 2 + 2 * bytes && /^0x[0-9a-fA-F]+$/u.test(text)) return text.toLowerCase();
    throw this.wrong(`must be 0x and ${2 * bytes} hex digits`);
  }

  wrong(complaint: string, code: FaultCode = 'malformed_request'): Fault {
    return new Fault(code, `interchange: ${this.#place} ${complaint}`);
  }

  #object(): JsonObject {
    if (this.#value instanceof Map) return this.#value;
    throw this.wrong('must be an object');
  }
}
