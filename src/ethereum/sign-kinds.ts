import type { Priority } from '../crypto/priority.ts';
import type { Field } from './field.ts';
import type { ForkInfo } from './fork-info.ts';
import type { Network } from './network.ts';
import { readAggregateAndProof, readAttestation } from './read-attestation.ts';
import { readBlock, readVersionedBlock } from './read-block.ts';
import {
  readBuilderRequestAuth,
  readInclusionList,
  readPayloadAttestation,
  readPayloadBid,
  readPayloadEnvelope,
  readProposerPreferences,
} from './read-gloas.ts';
import { readContributionAndProof, readSyncMessage, readSyncSelection } from './read-sync.ts';
import {
  readAggregationSlot,
  readBlsChange,
  readDeposit,
  readRandaoReveal,
  readRegistration,
  readVoluntaryExit,
} from './read-validator.ts';
import type { Reading } from './reading.ts';
import { type SignType, signTypes } from './sign-type.ts';

/** What is known of a type before its payload is read. */
export type SignKind = {
  /** Where its payload stands: one name for each dialect. */
  readonly payloads: readonly string[];
  /** 4 bytes. */
  readonly domain: string;
  readonly priority: Priority;
} & (
  | { readonly needs: 'fork'; readonly read: (payload: Field, info: ForkInfo) => Reading }
  /** `rooted`: the domain holds the genesis validators root; otherwise zeros, as for whatever outlives a network. */
  | {
      readonly needs: 'network';
      readonly rooted: boolean;
      readonly read: (payload: Field, network: Network) => Reading;
    }
  | { readonly needs: 'nothing'; readonly read: (payload: Field) => Reading }
);

type ForkReader = (payload: Field, info: ForkInfo) => Reading;

function forked(payloads: string | readonly string[], domain: string, priority: Priority, read: ForkReader): SignKind {
  return { payloads: typeof payloads === 'string' ? [payloads] : payloads, domain, priority, needs: 'fork', read };
}

const aggregate = forked('aggregate_and_proof', '06000000', 'aggregate', readAggregateAndProof);

/** Names and domains: remote signing API 1.4, consensus and builder specifications. */
export const signKinds: Readonly<Record<SignType, SignKind>> = {
  BLOCK: forked('block', '00000000', 'block', readBlock),
  BLOCK_V2: forked('beacon_block', '00000000', 'block', readVersionedBlock),
  ATTESTATION: forked('attestation', '01000000', 'attestation', readAttestation),
  RANDAO_REVEAL: forked('randao_reveal', '02000000', 'block', readRandaoReveal),
  DEPOSIT: { payloads: ['deposit'], domain: '03000000', priority: 'selection', needs: 'nothing', read: readDeposit },
  VOLUNTARY_EXIT: forked('voluntary_exit', '04000000', 'selection', readVoluntaryExit),
  AGGREGATION_SLOT: forked('aggregation_slot', '05000000', 'selection', readAggregationSlot),
  AGGREGATE_AND_PROOF: aggregate,
  AGGREGATE_AND_PROOF_V2: aggregate,
  SYNC_COMMITTEE_MESSAGE: forked('sync_committee_message', '07000000', 'sync', readSyncMessage),
  SYNC_COMMITTEE_SELECTION_PROOF: forked('sync_aggregator_selection_data', '08000000', 'selection', readSyncSelection),
  SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF: forked('contribution_and_proof', '09000000', 'sync', readContributionAndProof),
  VALIDATOR_REGISTRATION: {
    payloads: ['validator_registration'],
    domain: '00000001',
    priority: 'selection',
    needs: 'network',
    rooted: false,
    read: readRegistration,
  },
  PAYLOAD_ATTESTATION_MESSAGE: forked(
    ['payload_attestation_message', 'payload_attestation_data', 'payload_attestation'],
    '0c000000',
    'attestation',
    readPayloadAttestation,
  ),
  EXECUTION_PAYLOAD_BID: forked('execution_payload_bid', '0b000000', 'block', readPayloadBid),
  EXECUTION_PAYLOAD_ENVELOPE: forked('execution_payload_envelope', '0b000000', 'block', readPayloadEnvelope),
  PROPOSER_PREFERENCES: forked('proposer_preferences', '0d000000', 'selection', readProposerPreferences),
  // Proposers alone ask builders, and they ask when their slot comes.
  BUILDER_REQUEST_AUTH: {
    payloads: ['builder_request_auth', 'request_auth'],
    domain: '0b000001',
    priority: 'block',
    needs: 'network',
    rooted: false,
    read: readBuilderRequestAuth,
  },
  INCLUSION_LIST: {
    payloads: ['inclusion_list'],
    domain: '10000000',
    priority: 'sync',
    needs: 'network',
    rooted: true,
    read: readInclusionList,
  },
  BLS_TO_EXECUTION_CHANGE: forked('BLS_TO_EXECUTION_CHANGE', '0a000000', 'selection', readBlsChange),
};

/** Names that clients have for a type besides its own. */
const aliases: readonly (readonly [name: string, type: SignType])[] = [
  ['REGISTER_VALIDATOR', 'VALIDATOR_REGISTRATION'],
  ['PAYLOAD_ATTESTATION', 'PAYLOAD_ATTESTATION_MESSAGE'],
  ['REQUEST_AUTH', 'BUILDER_REQUEST_AUTH'],
];

const typesByName: ReadonlyMap<string, SignType> = new Map([
  ...signTypes.map((type) => [type, type] as const),
  ...aliases,
]);

/**
 * The type of this name, in letters of either case; an alias gives the type that it stands for. @throws Fault
 * `unknown_kind`
 */
export function signTypeOf(field: Field): SignType {
  const name = field.text();
  // Of the Latin letters alone: by all of Unicode, a dotless i would be an I.
  const type = typesByName.get(name) ?? typesByName.get(name.replace(/[a-z]/gu, (letter) => letter.toUpperCase()));
  if (type !== undefined) return type;
  throw field.wrong(`must be one of ${signTypes.join(', ')}`, 'unknown_kind');
}

const payloadNames: ReadonlySet<string> = new Set(Object.values(signKinds).flatMap(({ payloads }) => payloads));

/** The one payload of a request. @throws Fault `field_missing`; `ambiguous_body` when it holds another one too */
export function payloadOf(request: Field, { payloads }: SignKind): Field {
  const given = request.namesAmong(payloadNames);
  const name = given.find((candidate) => payloads.includes(candidate));
  if (name === undefined) throw request.wrong(`has no "${payloads.join('" or "')}"`, 'field_missing');
  if (given.length === 1) return request.member(name);
  throw request.wrong(`must hold one thing to sign, not ${given.join(' and ')}`, 'ambiguous_body');
}
