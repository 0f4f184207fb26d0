import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newEthereumKey, signPath, startEthereum, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { type Answer, ScratchFolder, type SignerProcess } from '../support/signer-process.ts';

/**
 * Networks of all three presets, and one without a clock, in one process: each request is of the network whose genesis
 * validators root it names, and numbers stay exact from the request to the store.
 */
const folder = new ScratchFolder();
const key = newEthereumKey();
const uint64Max = 2n ** 64n - 1n;
const zeros = `0x${'00'.repeat(32)}`;

interface Chain {
  readonly root: string;
  readonly version: string;
  readonly slotsPerEpoch: number;
  /** Bytes of the bits of a sync subcommittee: 512 or 32 members, in four parts. */
  readonly syncBytes: number;
}

const hoodi = chain('0x212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f', '0x70000910', 32, 16);
const gnosis = chain('0xf5dcb5564e829aab27264b9becd5dfaa017085611224cb3036f573368dbb9d47', '0x06000064', 16, 16);
const devnet = chain(`0x${'de'.repeat(32)}`, '0x10000038', 8, 1);
const ephemery = chain(`0x${'e9'.repeat(32)}`, '0x7000101b', 32, 16);
let signer: SignerProcess;

before(async () => {
  const file = folder.write(
    'devnet.yaml',
    `CONFIG_NAME: devnet
PRESET_BASE: minimal
GENESIS_VALIDATORS_ROOT: ${devnet.root}
GENESIS_TIME: 1700000000
SECONDS_PER_SLOT: 6
GENESIS_FORK_VERSION: ${devnet.version}
ALTAIR_FORK_VERSION: 0x20000038
ALTAIR_FORK_EPOCH: 10
`,
  );
  const network = `[hoodi, gnosis, ephemery, ${file}]`;
  const marks = join(folder.path, 'marks');
  mkdirSync(marks);
  const antiSlashing = `{ backend: file, path: ${marks} }`;
  signer = await startEthereum(writeEthereumSetup(folder, { keys: [key], network, antiSlashing }), [key]);
});

after(async () => {
  await signer.stop();
  folder.remove();
});

test('the epoch of a slot, and with it the fork, is that of the network’s preset', async () => {
  // Slot 80 is of epoch 10 where an epoch has 8 slots, and the fork begins there; with 16 or 32 it is earlier.
  const fork = { previous_version: devnet.version, current_version: '0x20000038', epoch: '10' };
  const proof = (slot: number) => ({
    type: 'AGGREGATION_SLOT',
    fork_info: { fork, genesis_validators_root: devnet.root },
    aggregation_slot: { slot: `${slot}` },
  });
  const roots = await Promise.all([79, 80].map(async (slot) => await rootToldBy(proof(slot))));
  assert.deepEqual(roots, [
    selectionRoot(79n, devnet.version, devnet.root),
    selectionRoot(80n, '0x20000038', devnet.root),
  ]);
});

for (const [name, of] of Object.entries({ hoodi, gnosis, devnet })) {
  test(`${name}: a contribution has as many bits as its preset has members in a subcommittee`, async () => {
    assert.equal((await ask(contribution(of, of.syncBytes))).status, 200);
    const wrong = await ask(contribution(of, of.syncBytes === 1 ? 16 : 1));
    assert.deepEqual(
      [wrong.status, wrong.headers.get('tidemark-error')],
      [400, of.syncBytes === 1 ? 'ssz_limit' : 'field_invalid'],
    );
  });

  test(`${name}: an attestation of its own is signed, whatever the others have signed`, async () => {
    assert.equal((await ask(attestation(of, 1n, 2n))).status, 200);
    assert.equal((await ask(attestation(of, 1n, 2n, 'bb'))).status, 412);
  });
}

test('a root of no network that is served is refused before anything else is looked at', async () => {
  const foreign = { ...hoodi, root: `0x${'4b'.repeat(32)}` };
  const { status, headers, body } = await ask(attestation(foreign, 1n, 9n));
  assert.deepEqual([status, headers.get('tidemark-error')], [403, 'wrong_network']);
  assert.match(body, /hoodi, gnosis, ephemery, devnet/u);
});

test('a registration names no network: with several it is for none, until one is chosen', async () => {
  const registration = {
    fee_recipient: `0x${'aa'.repeat(20)}`,
    gas_limit: '30000000',
    timestamp: '1',
    pubkey: key.publicKey,
  };
  const { status, headers } = await ask({ type: 'VALIDATOR_REGISTRATION', validator_registration: registration });
  assert.deepEqual([status, headers.get('tidemark-error')], [400, 'network_ambiguous']);
});

test('the largest numbers are exact from the request to the store, and back', async () => {
  assert.equal((await ask(attestation(ephemery, uint64Max - 2n, uint64Max - 1n))).status, 200);
  assert.equal((await ask(attestation(ephemery, uint64Max - 2n, uint64Max))).status, 200, 'one more is more');
  const refused = await ask(attestation(ephemery, uint64Max - 2n, uint64Max, 'bb'));
  assert.equal(refused.status, 412);
  const { mark } = JSON.parse(refused.body) as { mark: Record<string, string> };
  assert.deepEqual([mark['source_epoch'], mark['target_epoch']], [`${uint64Max - 2n}`, `${uint64Max}`]);
  const tooLarge = await ask(attestation(ephemery, 0n, uint64Max + 1n));
  assert.deepEqual([tooLarge.status, tooLarge.headers.get('tidemark-error')], [400, 'uint64_range']);
});

function chain(root: string, version: string, slotsPerEpoch: number, syncBytes: number): Chain {
  return { root, version, slotsPerEpoch, syncBytes };
}

function forkInfo({ root, version }: Chain): object {
  return {
    fork: { previous_version: version, current_version: version, epoch: '0' },
    genesis_validators_root: root,
  };
}

function attestation(of: Chain, source: bigint, target: bigint, byte = 'aa'): object {
  const slot = target * BigInt(of.slotsPerEpoch);
  return {
    type: 'ATTESTATION',
    fork_info: forkInfo(of),
    attestation: {
      slot: `${slot > uint64Max ? uint64Max : slot}`,
      index: '0',
      beacon_block_root: `0x${byte.repeat(32)}`,
      source: { epoch: `${source}`, root: zeros },
      target: { epoch: `${target}`, root: zeros },
    },
  };
}

function contribution(of: Chain, bytes: number): object {
  const signature = `0x${'c0'.repeat(96)}`;
  return {
    type: 'SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF',
    fork_info: forkInfo(of),
    contribution_and_proof: {
      aggregator_index: '1',
      selection_proof: signature,
      contribution: {
        slot: '32',
        beacon_block_root: zeros,
        subcommittee_index: '0',
        aggregation_bits: `0x${'01'.repeat(bytes)}`,
        signature,
      },
    },
  };
}

async function ask(request: object): Promise<Answer> {
  return await signer.post(signPath(key.publicKey), JSON.stringify(request));
}

/** The signer's own root: it says it to whoever gives another one. */
async function rootToldBy(request: object): Promise<string> {
  const { status, body } = await ask({ ...request, signing_root: zeros });
  assert.equal(status, 400);
  return /the root of what it holds is 0x([0-9a-f]{64})/u.exec(body)?.[1] ?? body;
}

/** By hand: a slot is its own root, and the domain holds the version and the genesis validators root. */
function selectionRoot(slot: bigint, version: string, genesisRoot: string): string {
  const object = Buffer.alloc(32);
  object.writeBigUInt64LE(slot);
  const versionChunk = Buffer.alloc(32);
  versionChunk.write(version.slice(2), 'hex');
  const forkRoot = sha256(versionChunk, Buffer.from(genesisRoot.slice(2), 'hex'));
  const domain = Buffer.concat([Buffer.from('05000000', 'hex'), forkRoot.subarray(0, 28)]);
  return sha256(object, domain).toString('hex');
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
