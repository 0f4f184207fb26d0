import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  bytesOf,
  changed,
  forkInfo,
  hex,
  type Json,
  mainnetRoot,
  requestOf,
} from '../../test/support/ethereum-requests.ts';
import { isFault } from '../base/fault.ts';
import {
  bytesRoot,
  type Chunk,
  containerRoot,
  depthOf,
  hashPair,
  merkleRoot,
  uint64Chunk,
  zeroChunk,
} from '../ethereum/merkle.ts';
import { Networks } from '../ethereum/networks.ts';
import { BodyReader } from './body-reader.ts';

const networks = new Networks({ served: null, registrations: null });
const reader = new BodyReader(networks);
after(async () => await reader.end());

const body = {
  randao_reveal: hex('01', 96),
  eth1_data: { deposit_root: hex('02'), deposit_count: '18446744073709551615', block_hash: hex('03') },
  graffiti: hex('04'),
  proposer_slashings: [],
  attester_slashings: [],
  attestations: [],
  deposits: [],
  voluntary_exits: [],
};
const phase0Block = {
  type: 'BLOCK',
  fork_info: forkInfo({ previous_version: '0x00000000', current_version: '0x00000000', epoch: '0' }),
  block: { slot: '64', proposer_index: '18446744073709551615', parent_root: hex('05'), state_root: hex('06'), body },
};

function block(changes: Json = {}): Uint8Array {
  return bytesOf(changed(phase0Block, changes));
}

test('a short request of a hot type is understood at once', () => {
  const understood = reader.read(requestOf('ATTESTATION'));
  assert.ok(!(understood instanceof Promise));
  assert.equal(understood.type, 'ATTESTATION');
});

test('a full block is understood on the thread', async () => {
  const understood = reader.read(block());
  assert.ok(understood instanceof Promise);
  const { type, signingRoot, claim, slot, network } = await understood;
  assert.deepEqual({ type, slot }, { type: 'BLOCK', slot: 64n });
  assert.equal(network?.genesisValidatorsRoot, mainnetRoot);
  assert.deepEqual(claim, { duty: 'block', next: { height: 64n, round: 0n, floor: 0n, root: signingRoot } });
});

test('a full block keeps the largest uint64 exact: its root is the one that is reached by hand', async () => {
  const empty = (lengthMax: number): Chunk => hashPair(merkleRoot([], depthOf(lengthMax)), zeroChunk);
  const [one, two, three, four, five, six] = ['01', '02', '03', '04', '05', '06'].map((byte) => byte.repeat(32));
  assert.ok(one && two && three && four && five && six);
  const max = uint64Chunk(2n ** 64n - 1n);
  const bodyRoot = containerRoot([
    bytesRoot(one.repeat(3)),
    containerRoot([two, max, three]),
    four,
    empty(16),
    empty(2),
    empty(128),
    empty(16),
    empty(16),
  ]);
  const blockRoot = containerRoot([uint64Chunk(64n), max, five, six, bodyRoot]);
  const domain = networks.domains.of({ type: '00000000', version: '00000000', validatorsRoot: mainnetRoot.slice(2) });
  assert.equal((await reader.read(block())).signingRoot, hashPair(blockRoot, domain));
});

test('BLOCK and BLOCK_V2 of phase0 mean the same block', async () => {
  const versioned = { type: 'BLOCK_V2', beacon_block: { version: 'PHASE0', block: phase0Block.block } };
  const { fork_info: fork } = phase0Block;
  const [older, newer] = await Promise.all([
    reader.read(block()),
    reader.read(bytesOf({ ...versioned, fork_info: fork })),
  ]);
  assert.equal(older.signingRoot, newer.signingRoot);
});

test('a long request goes to the thread whatever its type', async () => {
  const understood = reader.read(requestOf('ATTESTATION', { padding: 'x'.repeat(70_000) }));
  assert.ok(understood instanceof Promise);
  assert.deepEqual(await understood, reader.read(requestOf('ATTESTATION')));
});

test('a Gloas aggregate has another root than one of Fulu with the same JSON', async () => {
  const gloas = { fork_info: forkInfo({ current_version: '0x07000000' }) };
  const [fulu, progressive] = [
    reader.read(requestOf('AGGREGATE_AND_PROOF')),
    await reader.read(requestOf('AGGREGATE_AND_PROOF', gloas)),
  ];
  assert.ok(!(fulu instanceof Promise));
  assert.notEqual(progressive.signingRoot, fulu.signingRoot);
});

const header = { slot: '1', proposer_index: '1', parent_root: hex('01'), state_root: hex('02'), body_root: hex('03') };
const signed = { message: header, signature: hex('04', 96) };
const slashing = { signed_header_1: signed, signed_header_2: signed };

const wrong: readonly (readonly [changes: Json, code: Parameters<typeof isFault>[1], words: RegExp])[] = [
  [{ 'block.body': 5 }, 'field_invalid', /^request\.block\.body must be an object/u],
  [{ 'block.body.graffiti': undefined }, 'field_missing', /block\.body has no "graffiti"/u],
  [{ 'block.body.graffiti': hex('04', 31) }, 'field_invalid', /graffiti must be 0x and 64/u],
  [{ 'block.body.eth1_data.deposit_count': 5 }, 'field_invalid', /deposit_count must be a decimal number in quotes/u],
  [{ 'block.body.eth1_data.deposit_count': '18446744073709551616' }, 'uint64_range', /deposit_count/u],
  [{ 'block.body.proposer_slashings': {} }, 'field_invalid', /proposer_slashings must be a list/u],
  [
    { 'block.body.proposer_slashings': Array.from({ length: 17 }, () => slashing) },
    'ssz_limit',
    /more than 16 elements/u,
  ],
  [
    { 'block.body.proposer_slashings': [slashing, { ...slashing, signed_header_2: {} }] },
    'field_missing',
    /proposer_slashings\[1\]\.signed_header_2 has no "message"/u,
  ],
  [
    { 'block.body.deposits': [{ proof: Array.from({ length: 32 }, () => hex('01')), data: {} }] },
    'field_invalid',
    /proof must hold 33/u,
  ],
  [{ 'fork_info.genesis_validators_root': hex('01') }, 'wrong_network', /"network"/u],
];

for (const [changes, code, words] of wrong) {
  test(`a full block is refused as a short request is: ${code} ${String(words)}`, async () => {
    await assert.rejects(
      async () => await reader.read(block(changes)),
      (error) => isFault(error, code) && words.test(error.message),
    );
  });
}

test('a long request that is no JSON is refused with the place where it ends', async () => {
  const long = Buffer.from(`{"type":"${'x'.repeat(70_000)}`);
  await assert.rejects(
    async () => await reader.read(long),
    (error) => isFault(error, 'json_syntax') && error.facts['offset'] === long.length,
  );
});
