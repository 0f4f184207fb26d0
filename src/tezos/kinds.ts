/** The kinds of request that can be signed, sorted; a policy's `allow` names them. */
export const requestKinds = [
  'attestation',
  'attestation_with_dal',
  'block',
  'generic',
  'pack',
  'preattestation',
] as const;

export type RequestKind = (typeof requestKinds)[number];

/**
 * The kinds of operation that a generic request holds, with the tag that each has in binary. The tags stand in the
 * protocol's `operation_repr.ml`. Consensus operations (20, 21, 23, 40, 41) are not among them: they have requests of
 * their own, and inside a generic one nothing would protect them.
 */
export const operationTags = {
  activate_account: 4,
  attestations_aggregate: 31,
  ballot: 6,
  dal_entrapment_evidence: 24,
  dal_publish_commitment: 230,
  delegation: 110,
  double_baking_evidence: 3,
  double_consensus_operation_evidence: 2,
  drain_delegate: 9,
  failing_noop: 17,
  increase_paid_storage: 113,
  origination: 109,
  preattestations_aggregate: 30,
  proposals: 5,
  register_global_constant: 111,
  reveal: 107,
  seed_nonce_revelation: 1,
  set_deposits_limit: 112,
  signature_prefix: 255,
  smart_rollup_add_messages: 201,
  smart_rollup_cement: 202,
  smart_rollup_execute_outbox_message: 206,
  smart_rollup_originate: 200,
  smart_rollup_publish: 203,
  smart_rollup_recover_bond: 207,
  smart_rollup_refute: 204,
  smart_rollup_timeout: 205,
  transaction: 108,
  transfer_ticket: 158,
  update_companion_key: 115,
  update_consensus_key: 114,
  vdf_revelation: 8,
  zk_rollup_origination: 250,
  zk_rollup_publish: 251,
  zk_rollup_update: 252,
} as const;

export type TaggedKind = keyof typeof operationTags;

const stakeOperations = ['stake', 'unstake', 'finalize_unstake', 'set_delegate_parameters'] as const;

type PseudoKind = (typeof stakeOperations)[number];

/** Transactions to these entrypoints, by their tag, are operations of their own in policy, logs and metrics. */
export const pseudoOperations: ReadonlyMap<number, PseudoKind> = new Map(
  stakeOperations.map((kind, index) => [6 + index, kind]),
);

export const ballots = ['yay', 'nay', 'pass'] as const;

/** What an operation of a request is. A ballot says its vote (`ballot:yay`); a policy's `ballot` covers all three. */
export type OperationKind = Exclude<TaggedKind, 'ballot'> | `ballot:${(typeof ballots)[number]}` | PseudoKind;

/** Every name that a policy's `allow.generic` may hold, sorted, ballots without their vote. */
export const operationKinds: readonly string[] = [...Object.keys(operationTags), ...stakeOperations].sort();

const oldNames = new Map([
  ['endorsement', 'attestation'],
  ['preendorsement', 'preattestation'],
]);

/** The name that a kind has today, for one written before attestations were renamed; any other name as it is. */
export function currentName(kind: string): string {
  return oldNames.get(kind) ?? kind;
}
