import type { Preset } from '../ethereum/network.ts';
import { validatorsPerCommitteeMax } from '../ethereum/presets.ts';
import { basicList, bitlist, bitvector, bytes, type Composite, container, list, uint64, vector } from './shape.ts';

/** Limits of block bodies, the same in all presets. */
const bodyLimits = {
  proposerSlashings: 16,
  attesterSlashings: 2,
  attestations: 128,
  deposits: 16,
  voluntaryExits: 16,
} as const;

/** A leaf and its branch in the tree of the deposit contract, and the count of deposits. */
const depositProofLength = 33;

export const root = bytes(32);
export const publicKey = bytes(48);
export const signature = bytes(96);
export const address = bytes(20);

const checkpoint = container({ epoch: uint64, root });

export const attestationData = container({
  slot: uint64,
  index: uint64,
  beacon_block_root: root,
  source: checkpoint,
  target: checkpoint,
});

const header = container({
  slot: uint64,
  proposer_index: uint64,
  parent_root: root,
  state_root: root,
  body_root: root,
});
const signedHeader = container({ message: header, signature });
const proposerSlashing = container({ signed_header_1: signedHeader, signed_header_2: signedHeader });

const indexedAttestation = container({
  attesting_indices: basicList(uint64, validatorsPerCommitteeMax),
  data: attestationData,
  signature,
});
const attesterSlashing = container({ attestation_1: indexedAttestation, attestation_2: indexedAttestation });
const attestation = container({
  aggregation_bits: bitlist(validatorsPerCommitteeMax),
  data: attestationData,
  signature,
});

const depositData = container({ pubkey: publicKey, withdrawal_credentials: root, amount: uint64, signature });
const deposit = container({ proof: vector(root, depositProofLength), data: depositData });
const voluntaryExit = container({ epoch: uint64, validator_index: uint64 });

const phase0Body = {
  randao_reveal: signature,
  eth1_data: container({ deposit_root: root, deposit_count: uint64, block_hash: root }),
  graffiti: root,
  proposer_slashings: list(proposerSlashing, bodyLimits.proposerSlashings),
  attester_slashings: list(attesterSlashing, bodyLimits.attesterSlashings),
  attestations: list(attestation, bodyLimits.attestations),
  deposits: list(deposit, bodyLimits.deposits),
  voluntary_exits: list(container({ message: voluntaryExit, signature }), bodyLimits.voluntaryExits),
} as const;

export const phase0Block = blockOf(container(phase0Body));

export function altairBlock({ syncCommitteeSize }: Preset): Composite {
  const syncAggregate = container({
    sync_committee_bits: bitvector(syncCommitteeSize),
    sync_committee_signature: signature,
  });
  return blockOf(container({ ...phase0Body, sync_aggregate: syncAggregate }));
}

function blockOf(body: Composite): Composite {
  return container({ slot: uint64, proposer_index: uint64, parent_root: root, state_root: root, body });
}
