import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, forkInfo, hex, type Json, payloads, requestOf } from '../../test/support/ethereum-requests.ts';
import { Fault, type FaultCode } from '../base/fault.ts';
import { builtInNetwork } from './built-in-networks.ts';
import type { Network } from './network.ts';
import { Networks } from './networks.ts';
import { signTypes } from './sign-type.ts';
import { understand } from './understand.ts';

const all = new Networks({ served: null, registrations: null });

function refusal(body: Uint8Array, networks: Networks = all): Fault {
  try {
    understand(body, networks);
  } catch (error) {
    assert.ok(error instanceof Fault);
    return error;
  }
  assert.fail('it was understood');
}

type Refusal = readonly [what: string, body: Uint8Array, code: FaultCode, words: RegExp];

const attestation = (changes: Json): Uint8Array => requestOf('ATTESTATION', changes);
const block = (changes: Json): Uint8Array => requestOf('BLOCK_V2', changes);
const aggregate = (changes: Json): Uint8Array => requestOf('AGGREGATE_AND_PROOF', changes);
const contribution = (changes: Json): Uint8Array => requestOf('SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF', changes);
const bits = 'aggregate_and_proof.aggregate.aggregation_bits';
const committees = 'aggregate_and_proof.aggregate.committee_bits';
const syncBits = 'contribution_and_proof.contribution.aggregation_bits';
const header = 'beacon_block.block_header';
const denebFork = forkInfo({ previous_version: '0x03000000', current_version: '0x04000000' });

const documents: readonly Refusal[] = [
  ['nothing', Buffer.alloc(0), 'body_empty', /end of JSON/u],
  ['half a document', Buffer.from('{"type":"ATT'), 'json_syntax', /end of JSON/u],
  ['two documents', Buffer.from('{}{}'), 'json_trailing', /after top-level value/u],
  ['two equal keys', Buffer.from('{"type":"BLOCK","type":"BLOCK_V2"}'), 'json_duplicate_key', /twice/u],
  ['a key that reaches prototypes', Buffer.from('{"__proto__":{}}'), 'json_forbidden_key', /__proto__/u],
  ['a deep document', Buffer.from('['.repeat(40)), 'json_too_deep', /deeper than 16/u],
  ['a list', bytesOf([]), 'field_invalid', /^request must be an object/u],
];

const kinds: readonly Refusal[] = [
  ['no type', attestation({ type: undefined }), 'field_missing', /^request has no "type"/u],
  [
    'a type that nobody knows',
    attestation({ type: 'GENERIC' }),
    'unknown_kind',
    /^request\.type must be one of BLOCK, /u,
  ],
  ['a number for a type', attestation({ type: 1 }), 'field_invalid', /^request\.type must be a text/u],
  ['a payload of another type', block({ type: 'ATTESTATION' }), 'field_missing', /^request has no "attestation"/u],
  ['no payload', attestation({ attestation: null }), 'field_missing', /has no "attestation"/u],
  [
    'two payloads',
    attestation(payloads.BLOCK_V2),
    'ambiguous_body',
    /not (?:attestation and beacon_block|beacon_block and attestation)/u,
  ],
  [
    'one payload in two dialects',
    requestOf('PAYLOAD_ATTESTATION_MESSAGE', { payload_attestation: {} }),
    'ambiguous_body',
    /one thing to sign/u,
  ],
  ['a payload that is no object', attestation({ attestation: 'x' }), 'field_invalid', /attestation must be an object/u],
];

const numbers: readonly Refusal[] = [
  [
    'a number without quotes',
    attestation({ 'attestation.target.epoch': 12 }),
    'field_invalid',
    /target\.epoch must be a decimal number in quotes/u,
  ],
  ...[
    '12abc',
    '1e3',
    '',
    ' 12 ',
    '0x10',
    '+1',
    '-1',
    '01',
    '١٢',
    '1.0',
    '1_0',
    '18446744073709551616',
    '9'.repeat(400),
  ].map((text): Refusal => [
    `the number ${JSON.stringify(text.slice(0, 24))}`,
    attestation({ 'attestation.target.epoch': text }),
    'uint64_range',
    /^request\.attestation\.target\.epoch must be a decimal number below 2\^64/u,
  ]),
  [
    'a number that is missing',
    attestation({ 'attestation.slot': undefined }),
    'field_missing',
    /attestation has no "slot"/u,
  ],
  [
    'a selection without its subcommittee',
    requestOf('SYNC_COMMITTEE_SELECTION_PROOF', { 'sync_aggregator_selection_data.subcommittee_index': undefined }),
    'field_missing',
    /has no "subcommittee_index"/u,
  ],
  [
    'a number for a truth',
    requestOf('PAYLOAD_ATTESTATION_MESSAGE', { 'payload_attestation_message.data.payload_present': 1 }),
    'field_invalid',
    /payload_present must be true or false/u,
  ],
];

const bytes: readonly Refusal[] = [
  ...[hex('11', 31), hex('11', 33), '11'.repeat(32), hex('zz'), `0X${'11'.repeat(32)}`, '0x', 5, ` ${hex('11')}`].map(
    (root): Refusal => [
      `the root ${JSON.stringify(root).slice(0, 12)}…`,
      attestation({ 'attestation.source.root': root }),
      'field_invalid',
      /source\.root must be 0x and 64 hex digits/u,
    ],
  ),
  [
    'digits whose low byte is one',
    attestation({ 'attestation.source.root': `0x${'\u0130'.repeat(64)}` }),
    'field_invalid',
    /64 hex digits/u,
  ],
  ['a short given root', attestation({ signingRoot: '0x00' }), 'field_invalid', /signingRoot must be 0x and 64/u],
  [
    'two different given roots',
    attestation({ signingRoot: hex('aa'), signing_root: hex('ab') }),
    'field_invalid',
    /two different roots/u,
  ],
  ['bits without a mark', aggregate({ [bits]: '0x0100' }), 'field_invalid', /the bit that marks its length/u],
  ['no bits at all', aggregate({ [bits]: '0x' }), 'field_invalid', /the bit that marks its length/u],
  ['half a byte', aggregate({ [bits]: '0x123' }), 'field_invalid', /two hex digits for each byte/u],
  ['a bit too many', aggregate({ [bits]: `${hex('ff', 16_384)}02` }), 'ssz_limit', /more than 131072 bits/u],
  ['far too many bits', aggregate({ [bits]: hex('ff', 16_386) }), 'ssz_limit', /longer than 16385 bytes/u],
  [
    'more bits than a committee of Deneb has',
    aggregate({ fork_info: denebFork, [bits]: `${hex('ff', 256)}02`, [committees]: undefined }),
    'ssz_limit',
    /more than 2048 bits/u,
  ],
  ['too few committees', aggregate({ [committees]: hex('01', 7) }), 'field_invalid', /16 hex digits/u],
  ['too many committees', aggregate({ [committees]: hex('01', 9) }), 'ssz_limit', /longer than 8 bytes/u],
  ['too few sync bits', contribution({ [syncBits]: hex('01', 15) }), 'field_invalid', /32 hex digits/u],
  ['too many sync bits', contribution({ [syncBits]: hex('01', 64) }), 'ssz_limit', /longer than 16 bytes/u],
  [
    'too much for a builder',
    requestOf('BUILDER_REQUEST_AUTH', { 'builder_request_auth.data.data': hex('01', 4097) }),
    'ssz_limit',
    /longer than 4096 bytes/u,
  ],
];

const forks: readonly Refusal[] = [
  ['no fork', attestation({ fork_info: undefined }), 'field_missing', /^request has no "fork_info"/u],
  [
    'no genesis root',
    attestation({ 'fork_info.genesis_validators_root': undefined }),
    'field_missing',
    /genesis_validators_root/u,
  ],
  [
    'the genesis root of nobody',
    attestation({ 'fork_info.genesis_validators_root': hex('00') }),
    'wrong_network',
    /"network"/u,
  ],
  [
    'the genesis root of nobody, and more that is wrong',
    attestation({ 'fork_info.genesis_validators_root': hex('01'), 'fork_info.fork.epoch': 1, attestation: {} }),
    'wrong_network',
    /"network"/u,
  ],
  [
    'a foreign genesis root where none is needed',
    requestOf('DEPOSIT', { 'fork_info.genesis_validators_root': hex('01') }),
    'wrong_network',
    /mainnet, sepolia, hoodi, gnosis, chiado/u,
  ],
  [
    'a version that the network does not have',
    attestation({ 'fork_info.fork.current_version': '0x99000000' }),
    'fork_mismatch',
    /current_version is 0x99000000, which mainnet does not have.*config\.yaml/u,
  ],
  [
    'a version of another network',
    attestation({ 'fork_info.fork.previous_version': '0x90000069' }),
    'fork_mismatch',
    /previous_version/u,
  ],
  [
    'a version of five bytes',
    attestation({ 'fork_info.fork.current_version': '0x0600000000' }),
    'field_invalid',
    /8 hex/u,
  ],
  ['a number as its epoch', attestation({ 'fork_info.fork.epoch': 1 }), 'field_invalid', /fork\.epoch/u],
  [
    'no committees in Electra',
    aggregate({ [committees]: undefined }),
    'field_missing',
    /aggregate has no "committee_bits"/u,
  ],
  ['committees before Electra', aggregate({ fork_info: denebFork }), 'fork_mismatch', /must not be there in deneb/u],
];

const blocks: readonly Refusal[] = [
  ['a block without version', block({ 'beacon_block.version': undefined }), 'field_missing', /has no "version"/u],
  ['a block of an unknown version', block({ 'beacon_block.version': 'OSAKA' }), 'fork_mismatch', /PHASE0, ALTAIR/u],
  ['a block without header', block({ [header]: undefined }), 'field_missing', /has no "block_header"/u],
  ['a full block of Fulu', block({ [header]: undefined, 'beacon_block.block': {} }), 'field_missing', /block_header/u],
  ['a block in both forms', block({ 'beacon_block.block': {} }), 'ambiguous_body', /both "block" and "block_header"/u],
  ['a header of phase0', block({ 'beacon_block.version': 'PHASE0' }), 'field_missing', /has no "block"/u],
  [
    'a body of another fork',
    block({ 'beacon_block.version': 'ALTAIR', [header]: undefined, 'beacon_block.block': { slot: '13164545' } }),
    'fork_mismatch',
    /a block of altair, but fork_info makes it one of fulu: expected BLOCK_V2 with version FULU and "block_header"/u,
  ],
  [
    'a phase0 block under Fulu',
    bytesOf({ type: 'BLOCK', fork_info: forkInfo(), block: { slot: '13164545' } }),
    'fork_mismatch',
    /block of phase0/u,
  ],
  ['a header without body root', block({ [`${header}.body_root`]: undefined }), 'field_missing', /"body_root"/u],
];

for (const [what, body, code, words] of [...documents, ...kinds, ...numbers, ...bytes, ...forks, ...blocks]) {
  test(`refuses ${what}: ${code}`, () => {
    const { code: found, message } = refusal(body);
    assert.equal(found, code, message);
    assert.match(message, words);
    assert.ok(message.length < 600, 'no complaint repeats what was sent');
  });
}

test('an unknown type is told which there are', () => {
  const { message } = refusal(attestation({ type: 'x' }));
  for (const type of signTypes) assert.ok(message.includes(type), type);
});

test('what names no network needs one that was configured', () => {
  const request = bytesOf({ type: 'VALIDATOR_REGISTRATION', ...payloads.VALIDATOR_REGISTRATION });
  assert.equal(refusal(request).code, 'network_ambiguous');
  const inclusionList = bytesOf({ type: 'INCLUSION_LIST', inclusion_list: { slot: '13164545' } });
  assert.equal(refusal(inclusionList).code, 'network_ambiguous');
});

test('an inclusion list before Heze, or where Heze has no date, is refused', () => {
  const inclusionList = bytesOf({ type: 'INCLUSION_LIST', inclusion_list: { slot: '13164545' } });
  const mainnet = builtInNetwork('mainnet');
  assert.ok(mainnet !== null);
  for (const epoch of [null, 411_393n]) {
    const forks = mainnet.forks.map((fork) => (fork.name === 'heze' ? { ...fork, epoch } : fork));
    const network: Network = { ...mainnet, forks };
    const { code, message } = refusal(inclusionList, new Networks({ served: [network], registrations: null }));
    assert.equal(code, 'fork_mismatch');
    assert.match(message, /HEZE_FORK_EPOCH/u);
  }
});
