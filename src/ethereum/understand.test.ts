import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bytesOf,
  forkInfo,
  hex,
  type Json,
  mainnetRoot,
  payloads,
  requestOf,
  type SampleType,
} from '../../test/support/ethereum-requests.ts';
import { builtInNetwork } from './built-in-networks.ts';
import { Networks } from './networks.ts';
import { understand } from './understand.ts';
import type { Understood } from './understood.ts';

const networks = new Networks({ served: null, registrations: 'mainnet' });
const uint64Max = '18446744073709551615';

function understood(body: Uint8Array): Understood {
  const answer = understand(body, networks);
  assert.ok(answer !== null);
  return answer;
}

const attestationRoot = '7e5ef82a272eb7fedaad63122326080c4ef4dea49f8ca109eeb2d14c31c353b1';

test('says all of an attestation that comes after it', () => {
  assert.deepEqual(understood(requestOf('ATTESTATION', { signingRoot: hex('AB') })), {
    type: 'ATTESTATION',
    signingRoot: attestationRoot,
    givenRoot: 'ab'.repeat(32),
    network: builtInNetwork('mainnet'),
    claim: { duty: 'attestation', next: { height: 411_392n, round: 0n, floor: 411_391n, root: attestationRoot } },
    slot: 13_164_545n,
    epoch: 411_392n,
    priority: 'attestation',
  });
});

test('a block claims its slot', () => {
  const { claim, slot, epoch, priority, signingRoot } = understood(requestOf('BLOCK_V2'));
  assert.deepEqual(claim, { duty: 'block', next: { height: 13_164_545n, round: 0n, floor: 0n, root: signingRoot } });
  assert.deepEqual({ slot, epoch, priority }, { slot: 13_164_545n, epoch: null, priority: 'block' });
});

// Computed with the containers of @chainsafe/ssz and bigints.
const exact: readonly (readonly [type: SampleType, changes: Json, root: string])[] = [
  [
    'ATTESTATION',
    {
      'attestation.slot': uint64Max,
      'attestation.index': uint64Max,
      'attestation.source.epoch': uint64Max,
      'attestation.target.epoch': uint64Max,
    },
    '473c6b509143734a9482561a23f2591ed18f94c85df2c07c1adf7c201eb99d13',
  ],
  [
    'BLOCK_V2',
    { 'beacon_block.block_header.slot': uint64Max, 'beacon_block.block_header.proposer_index': uint64Max },
    'ac901404371e5ea1de49169c2d3fd78c758d98ad832c24c5eded5de2d1bf080e',
  ],
  [
    'VALIDATOR_REGISTRATION',
    { 'validator_registration.gas_limit': uint64Max, 'validator_registration.timestamp': uint64Max },
    'b2eb21d1d860b4996d4863f91926fb0087f1418348ad7bde9894bda266a33cb4',
  ],
  [
    'AGGREGATION_SLOT',
    { 'aggregation_slot.slot': uint64Max },
    '8b2d9574dcf09f5802b2c54b85f0cfe2fe87c68e62a8c05ace4c5225c0de5b64',
  ],
  [
    'RANDAO_REVEAL',
    { 'randao_reveal.epoch': uint64Max },
    '2ad62c433d19b47cd8245facc4d6db2664e689ce55a5cb015c417403c2f01f47',
  ],
  ['DEPOSIT', { 'deposit.amount': uint64Max }, '6b1bfa9bf8b905572583a48f7aa996c007de36c340c6fe507652fba3974da359'],
];

for (const [type, changes, root] of exact) {
  test(`${type} keeps the largest uint64 exact`, () => {
    assert.equal(understood(requestOf(type, changes)).signingRoot, root);
  });
}

const capellaExit = '0488d329b5254cbef4b15e84729965a7d7674a67e991510dbf96b1181694b946';
const exits: readonly (readonly [what: string, fork: Json])[] = [
  ['the fork of the day', {}],
  ['the fork of Capella from its first epoch', fork('0x02000000', '0x03000000', '194048')],
  ['the fork of Capella twice, from the epoch of the exit', fork('0x03000000', '0x03000000', '411392')],
  ['a fork before Deneb with an epoch after it', fork('0x00000000', '0x00000000', '411392')],
];

function fork(previous: string, current: string, epoch: string): Json {
  return { fork_info: forkInfo({ previous_version: previous, current_version: current, epoch }) };
}

for (const [what, changes] of exits) {
  test(`an exit is signed under Capella when the client sends ${what}`, () => {
    assert.equal(understood(requestOf('VOLUNTARY_EXIT', changes)).signingRoot, capellaExit);
  });
}

test('an exit of an epoch long ago is signed under Capella too, unless all of the request is as old', () => {
  const old = { 'voluntary_exit.epoch': '100' };
  const today = understood(requestOf('VOLUNTARY_EXIT', old));
  const then = understood(requestOf('VOLUNTARY_EXIT', { ...old, ...fork('0x00000000', '0x01000000', '74240') }));
  assert.equal(then.signingRoot, 'ef3db71e91c72cedca2dd9b51b80cf8c2146072b80c2378a6312434e0659c9a9');
  assert.notEqual(today.signingRoot, then.signingRoot);
});

const bounds: readonly (readonly [type: SampleType, slot: bigint | null, epoch: bigint | null, priority: string])[] = [
  ['RANDAO_REVEAL', null, 411_392n, 'block'],
  ['DEPOSIT', null, null, 'selection'],
  ['VOLUNTARY_EXIT', null, null, 'selection'],
  ['AGGREGATION_SLOT', null, null, 'selection'],
  ['AGGREGATE_AND_PROOF', 13_164_545n, 411_392n, 'aggregate'],
  ['AGGREGATE_AND_PROOF_V2', 13_164_545n, 411_392n, 'aggregate'],
  ['SYNC_COMMITTEE_MESSAGE', 13_164_545n, null, 'sync'],
  ['SYNC_COMMITTEE_SELECTION_PROOF', null, null, 'selection'],
  ['SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF', 13_164_545n, null, 'sync'],
  ['VALIDATOR_REGISTRATION', null, null, 'selection'],
  ['PAYLOAD_ATTESTATION_MESSAGE', 13_164_545n, null, 'attestation'],
  ['PROPOSER_PREFERENCES', null, null, 'selection'],
  ['BUILDER_REQUEST_AUTH', null, null, 'block'],
  ['BLS_TO_EXECUTION_CHANGE', null, null, 'selection'],
];

for (const [type, slot, epoch, priority] of bounds) {
  test(`${type} claims nothing, is bounded by what it names, and has its turn`, () => {
    const answer = understood(requestOf(type));
    assert.deepEqual(
      { type: answer.type, claim: answer.claim, slot: answer.slot, epoch: answer.epoch, priority: answer.priority },
      { type, claim: null, slot, epoch, priority },
    );
  });
}

test('a deposit is of no network, everything else of the one that its fork or the configuration names', () => {
  assert.equal(understood(requestOf('DEPOSIT')).network, null);
  assert.equal(understood(bytesOf({ type: 'DEPOSIT', ...payloads.DEPOSIT })).network, null);
  const registration = bytesOf({ type: 'VALIDATOR_REGISTRATION', ...payloads.VALIDATOR_REGISTRATION });
  assert.equal(understood(registration).network?.name, 'mainnet');
});

test('the letters of a type may be of either case, and members that nobody knows are passed over', () => {
  const changes = { type: 'attestation', 'attestation.committee': '7', slot: 5, validator: null };
  assert.equal(understood(requestOf('ATTESTATION', changes)).signingRoot, attestationRoot);
});

test('the version of a block may be of either case, and says nothing of a header', () => {
  const { signingRoot } = understood(requestOf('BLOCK_V2'));
  for (const version of ['fulu', 'BELLATRIX', 'GLOAS', 'HEZE']) {
    assert.equal(understood(requestOf('BLOCK_V2', { 'beacon_block.version': version })).signingRoot, signingRoot);
  }
});

test('hex may be of either case', () => {
  const changes = {
    'attestation.beacon_block_root': hex('aB'),
    'fork_info.genesis_validators_root': upper(mainnetRoot),
  };
  const lower = { 'attestation.beacon_block_root': hex('ab') };
  const [one, other] = [requestOf('ATTESTATION', changes), requestOf('ATTESTATION', lower)];
  assert.equal(understood(one).signingRoot, understood(other).signingRoot);
});

function upper(text: string): string {
  return `0x${text.slice(2).toUpperCase()}`;
}

test('a root may be given under both names if they agree', () => {
  const both = { signing_root: hex('ab'), signingRoot: hex('AB') };
  assert.equal(understood(requestOf('ATTESTATION', both)).givenRoot, 'ab'.repeat(32));
  const null1 = { signing_root: hex('ab'), signingRoot: null };
  assert.equal(understood(requestOf('ATTESTATION', null1)).givenRoot, 'ab'.repeat(32));
  assert.equal(understood(requestOf('ATTESTATION')).givenRoot, null);
});

const dialects: readonly (readonly [type: SampleType, name: string, request: Json])[] = [
  ['VALIDATOR_REGISTRATION', 'the old name', { type: 'REGISTER_VALIDATOR', ...payloads.VALIDATOR_REGISTRATION }],
  [
    'AGGREGATE_AND_PROOF',
    'wrapped',
    { type: 'AGGREGATE_AND_PROOF', aggregate_and_proof: payloads.AGGREGATE_AND_PROOF_V2.aggregate_and_proof },
  ],
  [
    'AGGREGATE_AND_PROOF_V2',
    'bare',
    { type: 'AGGREGATE_AND_PROOF_V2', aggregate_and_proof: payloads.AGGREGATE_AND_PROOF.aggregate_and_proof },
  ],
  [
    'PAYLOAD_ATTESTATION_MESSAGE',
    "Lighthouse's names",
    {
      type: 'PAYLOAD_ATTESTATION',
      payload_attestation_data: payloads.PAYLOAD_ATTESTATION_MESSAGE.payload_attestation_message.data,
    },
  ],
  [
    'PAYLOAD_ATTESTATION_MESSAGE',
    "Lodestar's older names",
    {
      type: 'PAYLOAD_ATTESTATION',
      payload_attestation: payloads.PAYLOAD_ATTESTATION_MESSAGE.payload_attestation_message.data,
    },
  ],
  [
    'PROPOSER_PREFERENCES',
    'bare',
    { type: 'PROPOSER_PREFERENCES', proposer_preferences: payloads.PROPOSER_PREFERENCES.proposer_preferences.data },
  ],
  [
    'BUILDER_REQUEST_AUTH',
    "Lighthouse's names",
    { type: 'REQUEST_AUTH', request_auth: payloads.BUILDER_REQUEST_AUTH.builder_request_auth.data },
  ],
];

for (const [type, name, request] of dialects) {
  test(`${type} is the same in another dialect: ${name}`, () => {
    const answer = understood(bytesOf({ ...request, fork_info: forkInfo() }));
    assert.deepEqual(answer, understood(requestOf(type)));
  });
}

test('the fork, not the form of the JSON, says what an aggregate is made of', () => {
  const gloas = { fork_info: forkInfo({ current_version: '0x07000000' }) };
  assert.equal(understand(requestOf('AGGREGATE_AND_PROOF', gloas), networks), null, 'a progressive type');
  const deneb = fork('0x03000000', '0x04000000', '269568');
  const bits = { 'aggregate_and_proof.aggregate.committee_bits': undefined };
  const old = understood(requestOf('AGGREGATE_AND_PROOF', { ...deneb, ...bits }));
  assert.notEqual(old.signingRoot, understood(requestOf('AGGREGATE_AND_PROOF')).signingRoot);
});

test('before the epoch of its fork a request is signed under the previous version', () => {
  const later = { 'fork_info.fork.epoch': '411393' };
  const sameBefore = { 'fork_info.fork.current_version': '0x05000000' };
  const [before, electra] = [requestOf('ATTESTATION', later), requestOf('ATTESTATION', sameBefore)];
  assert.equal(understood(before).signingRoot, understood(electra).signingRoot);
  assert.notEqual(understood(before).signingRoot, attestationRoot);
});

test('a fork without a date in the table is understood on the day it comes', () => {
  const gloas = { fork_info: forkInfo({ previous_version: '0x06000000', current_version: '0x07000000' }) };
  assert.notEqual(understood(requestOf('ATTESTATION', gloas)).signingRoot, attestationRoot);
});
