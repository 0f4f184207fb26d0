import type { Client } from './exchange.ts';
import { asksOf, forkInfo, type Row, rootOf, versioned, withBlock, withHeader, type Write } from './forms.ts';
import { statusAlone, textOrJson } from './readers.ts';

/** Type, fork, root, object; exits carry the fork of the day, and the root of Capella. */
const write: Write = (sample, type, object) =>
  type === 'VALIDATOR_REGISTRATION'
    ? { type, signingRoot: rootOf(sample), ...object }
    : { type, fork_info: forkInfo(sample), signingRoot: rootOf(sample), ...object };

const rows: readonly Row[] = [
  ['attestation', 'ATTESTATION', 'attestation'],
  ['header', 'BLOCK_V2', 'beacon_block', withHeader],
  ['phase0Block', 'BLOCK', 'block'],
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
  ['payloadAttestation', 'PAYLOAD_ATTESTATION_MESSAGE', 'payload_attestation_message'],
  ['bid', 'EXECUTION_PAYLOAD_BID', 'execution_payload_bid'],
];

/** Sends no `Accept`, so it is answered in text, which it decodes as hex to the last byte. */
export const prysm: Client = {
  name: 'prysm',
  headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip' },
  asks: asksOf(rows, write),
  read: textOrJson,
  readRefusal: statusAlone,
};
