import type { Client } from './exchange.ts';
import { asksOf, forkInfo, type Row, rootOf, versioned, withBlock, withHeader, type Write } from './forms.ts';
import { statusAlone, textOrJson } from './readers.ts';

/** Root and type come first. Where the fork stands depends on the object: two of them are written before it. */
const write: Write = (sample, type, object) => {
  const head = { signingRoot: rootOf(sample), type };
  if (withoutFork.has(type)) return { ...head, ...object };
  const fork = { fork_info: forkInfo(sample) };
  return beforeFork.has(type) ? { ...head, ...object, ...fork } : { ...head, ...fork, ...object };
};

const withoutFork = new Set(['VALIDATOR_REGISTRATION', 'BUILDER_REQUEST_AUTH']);
const beforeFork = new Set(['VOLUNTARY_EXIT', 'AGGREGATION_SLOT']);

const rows: readonly Row[] = [
  ['attestation', 'ATTESTATION', 'attestation'],
  ['header', 'BLOCK_V2', 'beacon_block', withHeader],
  ['phase0Block', 'BLOCK', 'block'],
  ['altairBlock', 'BLOCK_V2', 'beacon_block', withBlock],
  ['gloasHeader', 'BLOCK_V2', 'beacon_block', withHeader],
  ['randao', 'RANDAO_REVEAL', 'randao_reveal'],
  ['aggregationSlot', 'AGGREGATION_SLOT', 'aggregation_slot'],
  ['oldAggregate', 'AGGREGATE_AND_PROOF', 'aggregate_and_proof'],
  // Bare by the old name in what was read of its source; wrapped by the new one in what its operators report.
  ['aggregate', 'AGGREGATE_AND_PROOF', 'aggregate_and_proof'],
  ['aggregate', 'AGGREGATE_AND_PROOF_V2', 'aggregate_and_proof', versioned],
  ['gloasAggregate', 'AGGREGATE_AND_PROOF_V2', 'aggregate_and_proof', versioned],
  ['syncMessage', 'SYNC_COMMITTEE_MESSAGE', 'sync_committee_message'],
  ['syncSelection', 'SYNC_COMMITTEE_SELECTION_PROOF', 'sync_aggregator_selection_data'],
  ['contribution', 'SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF', 'contribution_and_proof'],
  ['exit', 'VOLUNTARY_EXIT', 'voluntary_exit'],
  ['registration', 'VALIDATOR_REGISTRATION', 'validator_registration'],
  ['payloadAttestation', 'PAYLOAD_ATTESTATION_MESSAGE', 'payload_attestation_message', versioned],
  ['bid', 'EXECUTION_PAYLOAD_BID', 'execution_payload_bid', versioned],
  ['envelope', 'EXECUTION_PAYLOAD_ENVELOPE', 'execution_payload_envelope', versioned],
  ['preferences', 'PROPOSER_PREFERENCES', 'proposer_preferences', versioned],
  ['requestAuth', 'BUILDER_REQUEST_AUTH', 'builder_request_auth', versioned],
];

/** Sends no `Accept`; reads by the answer's content type, and has words of its own for 412. */
export const teku: Client = {
  name: 'teku',
  headers: { 'content-type': 'application/json' },
  asks: asksOf(rows, write),
  read: textOrJson,
  readRefusal: statusAlone,
};
