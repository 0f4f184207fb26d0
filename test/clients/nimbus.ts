import type { Client } from './exchange.ts';
import { asksOf, forkInfo, type Row, rootOf, versioned, withHeader, type Write } from './forms.ts';
import { errorMember, typedTextOrJson } from './readers.ts';

/** Type, fork, root, object. */
const write: Write = (sample, type, object) => {
  const root = { signingRoot: rootOf(sample), ...object };
  return withoutFork.has(type) ? { type, ...root } : { type, fork_info: forkInfo(sample), ...root };
};

const withoutFork = new Set(['DEPOSIT', 'VALIDATOR_REGISTRATION']);

const rows: readonly Row[] = [
  ['attestation', 'ATTESTATION', 'attestation'],
  ['header', 'BLOCK_V2', 'beacon_block', withHeader],
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
];

/** An answer has to have a content type; a refusal in JSON has to have an `error`, or its words are lost. */
export const nimbus: Client = {
  name: 'nimbus',
  headers: { accept: 'application/json', 'content-type': 'application/json' },
  asks: asksOf(rows, write),
  read: typedTextOrJson,
  readRefusal: errorMember,
};
