import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentName, operationKinds, operationTags, requestKinds } from './kinds.ts';

test('the kinds of operation are those that Signatory lists, in its order', () => {
  const listed = `
    activate_account attestations_aggregate ballot dal_entrapment_evidence dal_publish_commitment delegation
    double_baking_evidence double_consensus_operation_evidence drain_delegate failing_noop finalize_unstake
    increase_paid_storage origination preattestations_aggregate proposals register_global_constant reveal
    seed_nonce_revelation set_delegate_parameters set_deposits_limit signature_prefix
    smart_rollup_add_messages smart_rollup_cement smart_rollup_execute_outbox_message smart_rollup_originate
    smart_rollup_publish smart_rollup_recover_bond smart_rollup_refute smart_rollup_timeout
    stake transaction transfer_ticket unstake update_companion_key update_consensus_key vdf_revelation
    zk_rollup_origination zk_rollup_publish zk_rollup_update`;
  assert.deepEqual(operationKinds, listed.trim().split(/\s+/u));
});

test('request kinds are sorted', () => {
  assert.deepEqual(requestKinds, [...requestKinds].sort());
});

test('no consensus tag is an operation tag, and no tag is used twice', () => {
  const tags: readonly number[] = Object.values(operationTags);
  assert.equal(new Set(tags).size, tags.length);
  for (const consensus of [20, 21, 23, 40, 41]) assert.ok(!tags.includes(consensus));
});

test('old names become what they are today', () => {
  assert.equal(currentName('endorsement'), 'attestation');
  assert.equal(currentName('preendorsement'), 'preattestation');
  assert.equal(currentName('attestation_with_dal'), 'attestation_with_dal');
  assert.equal(currentName('__proto__'), '__proto__');
});
