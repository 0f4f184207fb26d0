import {
  attestationBody,
  attestationData,
  type AttestationFields,
  blockBody,
  bytes,
  currentEpoch,
  currentSlot,
  hoodi,
  syncMessageBody,
  syncSelectionBody,
} from '../../support/ethereum-bodies.ts';

/** One line of the catalogue of bad input (spec: reliability, 7.2) that is about Ethereum's signing requests. */
export interface EthereumRow {
  /** The number in the catalogue. */
  readonly row: number;
  readonly input: string;
  readonly status: number;
  /** The machine code; null for what is signed. */
  readonly code: string | null;
  /** Why the answer is another than the catalogue's: what Web3Signer's API says wins. */
  readonly overruled?: string;
  /** What the same key was asked before, and signed. */
  readonly before?: readonly string[];
  readonly body: string;
  /** How the path names the key, from `0x` and 96 lower-case digits; as it stands unless told otherwise. */
  readonly path?: (publicKey: string) => string;
  /** Does the row leave a record of its own? Otherwise the key can still sign the first position there is. */
  readonly records?: boolean;
}

const good: AttestationFields = { source: 60_000, target: 60_001 };
const vote = attestationBody(good);
const data = attestationData(good);
const epoch = currentEpoch();

function bad(row: number, input: string, code: string, body: string): EthereumRow {
  return { row, input, status: 400, code, body };
}

function named(row: number, input: string, code: string | null, path: (publicKey: string) => string): EthereumRow {
  const status = code === null ? 200 : code === 'key_not_found' ? 404 : 400;
  return { row, input, status, code, path, body: vote, records: code === null };
}

/** A vote that conflicts with one that was signed. */
function refused(row: number, input: string, code: string, body: string): EthereumRow {
  return { row, input, status: 412, code, before: [vote], body, records: true };
}

/** The good vote with another value for its target's epoch. */
function targetEpoch(value: unknown): string {
  const attestation = { ...data, target: { epoch: value, root: bytes(32, 0x0b) } };
  return JSON.stringify({ type: 'ATTESTATION', fork_info: hoodi.forkInfo, attestation });
}

function changed(changes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...(JSON.parse(vote) as object), ...changes });
}

const paths: readonly EthereumRow[] = [
  named(33, 'a public key of 47 bytes', 'field_invalid', (key) => key.slice(0, -2)),
  named(33, 'a public key of 49 bytes', 'field_invalid', (key) => `${key}00`),
  named(33, 'a public key with half a byte', 'field_invalid', (key) => key.slice(0, -1)),
  named(33, 'a public key after 0X', 'field_invalid', (key) => key.replace('0x', '0X')),
  named(33, 'a public key in upper case', null, (key) => `0x${key.slice(2).toUpperCase()}`),
  named(33, 'a public key without 0x', null, (key) => key.slice(2)),
  named(34, 'a public key of z', 'field_invalid', () => `0x${'zz'.repeat(48)}`),
  named(35, 'a public key of zeros', 'key_not_found', () => `0x${'00'.repeat(48)}`),
  named(35, 'the point at infinity', 'key_not_found', () => `0xc0${'00'.repeat(47)}`),
  named(35, 'a public key that is no point', 'key_not_found', () => `0x${'ff'.repeat(48)}`),
];

const types: readonly EthereumRow[] = [
  bad(36, 'an unknown type', 'unknown_kind', changed({ type: 'ATTESTATION_V9' })),
  {
    row: 36,
    input: 'a type in lower case',
    status: 200,
    code: null,
    overruled: 'Web3Signer does not look at the case, and Teku has sent it so',
    body: changed({ type: 'attestation' }),
    records: true,
  },
  bad(36, 'no type', 'field_missing', changed({ type: undefined })),
  bad(37, 'ATTESTATION with a block', 'field_missing', blockBody({ slot: 9 }).replace('BLOCK_V2', 'ATTESTATION')),
  bad(38, 'an attestation and a block', 'ambiguous_body', changed({ beacon_block: { version: 'FULU' } })),
];

const texts = ['12abc', '1e3', '', ' 12 ', '0x10', '+1', '-1', '01', '١٢', '1.0', '1_000', 'NaN'];

const numbers: readonly EthereumRow[] = [
  bad(39, 'an epoch that is no text', 'field_invalid', targetEpoch(60_001)),
  bad(39, 'an epoch that is null', 'field_invalid', targetEpoch(null)),
  ...texts.map((text) => bad(40, `an epoch of ${JSON.stringify(text)}`, 'uint64_range', targetEpoch(text))),
  bad(41, 'the greatest uint64 for an epoch', 'beyond_future_bound', targetEpoch('18446744073709551615')),
  bad(41, 'one more than the greatest uint64', 'uint64_range', targetEpoch('18446744073709551616')),
  bad(
    41,
    'a slot that a double would round',
    'beyond_future_bound',
    blockBody({ slot: 9 }).replace('"9"', '"9007199254740993"'),
  ),
  bad(43, 'a target beyond now', 'beyond_future_bound', attestationBody({ source: epoch, target: epoch + 2 })),
  bad(43, 'a block beyond now', 'beyond_future_bound', blockBody({ slot: currentSlot() + 100 })),
];

const rules: readonly EthereumRow[] = [
  {
    ...refused(42, 'a source after its target', 'source_after_target', attestationBody({ source: 9, target: 8 })),
    before: [],
    records: false,
  },
  refused(44, 'a target far in the past', 'below_mark', attestationBody({ source: 9, target: 10 })),
  {
    row: 44,
    input: 'a target far in the past, of a key that never signed',
    status: 200,
    code: null,
    overruled: 'keys from files are enrolled by their first request (design §2)',
    body: attestationBody({ source: 9, target: 10 }),
    records: true,
  },
  refused(45, 'the same target with another head', 'double_vote', attestationBody({ ...good, fill: 2 })),
  refused(45, 'the same target with another source', 'double_vote', attestationBody({ ...good, source: 59_999 })),
  {
    ...refused(45, 'another block for the slot', 'double_vote', blockBody({ slot: 2_000_000, fill: 2 })),
    before: [blockBody({ slot: 2_000_000 })],
  },
  refused(46, 'a vote that surrounds', 'surround', attestationBody({ source: 59_999, target: 60_002 })),
  {
    ...refused(46, 'a vote that is surrounded', 'surround', attestationBody({ source: 60_005, target: 60_006 })),
    before: [attestationBody({ source: 60_004, target: 60_010 })],
  },
  { row: 47, input: 'the same again', status: 200, code: null, before: [vote], body: vote, records: true },
  refused(
    48,
    'the same data under another fork',
    'double_vote',
    attestationBody({ ...good, forkInfo: { ...hoodi.forkInfo, fork: { ...hoodi.forkInfo.fork, epoch: '60002' } } }),
  ),
];

const foreign: readonly EthereumRow[] = [
  {
    row: 49,
    input: 'the root of another network',
    status: 403,
    code: 'wrong_network',
    body: attestationBody({ ...good, forkInfo: { ...hoodi.forkInfo, genesis_validators_root: bytes(32, 9) } }),
  },
  {
    row: 49,
    input: 'the root of another network, where no rule concerns the type',
    status: 403,
    code: 'wrong_network',
    body: syncMessageBody(1).replace(hoodi.forkInfo.genesis_validators_root, bytes(32, 9)),
  },
  bad(
    50,
    'a fork version that the network does not have',
    'fork_mismatch',
    vote.replace(hoodi.forkInfo.fork.current_version, '0x7f000910'),
  ),
  bad(50, 'no fork_info', 'field_missing', changed({ fork_info: undefined })),
  bad(51, 'a root that is another', 'signing_root_mismatch', changed({ signingRoot: bytes(32, 9) })),
  bad(51, 'a signing_root that is another', 'signing_root_mismatch', changed({ signing_root: bytes(32, 9) })),
  bad(52, 'two roots that differ', 'field_invalid', changed({ signing_root: bytes(32, 9), signingRoot: bytes(32, 8) })),
  bad(53, 'a root of 31 bytes', 'field_invalid', changed({ signingRoot: bytes(31, 9) })),
  bad(53, 'a root of 33 bytes', 'field_invalid', changed({ signingRoot: bytes(33, 9) })),
  bad(53, 'a head of 31 bytes', 'field_invalid', vote.replace(bytes(32, 1), bytes(31, 1))),
];

const header = (JSON.parse(blockBody({ slot: 2_000_000 })) as { beacon_block: { block_header: object } }).beacon_block
  .block_header;

function withBlock(block: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ type: 'BLOCK_V2', fork_info: hoodi.forkInfo, beacon_block: block });
}

function withAggregate(aggregate: Readonly<Record<string, unknown>>): string {
  const proof = { aggregator_index: '1', aggregate, selection_proof: bytes(96, 2) };
  return JSON.stringify({ type: 'AGGREGATE_AND_PROOF_V2', fork_info: hoodi.forkInfo, aggregate_and_proof: proof });
}

const bits = { aggregation_bits: '0x03', data, signature: bytes(96, 3) };
const aggregate = { ...bits, committee_bits: bytes(8, 1) };

const objects: readonly EthereumRow[] = [
  { row: 54, input: 'slot 0', status: 200, code: null, body: blockBody({ slot: 0 }), records: true },
  bad(55, 'a block of an unknown version', 'fork_mismatch', withBlock({ version: 'HARMONY', block_header: header })),
  bad(55, 'a block of another fork', 'fork_mismatch', withBlock({ version: 'ALTAIR', block: { ...header, body: {} } })),
  bad(55, 'a block without version', 'field_missing', withBlock({ block_header: header })),
  {
    row: 56,
    input: 'only a header',
    status: 200,
    code: null,
    body: withBlock({ version: 'FULU', block_header: header }),
    records: true,
  },
  {
    ...bad(56, 'a full block where its header belongs', 'field_missing', withBlock({ version: 'FULU', block: header })),
    overruled: 'since Bellatrix the API takes the header alone',
  },
  bad(
    56,
    'a header and a block',
    'ambiguous_body',
    withBlock({ version: 'FULU', block_header: header, block: header }),
  ),
  bad(
    57,
    'more aggregation bits than validators',
    'ssz_limit',
    withAggregate({ ...aggregate, aggregation_bits: bytes(20_000, 1) }),
  ),
  bad(
    57,
    'aggregation bits without an end',
    'field_invalid',
    withAggregate({ ...aggregate, aggregation_bits: '0x00' }),
  ),
  bad(57, 'committee bits of nine bytes', 'ssz_limit', withAggregate({ ...aggregate, committee_bits: bytes(9, 1) })),
  bad(61, 'no subcommittee index', 'field_missing', syncSelectionBody(1, 1).replace('subcommittee_index', 'index')),
];

export const ethereumRows: readonly EthereumRow[] = [...paths, ...types, ...numbers, ...rules, ...foreign, ...objects];
