import {
  bytes,
  destination,
  type Field,
  fixed,
  flag,
  keyHash,
  list,
  manager,
  micheline,
  michelineField,
  oneOf,
  optional,
  optionalAtEnd,
  publicKey,
  sequence,
  shortBytes,
  tagged,
  zarith,
} from './fields.ts';
import type { TaggedKind } from './kinds.ts';

/**
 * What stands after the tag of each kind of operation: the encodings of `operation_repr.ml` in protocol 023 and 024.
 * Transactions and ballots are read where their kind is found out.
 */
export type PlainKind = Exclude<TaggedKind, 'transaction' | 'ballot'>;

const u8 = fixed(1);
const u16 = fixed(2);
const int32 = fixed(4);
const int64 = fixed(8);
const hash32 = fixed(32);
/** A smart rollup or ZK rollup address. */
const rollup = fixed(20);

/** Level, round, payload hash. */
const consensusContent = sequence(int32, int32, hash32);
/** A public key with the proof that its owner has the secret, which tz4 keys need. */
const newKey = sequence(manager, publicKey, optionalAtEnd(bytes));
/** A shard (its index, its bytes) and its proof. */
const shardWithProof = sequence(int32, bytes, fixed(48));

const dissection = list(sequence(optional(hash32), zarith));
const dalPage = sequence(int32, u8, u16, bytes);
const nothing = fixed(0);
const revealProof = oneOf(shortBytes, nothing, dalPage, nothing);
const inputProof = oneOf(sequence(int32, zarith, bytes), revealProof, nothing);
const gameStep = oneOf(dissection, sequence(bytes, optional(inputProof)));
const refutation = oneOf(sequence(hash32, hash32), sequence(zarith, gameStep));

const zkPrice = sequence(hash32, zarith);
const zkTicket = sequence(micheline, micheline, destination);
const zkOperation = sequence(int32, zkPrice, keyHash, rollup, bytes, oneOf(nothing, zkTicket));
const zkPending = sequence(bytes, bytes, hash32, flag);
const zkPrivate = sequence(bytes, bytes, hash32);

/** The bodies of today's operations: signing versions 2 and 0. */
export const bodies: Readonly<Record<PlainKind, Field>> = {
  activate_account: sequence(fixed(20), fixed(20)),
  attestations_aggregate: sequence(consensusContent, list(sequence(u16, optional(zarith)))),
  dal_entrapment_evidence: sequence(bytes, u16, u8, shardWithProof),
  dal_publish_commitment: sequence(manager, u8, fixed(48), fixed(96)),
  delegation: sequence(manager, optional(keyHash)),
  double_baking_evidence: sequence(bytes, bytes),
  double_consensus_operation_evidence: sequence(u16, bytes, bytes),
  drain_delegate: sequence(keyHash, keyHash, keyHash),
  failing_noop: bytes,
  increase_paid_storage: sequence(manager, zarith, destination),
  origination: sequence(manager, zarith, optional(keyHash), michelineField, michelineField),
  preattestations_aggregate: sequence(consensusContent, list(u16)),
  proposals: sequence(keyHash, int32, list(hash32)),
  register_global_constant: sequence(manager, michelineField),
  reveal: newKey,
  seed_nonce_revelation: sequence(int32, hash32),
  set_deposits_limit: sequence(manager, optional(zarith)),
  signature_prefix: tagged(new Map([[3, hash32]])),
  smart_rollup_add_messages: sequence(manager, list(bytes)),
  smart_rollup_cement: sequence(manager, rollup),
  smart_rollup_execute_outbox_message: sequence(manager, rollup, hash32, bytes),
  smart_rollup_originate: sequence(manager, u8, bytes, michelineField, optional(list(keyHash))),
  smart_rollup_publish: sequence(manager, rollup, hash32, int32, hash32, int64),
  smart_rollup_recover_bond: sequence(manager, rollup, keyHash),
  smart_rollup_refute: sequence(manager, rollup, keyHash, refutation),
  smart_rollup_timeout: sequence(manager, rollup, keyHash, keyHash),
  transfer_ticket: sequence(manager, michelineField, michelineField, destination, zarith, destination, bytes),
  update_companion_key: newKey,
  update_consensus_key: newKey,
  vdf_revelation: fixed(200),
  zk_rollup_origination: sequence(manager, bytes, list(sequence(bytes, u8)), bytes, int32),
  zk_rollup_publish: sequence(manager, rollup, list(zkOperation)),
  zk_rollup_update: sequence(manager, rollup, list(zkPending), list(zkPrivate), bytes, bytes),
};

/** The bodies of protocol 022: signing version 1. Null: it had no such operation, or another one with that tag. */
export const bodiesOf022: Readonly<Record<PlainKind, Field | null>> = {
  ...bodies,
  attestations_aggregate: sequence(consensusContent, list(u16)),
  dal_entrapment_evidence: sequence(bytes, u8, shardWithProof),
  double_consensus_operation_evidence: null,
  preattestations_aggregate: null,
  reveal: sequence(manager, publicKey),
  update_companion_key: null,
};
