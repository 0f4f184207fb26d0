import {
  DOMAIN_AGGREGATE_AND_PROOF,
  DOMAIN_APPLICATION_BUILDER,
  DOMAIN_BEACON_ATTESTER,
  DOMAIN_BEACON_BUILDER,
  DOMAIN_BEACON_PROPOSER,
  DOMAIN_BLS_TO_EXECUTION_CHANGE,
  DOMAIN_BUILDER_REQUEST_AUTH,
  DOMAIN_CONTRIBUTION_AND_PROOF,
  DOMAIN_DEPOSIT,
  DOMAIN_PROPOSER_PREFERENCES,
  DOMAIN_PTC_ATTESTER,
  DOMAIN_RANDAO,
  DOMAIN_SELECTION_PROOF,
  DOMAIN_SYNC_COMMITTEE,
  DOMAIN_SYNC_COMMITTEE_SELECTION_PROOF,
  DOMAIN_VOLUNTARY_EXIT,
} from '@lodestar/params';
import { ssz } from '@lodestar/types';

/** A message that clients ask to be signed, in the consensus API's own JSON, and what must be signed for it. */
export interface Sample {
  readonly network: NetworkName;
  readonly fork: SampleFork;
  readonly epoch: number;
  readonly value: Json;
  /** 64 hex digits, by Lodestar's library. */
  readonly signingRoot: string;
}

export type NetworkName = 'hoodi' | 'sepolia';
export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** A fork as its network has it. */
export interface SampleFork {
  readonly name: string;
  readonly version: string;
  readonly previous: string;
  /** When it took effect. */
  readonly epoch: number;
}

export const genesis = {
  hoodi: { version: '0x10000910', root: '0x212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f' },
  sepolia: { version: '0x90000069', root: '0xd8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078' },
} as const;

export const forks = {
  hoodiCapella: { name: 'CAPELLA', version: '0x40000910', previous: '0x30000910', epoch: 0 },
  hoodiDeneb: { name: 'DENEB', version: '0x50000910', previous: '0x40000910', epoch: 0 },
  hoodiFulu: { name: 'FULU', version: '0x70000910', previous: '0x60000910', epoch: 50_688 },
  sepoliaPhase0: { name: 'PHASE0', version: '0x90000069', previous: '0x90000069', epoch: 0 },
  sepoliaAltair: { name: 'ALTAIR', version: '0x90000070', previous: '0x90000069', epoch: 50 },
  sepoliaGloas: { name: 'GLOAS', version: '0x90000076', previous: '0x90000075', epoch: 353_024 },
} as const satisfies Record<string, SampleFork>;

/** What a sample is made of. The type reads its value afresh from JSON, so that no root is a stale one. */
interface Maker {
  readonly type: { fromJson(json: unknown): unknown; hashTreeRoot(value: never): Uint8Array };
  readonly value: Json;
  readonly domain: Uint8Array;
  /** Where the root is of a part of the value alone. */
  readonly rooted?: Json;
  /** Other than the sample's fork, and its network's genesis root. */
  readonly version?: string;
  readonly anyNetwork?: boolean;
}

const slot = 4_400_000;
const epoch = 137_500;
const gloasSlot = 11_299_200;
const gloasEpoch = 353_100;

const root = (fill: number): string => `0x${fill.toString(16).padStart(2, '0').repeat(32)}`;
const signature = (fill: number): string => `0x${fill.toString(16).padStart(2, '0').repeat(96)}`;
const address = (fill: number): string => `0x${fill.toString(16).padStart(2, '0').repeat(20)}`;
const publicKey = `0x${'a5'.repeat(48)}`;

const attestationAt = (at: number, head: number): Json => ({
  slot: `${at}`,
  index: '0',
  beacon_block_root: root(head),
  source: { epoch: `${Math.floor(at / 32) - 1}`, root: root(2) },
  target: { epoch: `${Math.floor(at / 32)}`, root: root(3) },
});

const aggregateAt = (at: number, committees: Readonly<Record<string, Json>>): Json => ({
  aggregator_index: '1234567',
  aggregate: { aggregation_bits: '0xff0f01', data: attestationAt(at, 1), signature: signature(4), ...committees },
  selection_proof: signature(5),
});

const headerAt = (at: number): Json => ({
  slot: `${at}`,
  proposer_index: '1234567',
  parent_root: root(6),
  state_root: root(7),
  body_root: root(8),
});

const fullBlockAt = (at: number, more: Readonly<Record<string, Json>>): Json => ({
  slot: `${at}`,
  proposer_index: '12',
  parent_root: root(6),
  state_root: root(7),
  body: {
    randao_reveal: signature(9),
    eth1_data: { deposit_root: root(10), deposit_count: '16', block_hash: root(11) },
    graffiti: root(0x74),
    proposer_slashings: [],
    attester_slashings: [],
    attestations: [{ aggregation_bits: '0xff01', data: attestationAt(at - 32, 1), signature: signature(4) }],
    deposits: [],
    voluntary_exits: [{ message: { epoch: '1', validator_index: '3' }, signature: signature(12) }],
    ...more,
  },
});

const syncAggregate = { sync_committee_bits: `0x${'f7'.repeat(64)}`, sync_committee_signature: signature(13) };
const committees = { committee_bits: '0x0500000000000000' };
const syncMessage = { beacon_block_root: root(1), slot: `${slot}` };
const deposit = { pubkey: publicKey, withdrawal_credentials: root(14), amount: '32000000000' };
const payload = {
  parent_hash: root(15),
  fee_recipient: address(16),
  state_root: root(17),
  receipts_root: root(18),
  logs_bloom: `0x${'00'.repeat(256)}`,
  prev_randao: root(19),
  block_number: '9000000',
  gas_limit: '60000000',
  gas_used: '21000',
  timestamp: '1791324000',
  extra_data: '0x7469646d61726b',
  base_fee_per_gas: '7',
  block_hash: root(20),
  transactions: ['0x02f8'],
  withdrawals: [{ index: '1', validator_index: '2', address: address(21), amount: '3' }],
  blob_gas_used: '0',
  excess_blob_gas: '0',
  block_access_list: '0xc0',
  slot_number: `${gloasSlot}`,
};
const requests = { deposits: [], withdrawals: [], consolidations: [] };

const onHoodi = sampler('hoodi', forks.hoodiFulu, epoch);
const onSepolia = sampler('sepolia', forks.sepoliaGloas, gloasEpoch);
const { phase0, altair, bellatrix, capella, electra, gloas } = ssz;

/** Every message that some client sends, by a name of our own. */
export const samples = {
  attestation: onHoodi({
    type: phase0.AttestationData,
    value: attestationAt(slot, 1),
    domain: DOMAIN_BEACON_ATTESTER,
  }),
  header: onHoodi({ type: phase0.BeaconBlockHeader, value: headerAt(slot), domain: DOMAIN_BEACON_PROPOSER }),
  randao: onHoodi({ type: ssz.Epoch, value: { epoch: `${epoch}` }, rooted: `${epoch}`, domain: DOMAIN_RANDAO }),
  aggregationSlot: onHoodi({
    type: ssz.Slot,
    value: { slot: `${slot}` },
    rooted: `${slot}`,
    domain: DOMAIN_SELECTION_PROOF,
  }),
  aggregate: onHoodi({
    type: electra.AggregateAndProof,
    value: aggregateAt(slot, committees),
    domain: DOMAIN_AGGREGATE_AND_PROOF,
  }),
  oldAggregate: sampler(
    'hoodi',
    forks.hoodiDeneb,
    1_000,
  )({ type: phase0.AggregateAndProof, value: aggregateAt(32_000, {}), domain: DOMAIN_AGGREGATE_AND_PROOF }),
  syncMessage: onHoodi({ type: ssz.Root, value: syncMessage, rooted: root(1), domain: DOMAIN_SYNC_COMMITTEE }),
  syncSelection: onHoodi({
    type: altair.SyncAggregatorSelectionData,
    value: { slot: `${slot}`, subcommittee_index: '2' },
    domain: DOMAIN_SYNC_COMMITTEE_SELECTION_PROOF,
  }),
  contribution: onHoodi({
    type: altair.ContributionAndProof,
    value: {
      aggregator_index: '1234567',
      selection_proof: signature(5),
      contribution: {
        slot: `${slot}`,
        beacon_block_root: root(1),
        subcommittee_index: '2',
        aggregation_bits: '0xfe7f0000000000000000000000000001',
        signature: signature(4),
      },
    },
    domain: DOMAIN_CONTRIBUTION_AND_PROOF,
  }),
  // Exits are signed under Capella for ever, whatever fork the client sends along (EIP-7044).
  exit: onHoodi({
    type: phase0.VoluntaryExit,
    value: { epoch: `${epoch}`, validator_index: '1234567' },
    domain: DOMAIN_VOLUNTARY_EXIT,
    version: forks.hoodiCapella.version,
  }),
  registration: onHoodi({
    type: bellatrix.ValidatorRegistrationV1,
    value: { fee_recipient: address(22), gas_limit: '60000000', timestamp: '1790000000', pubkey: publicKey },
    domain: DOMAIN_APPLICATION_BUILDER,
    version: genesis.hoodi.version,
    anyNetwork: true,
  }),
  deposit: onHoodi({
    type: phase0.DepositMessage,
    value: { ...deposit, genesis_fork_version: genesis.hoodi.version },
    rooted: deposit,
    domain: DOMAIN_DEPOSIT,
    version: genesis.hoodi.version,
    anyNetwork: true,
  }),
  // Valid for ever, so it is signed under the version of genesis.
  blsChange: onHoodi({
    type: capella.BLSToExecutionChange,
    value: { validator_index: '1234567', from_bls_pubkey: publicKey, to_execution_address: address(23) },
    domain: DOMAIN_BLS_TO_EXECUTION_CHANGE,
    version: genesis.hoodi.version,
  }),
  phase0Block: sampler(
    'sepolia',
    forks.sepoliaPhase0,
    10,
  )({ type: phase0.BeaconBlock, value: fullBlockAt(320, {}), domain: DOMAIN_BEACON_PROPOSER }),
  altairBlock: sampler(
    'sepolia',
    forks.sepoliaAltair,
    60,
  )({
    type: altair.BeaconBlock,
    value: fullBlockAt(1_920, { sync_aggregate: syncAggregate }),
    domain: DOMAIN_BEACON_PROPOSER,
  }),
  gloasHeader: onSepolia({
    type: phase0.BeaconBlockHeader,
    value: headerAt(gloasSlot),
    domain: DOMAIN_BEACON_PROPOSER,
  }),
  // The same JSON as before, and another root: bits and committees became progressive.
  gloasAggregate: onSepolia({
    type: gloas.AggregateAndProof,
    value: aggregateAt(gloasSlot, committees),
    domain: DOMAIN_AGGREGATE_AND_PROOF,
  }),
  payloadAttestation: onSepolia({
    type: gloas.PayloadAttestationData,
    value: {
      beacon_block_root: root(1),
      slot: `${gloasSlot}`,
      payload_present: true,
      blob_data_available: false,
    },
    domain: DOMAIN_PTC_ATTESTER,
  }),
  bid: onSepolia({
    type: gloas.ExecutionPayloadBid,
    value: {
      parent_block_hash: root(15),
      parent_block_root: root(6),
      block_hash: root(20),
      prev_randao: root(19),
      fee_recipient: address(16),
      gas_limit: '60000000',
      builder_index: '5',
      slot: `${gloasSlot}`,
      value: '1000000',
      execution_payment: '0',
      blob_kzg_commitments: [`0x${'c0'.padEnd(96, '0')}`],
      execution_requests_root: root(24),
    },
    domain: DOMAIN_BEACON_BUILDER,
  }),
  envelope: onSepolia({
    type: gloas.ExecutionPayloadEnvelope,
    value: {
      payload,
      execution_requests: { ...requests, builder_deposits: [], builder_exits: [] },
      builder_index: '5',
      beacon_block_root: root(1),
      parent_beacon_block_root: root(6),
    },
    domain: DOMAIN_BEACON_BUILDER,
  }),
  preferences: onSepolia({
    type: gloas.ProposerPreferences,
    value: {
      dependent_root: root(25),
      proposal_slot: `${gloasSlot}`,
      validator_index: '1234567',
      fee_recipient: address(22),
      target_gas_limit: '60000000',
    },
    domain: DOMAIN_PROPOSER_PREFERENCES,
  }),
  requestAuth: onSepolia({
    type: gloas.BuilderRequestAuth,
    value: { data: '0x7469646d61726b', slot: `${gloasSlot}` },
    domain: DOMAIN_BUILDER_REQUEST_AUTH,
    version: genesis.sepolia.version,
    anyNetwork: true,
  }),
} satisfies Record<string, Sample>;

export type SampleName = keyof typeof samples;

function sampler(network: NetworkName, fork: SampleFork, at: number): (maker: Maker) => Sample {
  return ({ type, value, rooted = value, domain, version = fork.version, anyNetwork = false }) => {
    const objectRoot = type.hashTreeRoot(type.fromJson(rooted) as never);
    const genesisRoot = anyNetwork ? Buffer.alloc(32) : bytesOf(genesis[network].root);
    const forkData = { currentVersion: bytesOf(version), genesisValidatorsRoot: genesisRoot };
    const fullDomain = Buffer.concat([domain, ssz.phase0.ForkData.hashTreeRoot(forkData).subarray(0, 28)]);
    const signingRoot = ssz.phase0.SigningData.hashTreeRoot({ objectRoot, domain: fullDomain });
    return { network, fork, epoch: at, value, signingRoot: Buffer.from(signingRoot).toString('hex') };
  };
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.slice(2), 'hex');
}
