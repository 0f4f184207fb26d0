import type { Preset } from '../ethereum/network.ts';
import { address, attestationData, publicKey, root, signature } from './consensus-types.ts';
import {
  bitvector,
  byteList,
  bytes,
  type Composite,
  container,
  progressiveBitlist,
  progressiveByteList,
  progressiveContainer,
  progressiveList,
  uint256,
  uint64,
} from './shape.ts';

/** Bytes of MAX_EXTRA_DATA_BYTES and BYTES_PER_LOGS_BLOOM, and bits of INCLUSION_LIST_COMMITTEE_SIZE: of all presets. */
const extraDataBytesMax = 32;
const logsBloomBytes = 256;
const inclusionListCommitteeSize = 16;

const commitment = bytes(48);
const transactions = progressiveList(progressiveByteList());

export function gloasAggregateAndProof({ maxCommitteesPerSlot }: Preset): Composite {
  const aggregate = progressiveContainer({
    aggregation_bits: progressiveBitlist(),
    data: attestationData,
    signature,
    committee_bits: bitvector(maxCommitteesPerSlot),
  });
  return container({ aggregator_index: uint64, aggregate, selection_proof: signature });
}

const bid = {
  parent_block_hash: root,
  parent_block_root: root,
  block_hash: root,
  prev_randao: root,
  fee_recipient: address,
  gas_limit: uint64,
  builder_index: uint64,
  slot: uint64,
  value: uint64,
  execution_payment: uint64,
  blob_kzg_commitments: progressiveList(commitment),
  execution_requests_root: root,
} as const;

export const gloasBid = progressiveContainer(bid);
export const hezeBid = progressiveContainer({ ...bid, inclusion_list_bits: bitvector(inclusionListCommitteeSize) });

const withdrawal = container({ index: uint64, validator_index: uint64, address, amount: uint64 });

const payload = progressiveContainer({
  parent_hash: root,
  fee_recipient: address,
  state_root: root,
  receipts_root: root,
  logs_bloom: bytes(logsBloomBytes),
  prev_randao: root,
  block_number: uint64,
  gas_limit: uint64,
  gas_used: uint64,
  timestamp: uint64,
  extra_data: byteList(extraDataBytesMax),
  base_fee_per_gas: uint256,
  block_hash: root,
  transactions,
  withdrawals: progressiveList(withdrawal),
  blob_gas_used: uint64,
  excess_blob_gas: uint64,
  block_access_list: progressiveByteList(),
  slot_number: uint64,
});

const builderDeposit = { pubkey: publicKey, withdrawal_credentials: root, amount: uint64, signature } as const;

const requests = progressiveContainer({
  deposits: progressiveList(container({ ...builderDeposit, index: uint64 })),
  withdrawals: progressiveList(container({ source_address: address, validator_pubkey: publicKey, amount: uint64 })),
  consolidations: progressiveList(
    container({ source_address: address, source_pubkey: publicKey, target_pubkey: publicKey }),
  ),
  builder_deposits: progressiveList(container(builderDeposit)),
  builder_exits: progressiveList(container({ source_address: address, pubkey: publicKey })),
});

export const gloasEnvelope = progressiveContainer({
  payload,
  execution_requests: requests,
  builder_index: uint64,
  beacon_block_root: root,
  parent_beacon_block_root: root,
});

export const hezeInclusionList = container({
  slot: uint64,
  validator_index: uint64,
  dependent_root: root,
  transactions,
});
