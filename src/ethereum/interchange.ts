import { Fault } from '../base/fault.ts';
import { parseJson } from '../base/json.ts';
import { type Lane, laneId } from '../protection/lane.ts';
import { type Mark, merge, type Root } from '../protection/mark.ts';
import { Field } from './field.ts';

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
 * @throws Fault `json_*`, `field_missing`, `field_invalid` or `uint64_range`, which name the place
 */
export function parseInterchange(text: Uint8Array): Interchange {
  const file = Field.of(parseJson(text, jsonLimits), 'interchange');
  const metadata = file.member('metadata');
  const version = metadata.member('interchange_format_version');
  if (version.text() !== '5') throw version.wrong('must be "5", the only version that is understood');
  return {
    genesisValidatorsRoot: `0x${metadata.member('genesis_validators_root').hex(32)}`,
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
    pubkey: `0x${record.member('pubkey').hex(48)}`,
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
  return signed.optional('signing_root')?.hex(32) ?? null;
}
