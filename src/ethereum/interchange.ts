import type { Lane } from '../protection/lane.ts';
import type { Mark } from '../protection/mark.ts';

/** The version of the slashing protection interchange format (EIP-3076) that is read and written. */
export const interchangeVersion = '5';

/** What an interchange file says of one key: the least marks that refuse all that its history refuses. */
export interface InterchangeEntry {
  /** `0x` and 96 lower-case hex digits. A file may name a key more than once. */
  readonly key: string;
  /** Null where the key signed none. */
  readonly block: Mark | null;
  readonly attestation: Mark | null;
}

export interface LaneMark {
  readonly lane: Lane;
  readonly mark: Mark;
}

/** The marks of an entry and the lanes that they belong to. */
export function marksOf({ key, block, attestation }: InterchangeEntry, network: string): readonly LaneMark[] {
  const lane = { chain: 'ethereum', network, key } as const;
  const marks: LaneMark[] = [];
  if (block !== null) marks.push({ lane: { ...lane, duty: 'block' }, mark: block });
  if (attestation !== null) marks.push({ lane: { ...lane, duty: 'attestation' }, mark: attestation });
  return marks;
}

/** The text of a file before its first entry. @param network the genesis validators root */
export function interchangeHead(network: string): string {
  const metadata = { interchange_format_version: interchangeVersion, genesis_validators_root: network };
  return `{"metadata":${JSON.stringify(metadata)},"data":[`;
}

/** The text of one entry, in the minimal form: one block and one attestation at most. */
export function entryText({ key, block, attestation }: InterchangeEntry): string {
  const blocks = block === null ? [] : [{ slot: String(block.height), ...rootOf(block) }];
  const votes = attestation === null ? [] : [voteOf(attestation)];
  return JSON.stringify({ pubkey: key, signed_blocks: blocks, signed_attestations: votes });
}

/** What stands between two entries, and after the last. */
export const interchangeJoint = ',\n';
export const interchangeFoot = ']}\n';

function voteOf(mark: Mark): object {
  return { source_epoch: String(mark.floor), target_epoch: String(mark.height), ...rootOf(mark) };
}

/** Left out where it is not known: a record without a root is the same as no other. */
function rootOf({ root }: Mark): { readonly signing_root?: string } {
  return root === null ? {} : { signing_root: `0x${root}` };
}
