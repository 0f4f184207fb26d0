import type { Client } from './exchange.ts';
import { asksOf, forkInfo, forkInfoOf, type Row, rootOf, withBlock, withHeader, type Write } from './forms.ts';
import { json, statusAlone } from './readers.ts';
import { forks, type Sample } from './samples.ts';

/** Type, fork, root, object; the fork is that of the state, with the epoch it took effect in. */
const write: Write = (sample, type, object) => {
  const root = { signingRoot: rootOf(sample), ...object };
  return withoutFork.has(type) ? { type, ...root } : { type, fork_info: forkOf(sample, type), ...root };
};

const withoutFork = new Set(['VALIDATOR_REGISTRATION', 'REQUEST_AUTH']);

/** Exits come with a fork of their own making: Capella on both sides, from the exit's own epoch on. */
function forkOf(sample: Sample, type: string): object {
  if (type !== 'VOLUNTARY_EXIT') return forkInfo(sample);
  const capella = { ...forks.hoodiCapella, previous: forks.hoodiCapella.version };
  return forkInfoOf(sample.network, capella, sample.epoch);
}

/** Aggregates are bare, and of the first type's name, whatever the fork; so are all of Gloas. */
const rows: readonly Row[] = [
  ['attestation', 'ATTESTATION', 'attestation'],
  ['header', 'BLOCK_V2', 'beacon_block', withHeader],
  ['phase0Block', 'BLOCK_V2', 'beacon_block', withBlock],
  ['altairBlock', 'BLOCK_V2', 'beacon_block', withBlock],
  ['gloasHeader', 'BLOCK_V2', 'beacon_block', withHeader],
  ['randao', 'RANDAO_REVEAL', 'randao_reveal'],
  ['aggregationSlot', 'AGGREGATION_SLOT', 'aggregation_slot'],
  ['oldAggregate', 'AGGREGATE_AND_PROOF', 'aggregate_and_proof'],
  ['aggregate', 'AGGREGATE_AND_PROOF', 'aggregate_and_proof'],
  ['gloasAggregate', 'AGGREGATE_AND_PROOF', 'aggregate_and_proof'],
  ['syncMessage', 'SYNC_COMMITTEE_MESSAGE', 'sync_committee_message'],
  ['syncSelection', 'SYNC_COMMITTEE_SELECTION_PROOF', 'sync_aggregator_selection_data'],
  ['contribution', 'SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF', 'contribution_and_proof'],
  ['exit', 'VOLUNTARY_EXIT', 'voluntary_exit'],
  ['registration', 'VALIDATOR_REGISTRATION', 'validator_registration'],
  ['payloadAttestation', 'PAYLOAD_ATTESTATION', 'payload_attestation_data'],
  ['envelope', 'EXECUTION_PAYLOAD_ENVELOPE', 'execution_payload_envelope'],
  ['preferences', 'PROPOSER_PREFERENCES', 'proposer_preferences'],
  ['requestAuth', 'REQUEST_AUTH', 'request_auth'],
];

/** Reads JSON whatever the content type; of a refusal it sees the status alone. */
export const lighthouse: Client = {
  name: 'lighthouse',
  headers: { accept: 'application/json', 'content-type': 'application/json' },
  asks: asksOf(rows, write),
  read: json,
  readRefusal: statusAlone,
};
