/** Requests of the remote signing API on mainnet at the first epoch of Fulu, one for each type that is hashed by hand. */

export const mainnetRoot = '0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95';

export type Json = Readonly<Record<string, unknown>>;

/** `bytes` times the same byte. */
export function hex(byte: string, bytes = 32): string {
  return `0x${byte.repeat(bytes)}`;
}

export function forkInfo(changes: Json = {}): Json {
  const fork = { previous_version: '0x05000000', current_version: '0x06000000', epoch: '411392', ...changes };
  return { fork, genesis_validators_root: mainnetRoot };
}

const data = {
  slot: '13164545',
  index: '0',
  beacon_block_root: hex('11'),
  source: { epoch: '411391', root: hex('22') },
  target: { epoch: '411392', root: hex('33') },
};
const header = {
  slot: '13164545',
  proposer_index: '5',
  parent_root: hex('11'),
  state_root: hex('22'),
  body_root: hex('33'),
};
const aggregateAndProof = {
  aggregator_index: '9',
  aggregate: { aggregation_bits: '0x0103', data, signature: hex('44', 96), committee_bits: hex('01', 8) },
  selection_proof: hex('55', 96),
};
const contributionAndProof = {
  aggregator_index: '9',
  contribution: {
    slot: '13164545',
    beacon_block_root: hex('11'),
    subcommittee_index: '3',
    aggregation_bits: hex('f0', 16),
    signature: hex('44', 96),
  },
  selection_proof: hex('55', 96),
};

/** By type: the members besides `type` and `fork_info`. */
export const payloads = {
  BLOCK_V2: { beacon_block: { version: 'FULU', block_header: header } },
  ATTESTATION: { attestation: data },
  RANDAO_REVEAL: { randao_reveal: { epoch: '411392' } },
  DEPOSIT: {
    deposit: {
      pubkey: hex('bb', 48),
      withdrawal_credentials: hex('cc'),
      amount: '32000000000',
      genesis_fork_version: '0x10000910',
    },
  },
  VOLUNTARY_EXIT: { voluntary_exit: { epoch: '411392', validator_index: '7' } },
  AGGREGATION_SLOT: { aggregation_slot: { slot: '13164545' } },
  AGGREGATE_AND_PROOF: { aggregate_and_proof: aggregateAndProof },
  AGGREGATE_AND_PROOF_V2: { aggregate_and_proof: { version: 'FULU', data: aggregateAndProof } },
  SYNC_COMMITTEE_MESSAGE: { sync_committee_message: { beacon_block_root: hex('11'), slot: '13164545' } },
  SYNC_COMMITTEE_SELECTION_PROOF: { sync_aggregator_selection_data: { slot: '13164545', subcommittee_index: '3' } },
  SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF: { contribution_and_proof: contributionAndProof },
  VALIDATOR_REGISTRATION: {
    validator_registration: {
      fee_recipient: hex('aa', 20),
      gas_limit: '60000000',
      timestamp: '1764799749',
      pubkey: hex('bb', 48),
    },
  },
  PAYLOAD_ATTESTATION_MESSAGE: {
    payload_attestation_message: {
      version: 'GLOAS',
      data: { beacon_block_root: hex('11'), slot: '13164545', payload_present: true, blob_data_available: false },
    },
  },
  PROPOSER_PREFERENCES: {
    proposer_preferences: {
      version: 'GLOAS',
      data: {
        dependent_root: hex('11'),
        proposal_slot: '13164600',
        validator_index: '7',
        fee_recipient: hex('aa', 20),
        target_gas_limit: '60000000',
      },
    },
  },
  BUILDER_REQUEST_AUTH: { builder_request_auth: { version: 'GLOAS', data: { data: '0xc0ffee', slot: '13164545' } } },
  BLS_TO_EXECUTION_CHANGE: {
    BLS_TO_EXECUTION_CHANGE: {
      validator_index: '7',
      from_bls_pubkey: hex('bb', 48),
      to_execution_address: hex('aa', 20),
    },
  },
} as const;

export type SampleType = keyof typeof payloads;

/** The bytes of a request. A path such as `attestation.target.epoch` replaces a member, or takes it away: `undefined`. */
export function requestOf(type: SampleType, changes: Json = {}): Uint8Array {
  return bytesOf(changed({ type, fork_info: forkInfo(), ...payloads[type] }, changes));
}

export function bytesOf(request: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(request));
}

export function changed(request: Json, changes: Json): Json {
  const copy = structuredClone(request) as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.');
    const last = steps.pop() ?? path;
    let place = copy;
    for (const step of steps) place = place[step] as Record<string, unknown>;
    place[last] = value;
  }
  return copy;
}
