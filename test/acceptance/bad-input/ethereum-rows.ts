import {
  attestationBody,
  attestationData,
  type AttestationFields,
  blockBody,
  bytes,
  currentEpoch,
  currentSlot,
  hoodi,
  randaoBody,
  syncMessageBody,
  syncSelectionBody,
} from '../../support/ethereum-bodies.ts';
import { mainnetRoot } from '../../support/ethereum-requests.ts';

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
  /** Does the answer leave a record? What is signed does, unless the row says otherwise. */
  readonly records?: boolean;
  /** Is the row about a key whose lanes are closed in the store? */
  readonly closed?: boolean;
}

const good: AttestationFields = { source: 60_000, target: 60_001 };
const vote = attestationBody(good);
const data = attestationData(good);
const epoch = currentEpoch();
/** An honest client asks a third of a slot into it; half an epoch is further ahead than any bound allows. */
const lateVote = attestationBody({ source: epoch, target: currentEpoch(Date.now() + 16 * 12_000) + 1 });

function bad(row: number, input: string, code: string, body: string): EthereumRow {
  return { row, input, status: 400, code, body };
}

function named(row: number, input: string, code: string | null, path: (publicKey: string) => string): EthereumRow {
  const status = code === null ? 200 : code === 'key_not_found' ? 404 : 400;
  return { row, input, status, code, path, body: vote };
}

/** A vote that conflicts with one that was signed. */
function refused(row: number, input: string, code: string, body: string): EthereumRow {
  return { row, input, status: 412, code, before: [vote], body };
}

/** The good vote with another value for its target's epoch. */
function targetEpoch(value: unknown): string {
  const attestation = { ...data, target: { epoch: value, root: bytes(32, 0x0b) } };
  return JSON.stringify({ type: 'ATTESTATION', fork_info: hoodi.forkInfo, attestation });
}

/** `text` with another text in the place of a part that it must hold. */
function swapped(text: string, part: string, other: string): string {
  if (!text.includes(part)) throw new Error(`${part} is not in ${text}`);
  return text.replace(part, other);
}

function withRoot(body: string, signingRoot: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), signingRoot });
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
  named(33, 'a public key in mixed case', null, (key) => key.replace(/[a-f]/u, (digit) => digit.toUpperCase())),
  named(33, 'no public key', 'field_invalid', () => ''),
  named(34, 'a public key of z', 'field_invalid', () => `0x${'zz'.repeat(48)}`),
  named(35, 'a public key of zeros', 'key_not_found', () => `0x${'00'.repeat(48)}`),
  named(35, 'the point at infinity', 'key_not_found', () => `0xc0${'00'.repeat(47)}`),
  named(35, 'a public key with digits of another script', 'path_invalid', (key) => `${key.slice(0, -1)}\uff11`),
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
  },
  bad(36, 'no type', 'field_missing', changed({ type: undefined })),
  bad(36, 'an empty type', 'unknown_kind', changed({ type: '' })),
  bad(36, 'a type with a space after it', 'unknown_kind', changed({ type: 'ATTESTATION ' })),
  bad(36, 'a type with a dotless i', 'unknown_kind', changed({ type: 'attestat\u0131on' })),
  bad(36, 'a type that is a number', 'field_invalid', changed({ type: 2 })),
  bad(36, 'a type that is null', 'field_invalid', changed({ type: null })),
  bad(37, 'no attestation', 'field_missing', changed({ attestation: undefined })),
  bad(37, 'an attestation that is null', 'field_missing', changed({ attestation: null })),
  bad(37, 'an attestation that is a list', 'field_invalid', changed({ attestation: [data] })),
  bad(37, 'an attestation without target', 'field_missing', changed({ attestation: { ...data, target: undefined } })),
  bad(37, 'BLOCK_V2 with an attestation', 'field_missing', changed({ type: 'BLOCK_V2' })),
  bad(37, 'RANDAO_REVEAL with an attestation', 'field_missing', changed({ type: 'RANDAO_REVEAL' })),
  bad(37, 'ATTESTATION with a block', 'field_missing', blockBody({ slot: 9 }).replace('BLOCK_V2', 'ATTESTATION')),
  bad(38, 'an attestation and a block', 'ambiguous_body', changed({ beacon_block: { version: 'FULU' } })),
  bad(38, 'an attestation and an epoch to reveal for', 'ambiguous_body', changed({ randao_reveal: { epoch: '1' } })),
];

const texts = ['12abc', '1e3', '', ' 12 ', '0x10', '+1', '-1', '01', '١٢', '1.0', '1_000', 'NaN'];

const numbers: readonly EthereumRow[] = [
  bad(39, 'an epoch that is no text', 'field_invalid', targetEpoch(60_001)),
  bad(39, 'an epoch that is null', 'field_invalid', targetEpoch(null)),
  bad(39, 'an epoch that is true', 'field_invalid', targetEpoch(true)),
  bad(39, 'an epoch in a list', 'field_invalid', targetEpoch(['60001'])),
  bad(39, 'an epoch beyond every double', 'field_invalid', swapped(vote, '"60001"', '1e400')),
  ...texts.map((text) => bad(40, `an epoch of ${JSON.stringify(text)}`, 'uint64_range', targetEpoch(text))),
  bad(41, 'the greatest uint64 for an epoch', 'beyond_future_bound', targetEpoch('18446744073709551615')),
  bad(41, 'one more than the greatest uint64', 'uint64_range', targetEpoch('18446744073709551616')),
  bad(
    41,
    'a slot that a double would round',
    'beyond_future_bound',
    blockBody({ slot: 9 }).replace('"9"', '"9007199254740993"'),
  ),
  bad(
    41,
    'the greatest uint64 for a slot',
    'beyond_future_bound',
    swapped(blockBody({ slot: 9 }), '"9"', '"18446744073709551615"'),
  ),
  bad(
    41,
    'the greatest uint64 for the slot of a vote',
    'beyond_future_bound',
    changed({ attestation: { ...data, slot: '18446744073709551615' } }),
  ),
  bad(43, 'a target beyond now', 'beyond_future_bound', attestationBody({ source: epoch, target: epoch + 2 })),
  bad(43, 'a vote for an epoch that has not begun', 'beyond_future_bound', lateVote),
  bad(43, 'a seed for an epoch beyond now', 'beyond_future_bound', randaoBody(epoch + 2)),
  bad(43, 'a block beyond now', 'beyond_future_bound', blockBody({ slot: currentSlot() + 100 })),
];

const rules: readonly EthereumRow[] = [
  {
    ...refused(42, 'a source after its target', 'source_after_target', attestationBody({ source: 9, target: 8 })),
    before: [],
  },
  {
    row: 42,
    input: 'a source that is its target',
    status: 200,
    code: null,
    overruled: 'only a source after its target is one that the chain refuses',
    body: attestationBody({ source: 9, target: 9 }),
  },
  refused(44, 'a target far in the past', 'below_mark', attestationBody({ source: 9, target: 10 })),
  {
    row: 44,
    input: 'a target far in the past, of a key that never signed',
    status: 200,
    code: null,
    overruled: 'keys from files are enrolled by their first request (design §2)',
    body: attestationBody({ source: 9, target: 10 }),
  },
  refused(45, 'the same target with another head', 'double_vote', attestationBody({ ...good, fill: 2 })),
  refused(45, 'the same target with another source', 'double_vote', attestationBody({ ...good, source: 59_999 })),
  {
    ...refused(45, 'another block for the slot', 'double_vote', blockBody({ slot: 2_000_000, fill: 2 })),
    before: [blockBody({ slot: 2_000_000 })],
  },
  refused(
    45,
    'the same target with a later source',
    'double_vote',
    attestationBody({ source: 60_001, target: 60_001 }),
  ),
  refused(45, 'the same vote for another committee', 'double_vote', changed({ attestation: { ...data, index: '1' } })),
  {
    ...refused(45, 'a block for a slot before the last', 'below_mark', blockBody({ slot: 1_999_999 })),
    before: [blockBody({ slot: 2_000_000 })],
  },
  refused(46, 'a vote that surrounds', 'surround', attestationBody({ source: 59_999, target: 60_002 })),
  {
    ...refused(46, 'a vote that is surrounded', 'surround', attestationBody({ source: 60_005, target: 60_006 })),
    before: [attestationBody({ source: 60_004, target: 60_010 })],
  },
  { row: 47, input: 'the same again', status: 200, code: null, before: [vote], body: vote, records: false },
  {
    row: 47,
    input: 'the same again in other words',
    status: 200,
    code: null,
    before: [vote],
    body: swapped(swapped(vote, '"type"', ' "\\u0074ype"'), bytes(32, 0x0a), `0x${'0A'.repeat(32)}`),
    records: false,
  },
  {
    row: 47,
    input: 'the same block again',
    status: 200,
    code: null,
    before: [blockBody({ slot: 2_000_000 })],
    body: blockBody({ slot: 2_000_000 }),
    records: false,
  },
  ...[vote, blockBody({ slot: 2_000_000 })].map((body) => ({
    row: 62,
    input: `${body.includes('BLOCK') ? 'a block' : 'a vote'} of a key that is closed`,
    status: 412,
    code: 'closed',
    overruled: 'Web3Signer refuses for slashing protection what its database has disabled (ethereum.md §1.2)',
    body,
    closed: true,
  })),
  {
    row: 62,
    input: 'what no rule concerns, of a key that is closed',
    status: 200,
    code: null,
    overruled: 'closing binds what can be slashed',
    body: randaoBody(1),
    closed: true,
    records: false,
  },
  refused(
    48,
    'the same data under another fork',
    'double_vote',
    attestationBody({ ...good, forkInfo: { ...hoodi.forkInfo, fork: { ...hoodi.forkInfo.fork, epoch: '60002' } } }),
  ),
];

const genesisRoot = hoodi.forkInfo.genesis_validators_root;

function foreignRoot(what: string, root: string): EthereumRow {
  return {
    row: 49,
    input: `a root ${what}`,
    status: 403,
    code: 'wrong_network',
    body: swapped(vote, genesisRoot, root),
  };
}

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
  foreignRoot('of zeros', bytes(32, 0)),
  foreignRoot('of a network that is known, but not served', mainnetRoot),
  {
    row: 49,
    input: 'a block with the root of another network',
    status: 403,
    code: 'wrong_network',
    body: swapped(blockBody({ slot: 9 }), hoodi.forkInfo.genesis_validators_root, mainnetRoot),
  },
  bad(49, 'a genesis root of 31 bytes', 'field_invalid', swapped(vote, genesisRoot, genesisRoot.slice(0, -2))),
  bad(49, 'a genesis root without 0x', 'field_invalid', swapped(vote, genesisRoot, genesisRoot.slice(2))),
  bad(49, 'no genesis root', 'field_missing', swapped(vote, 'genesis_validators_root', 'genesis')),
  bad(50, 'a version of another network', 'fork_mismatch', swapped(vote, '"0x70000910"', '"0x06000000"')),
  bad(50, 'a version before it that there is not', 'fork_mismatch', swapped(vote, '"0x60000910"', '"0x7f000910"')),
  bad(50, 'a version of three bytes', 'field_invalid', swapped(vote, '"0x70000910"', '"0x700009"')),
  bad(
    50,
    'a fork version that the network does not have',
    'fork_mismatch',
    vote.replace(hoodi.forkInfo.fork.current_version, '0x7f000910'),
  ),
  bad(50, 'no fork_info', 'field_missing', changed({ fork_info: undefined })),
  bad(51, 'a root that is another', 'signing_root_mismatch', changed({ signingRoot: bytes(32, 9) })),
  bad(51, 'a signing_root that is another', 'signing_root_mismatch', changed({ signing_root: bytes(32, 9) })),
  bad(51, 'a root of a block that is another', 'signing_root_mismatch', withRoot(blockBody({ slot: 9 }), bytes(32, 9))),
  bad(51, 'a root of a seed that is another', 'signing_root_mismatch', withRoot(randaoBody(1), bytes(32, 9))),
  bad(51, 'a root that is empty', 'field_invalid', changed({ signingRoot: '' })),
  bad(51, 'a root that is a number', 'field_invalid', changed({ signingRoot: 9 })),
  bad(52, 'two roots that differ', 'field_invalid', changed({ signing_root: bytes(32, 9), signingRoot: bytes(32, 8) })),
  bad(53, 'a root of 31 bytes', 'field_invalid', changed({ signingRoot: bytes(31, 9) })),
  bad(53, 'a root of 33 bytes', 'field_invalid', changed({ signingRoot: bytes(33, 9) })),
  bad(53, 'a root without 0x', 'field_invalid', changed({ signingRoot: '09'.repeat(32) })),
  bad(53, 'a root of z', 'field_invalid', changed({ signingRoot: `0x${'zz'.repeat(32)}` })),
  bad(53, 'the root of a source of 33 bytes', 'field_invalid', swapped(vote, bytes(32, 0x0a), bytes(33, 0x0a))),
  bad(53, 'the root of a target of 31 bytes', 'field_invalid', swapped(vote, bytes(32, 0x0b), bytes(31, 0x0b))),
  bad(
    53,
    'the root of a parent with half a byte',
    'field_invalid',
    swapped(blockBody({ slot: 9 }), bytes(32, 0x0c), bytes(32, 0x0c).slice(0, -1)),
  ),
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
  { row: 54, input: 'slot 0', status: 200, code: null, body: blockBody({ slot: 0 }) },
  {
    row: 54,
    input: 'another slot beside the header',
    status: 200,
    code: null,
    overruled: 'the API has no slot but the header’s, and members that nobody knows are passed over',
    body: withBlock({ version: 'FULU', slot: '7', block_header: header }),
  },
  bad(
    54,
    'a header without slot',
    'field_missing',
    withBlock({ version: 'FULU', block_header: { ...header, slot: undefined } }),
  ),
  bad(54, 'an empty header', 'field_missing', withBlock({ version: 'FULU', block_header: {} })),
  bad(55, 'a block of an unknown version', 'fork_mismatch', withBlock({ version: 'HARMONY', block_header: header })),
  bad(55, 'a block of another fork', 'fork_mismatch', withBlock({ version: 'ALTAIR', block: { ...header, body: {} } })),
  bad(55, 'a block without version', 'field_missing', withBlock({ block_header: header })),
  {
    row: 56,
    input: 'only a header',
    status: 200,
    code: null,
    body: withBlock({ version: 'FULU', block_header: header }),
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
  bad(
    57,
    'a selection proof of 95 bytes',
    'field_invalid',
    swapped(withAggregate(aggregate), bytes(96, 2), bytes(95, 2)),
  ),
  bad(57, 'committee bits of nine bytes', 'ssz_limit', withAggregate({ ...aggregate, committee_bits: bytes(9, 1) })),
  bad(
    61,
    'a subcommittee index of null',
    'field_invalid',
    swapped(syncSelectionBody(1, 1), '"subcommittee_index":"1"', '"subcommittee_index":null'),
  ),
  bad(61, 'no subcommittee index', 'field_missing', syncSelectionBody(1, 1).replace('subcommittee_index', 'index')),
];

export const ethereumRows: readonly EthereumRow[] = [...paths, ...types, ...numbers, ...rules, ...foreign, ...objects];
