import type { Client } from './exchange.ts';
import { asksOf, forkInfo, type Row, versioned, withHeader, type Write } from './forms.ts';
import { text } from './readers.ts';

/** Type, fork, object, and no root at all: the signer alone computes it. */
const write: Write = (sample, type, object) =>
  withoutFork.has(type) ? { type, ...object } : { type, fork_info: forkInfo(sample), ...object };

const withoutFork = new Set(['VALIDATOR_REGISTRATION', 'BUILDER_REQUEST_AUTH']);

const rows: readonly Row[] = [
  ['attestation', 'ATTESTATION', 'attestation'],
  ['header', 'BLOCK_V2', 'beacon_block', withHeader],
  ['gloasHeader', 'BLOCK_V2', 'beacon_block', withHeader],
  ['randao', 'RANDAO_REVEAL', 'randao_reveal'],
  ['aggregationSlot', 'AGGREGATION_SLOT', 'aggregation_slot'],
  // Older versions send the aggregate bare under the new name.
  ['aggregate', 'AGGREGATE_AND_PROOF_V2', 'aggregate_and_proof'],
  ['aggregate', 'AGGREGATE_AND_PROOF_V2', 'aggregate_and_proof', versioned],
  ['gloasAggregate', 'AGGREGATE_AND_PROOF_V2', 'aggregate_and_proof', versioned],
  ['syncMessage', 'SYNC_COMMITTEE_MESSAGE', 'sync_committee_message'],
  ['syncSelection', 'SYNC_COMMITTEE_SELECTION_PROOF', 'sync_aggregator_selection_data'],
  ['contribution', 'SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF', 'contribution_and_proof'],
  ['exit', 'VOLUNTARY_EXIT', 'voluntary_exit'],
  ['registration', 'VALIDATOR_REGISTRATION', 'validator_registration'],
  ['envelope', 'EXECUTION_PAYLOAD_ENVELOPE', 'execution_payload_envelope'],
  ['preferences', 'PROPOSER_PREFERENCES', 'proposer_preferences'],
  ['requestAuth', 'BUILDER_REQUEST_AUTH', 'builder_request_auth'],
];

/** Takes the body as it is for the signature, and puts the body of a refusal into its log. */
export const vero: Client = {
  name: 'vero',
  headers: { accept: 'text/plain', 'content-type': 'application/json' },
  asks: asksOf(rows, write),
  read: text,
  readRefusal: ({ body, status }) => `${status}: ${body}`,
};
