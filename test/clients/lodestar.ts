import type { Client } from './exchange.ts';
import { asksOf, forkInfoOf, type Row, rootOf, versioned, withBlock, withHeader, type Write } from './forms.ts';
import { json } from './readers.ts';
import { forks, type Sample } from './samples.ts';

/** Appends type, root and fork to the object, in this order; the fork's epoch is that of the message. */
const write: Write = (sample, type, object) => {
  const head = { ...object, type, signingRoot: rootOf(sample) };
  return withoutFork.has(type) ? head : { ...head, fork_info: forkOf(sample, type) };
};

const withoutFork = new Set(['DEPOSIT', 'VALIDATOR_REGISTRATION', 'BUILDER_REQUEST_AUTH']);

function forkOf(sample: Sample, type: string): object {
  // Newer versions send what they sign exits under.
  if (type === 'VOLUNTARY_EXIT') return forkInfoOf(sample.network, forks.hoodiCapella, forks.hoodiCapella.epoch);
  return forkInfoOf(sample.network, sample.fork, sample.epoch);
}

const rows: readonly Row[] = [
  ['attestation', 'ATTESTATION', 'attestation'],
  ['header', 'BLOCK_V2', 'beacon_block', withHeader],
  ['phase0Block', 'BLOCK_V2', 'beacon_block', withBlock],
  ['altairBlock', 'BLOCK_V2', 'beacon_block', withBlock],
  ['gloasHeader', 'BLOCK_V2', 'beacon_block', withHeader],
  ['randao', 'RANDAO_REVEAL', 'randao_reveal'],
  ['aggregationSlot', 'AGGREGATION_SLOT', 'aggregation_slot'],
  ['oldAggregate', 'AGGREGATE_AND_PROOF', 'aggregate_and_proof'],
  ['aggregate', 'AGGREGATE_AND_PROOF_V2', 'aggregate_and_proof', versioned],
  ['gloasAggregate', 'AGGREGATE_AND_PROOF_V2', 'aggregate_and_proof', versioned],
  ['syncMessage', 'SYNC_COMMITTEE_MESSAGE', 'sync_committee_message'],
  ['syncSelection', 'SYNC_COMMITTEE_SELECTION_PROOF', 'sync_aggregator_selection_data'],
  ['contribution', 'SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF', 'contribution_and_proof'],
  ['exit', 'VOLUNTARY_EXIT', 'voluntary_exit'],
  ['registration', 'VALIDATOR_REGISTRATION', 'validator_registration'],
  ['deposit', 'DEPOSIT', 'deposit'],
  ['blsChange', 'BLS_TO_EXECUTION_CHANGE', 'BLS_TO_EXECUTION_CHANGE'],
  // Before September 2026: bare, under another name.
  ['payloadAttestation', 'PAYLOAD_ATTESTATION', 'payload_attestation'],
  ['envelope', 'EXECUTION_PAYLOAD_ENVELOPE', 'execution_payload_envelope'],
  // Since then, as the remote signing API has it.
  ['payloadAttestation', 'PAYLOAD_ATTESTATION_MESSAGE', 'payload_attestation_message', versioned],
  ['envelope', 'EXECUTION_PAYLOAD_ENVELOPE', 'execution_payload_envelope', versioned],
  ['preferences', 'PROPOSER_PREFERENCES', 'proposer_preferences', versioned],
];

/** The answer's content type has to be that of JSON; a refusal is shown as the whole body. */
export const lodestar: Client = {
  name: 'lodestar',
  headers: { accept: 'application/json', 'content-type': 'application/json' },
  asks: asksOf(rows, write),
  read: json,
  readRefusal: ({ body, status }) => (body === '' ? `${status}` : body),
};
