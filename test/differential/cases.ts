import type { CompositeTypeAny, Type } from '@chainsafe/ssz';
import {
  DOMAIN_AGGREGATE_AND_PROOF,
  DOMAIN_BEACON_ATTESTER,
  DOMAIN_BEACON_BUILDER,
  DOMAIN_BEACON_PROPOSER,
  DOMAIN_BLS_TO_EXECUTION_CHANGE,
  DOMAIN_CONTRIBUTION_AND_PROOF,
  DOMAIN_PROPOSER_PREFERENCES,
  DOMAIN_PTC_ATTESTER,
  DOMAIN_RANDAO,
  DOMAIN_SELECTION_PROOF,
  DOMAIN_SYNC_COMMITTEE,
  DOMAIN_SYNC_COMMITTEE_SELECTION_PROOF,
  DOMAIN_VOLUNTARY_EXIT,
  ForkName,
  SLOTS_PER_EPOCH,
} from '@lodestar/params';
import { ssz, sszTypesFor } from '@lodestar/types';
import { forkNames, isFrom } from '../../src/ethereum/network.ts';
import type { SignType } from '../../src/ethereum/sign-type.ts';

type Fork = (typeof forkNames)[number];
type Json = Readonly<Record<string, unknown>>;

/** A type of request and a fork, and how the other implementation says what is signed. */
export interface Case {
  readonly type: SignType;
  readonly fork: Fork;
  readonly domain: Uint8Array;
  /** Of the value whose root is signed, and which the request holds. */
  readonly of: Type<unknown>;
  /** The payload of the request, by its name. */
  readonly payload: (json: Json) => Json;
  /** The epoch that the domain is of, from the JSON of the value. */
  readonly epoch: (json: Json) => bigint;
  /** Makes a random value one that the fork could have. */
  readonly adjust?: (value: Record<string, unknown>) => void;
  /** The fork whose version is in the domain, where it is not that of the epoch. */
  readonly versionOf?: Fork;
}

type Types = Readonly<Record<string, CompositeTypeAny>>;
const sszOf = (fork: Fork): Types => sszTypesFor(ForkName[fork]);

/** Follows a path of members to a decimal text. */
function numberAt(json: Json, ...path: readonly string[]): bigint {
  let value: unknown = json;
  for (const step of path) value = (value as Json)[step];
  return BigInt(value as string);
}

const slotAt =
  (...path: readonly string[]) =>
  (json: Json): bigint =>
    numberAt(json, ...path) / BigInt(SLOTS_PER_EPOCH);
const epochAt =
  (...path: readonly string[]) =>
  (json: Json): bigint =>
    numberAt(json, ...path);
const under =
  (name: string) =>
  (json: Json): Json => ({ [name]: json });
const wrapped =
  (name: string, fork: Fork) =>
  (json: Json): Json => ({ [name]: { version: fork.toUpperCase(), data: json } });

function typeOf(fork: Fork, name: string): CompositeTypeAny {
  const type = sszOf(fork)[name];
  if (type === undefined) throw new Error(`${fork} has no ${name}`);
  return type;
}

/** Forks that name no type of their own use the one of the fork before. */
function latestOf(fork: Fork, name: string): CompositeTypeAny {
  const known = forkNames.slice(0, forkNames.indexOf(fork) + 1).filter((earlier) => sszOf(earlier)[name] !== undefined);
  return typeOf(known.at(-1) ?? fork, name);
}

function blockCase(fork: Fork): Case {
  const base = { type: 'BLOCK_V2', fork, domain: DOMAIN_BEACON_PROPOSER, epoch: slotAt('slot') } as const;
  const version = fork.toUpperCase();
  if (isFrom(fork, 'bellatrix')) {
    const payload = (header: Json): Json => ({ beacon_block: { version, block_header: header } });
    return { ...base, of: ssz.phase0.BeaconBlockHeader, payload };
  }
  const payload = (block: Json): Json => ({ beacon_block: { version, block } });
  return { ...base, of: typeOf(fork, 'BeaconBlock'), payload };
}

function dutiesOf(fork: Fork): readonly Case[] {
  const aggregate = latestOf(fork, 'AggregateAndProof');
  const ofAggregate = { fork, domain: DOMAIN_AGGREGATE_AND_PROOF, epoch: slotAt('aggregate', 'data', 'slot') } as const;
  const single = (type: SignType, domain: Uint8Array, rest: Pick<Case, 'of' | 'payload' | 'epoch'>): Case => ({
    type,
    fork,
    domain,
    ...rest,
  });
  return [
    blockCase(fork),
    single('ATTESTATION', DOMAIN_BEACON_ATTESTER, {
      of: ssz.phase0.AttestationData,
      payload: under('attestation'),
      epoch: epochAt('target', 'epoch'),
    }),
    { ...ofAggregate, type: 'AGGREGATE_AND_PROOF', of: aggregate, payload: under('aggregate_and_proof') },
    { ...ofAggregate, type: 'AGGREGATE_AND_PROOF_V2', of: aggregate, payload: wrapped('aggregate_and_proof', fork) },
    {
      type: 'VOLUNTARY_EXIT',
      fork,
      domain: DOMAIN_VOLUNTARY_EXIT,
      of: ssz.phase0.VoluntaryExit,
      payload: under('voluntary_exit'),
      epoch: epochAt('epoch'),
      ...(isFrom(fork, 'deneb') ? { versionOf: 'capella' } : { adjust: beforeDeneb }),
    },
    {
      type: 'BLS_TO_EXECUTION_CHANGE',
      fork,
      domain: DOMAIN_BLS_TO_EXECUTION_CHANGE,
      of: ssz.capella.BLSToExecutionChange,
      payload: under('BLS_TO_EXECUTION_CHANGE'),
      epoch: () => 7n,
      versionOf: 'phase0',
    },
    single('SYNC_COMMITTEE_SELECTION_PROOF', DOMAIN_SYNC_COMMITTEE_SELECTION_PROOF, {
      of: ssz.altair.SyncAggregatorSelectionData,
      payload: under('sync_aggregator_selection_data'),
      epoch: slotAt('slot'),
    }),
    single('SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF', DOMAIN_CONTRIBUTION_AND_PROOF, {
      of: ssz.altair.ContributionAndProof,
      payload: under('contribution_and_proof'),
      epoch: slotAt('contribution', 'slot'),
    }),
  ];
}

/** Networks of these tests have Deneb from epoch 40 on, and the fork of a request may begin an epoch later than it. */
function beforeDeneb(exit: Record<string, unknown>): void {
  exit['epoch'] = Number(exit['epoch']) % 39;
}

/** Types whose root is that of one number or one root: the JSON holds it as its only member that is hashed. */
function scalarsOf(fork: Fork): readonly Case[] {
  const slot = (json: unknown): Json => ({ aggregation_slot: { slot: json } });
  const epoch = (json: unknown): Json => ({ randao_reveal: { epoch: json } });
  const message = (json: unknown): Json => ({ sync_committee_message: { beacon_block_root: json, slot: '77' } });
  const asNumber = (json: unknown): bigint => BigInt(json as string);
  const slotsPerEpoch = BigInt(SLOTS_PER_EPOCH);
  return [
    {
      type: 'AGGREGATION_SLOT',
      fork,
      domain: DOMAIN_SELECTION_PROOF,
      of: ssz.Slot,
      payload: slot,
      epoch: (json) => asNumber(json) / slotsPerEpoch,
    },
    { type: 'RANDAO_REVEAL', fork, domain: DOMAIN_RANDAO, of: ssz.Epoch, payload: epoch, epoch: asNumber },
    {
      type: 'SYNC_COMMITTEE_MESSAGE',
      fork,
      domain: DOMAIN_SYNC_COMMITTEE,
      of: ssz.Root,
      payload: message,
      epoch: () => 77n / slotsPerEpoch,
    },
  ];
}

function gloasOf(fork: Fork): readonly Case[] {
  const payloadAttestation = {
    type: 'PAYLOAD_ATTESTATION_MESSAGE',
    fork,
    domain: DOMAIN_PTC_ATTESTER,
    of: ssz.gloas.PayloadAttestationData,
    epoch: slotAt('slot'),
  } as const;
  return [
    { ...payloadAttestation, payload: wrapped('payload_attestation_message', fork) },
    { ...payloadAttestation, payload: under('payload_attestation_data') },
    { ...payloadAttestation, payload: under('payload_attestation') },
    {
      type: 'EXECUTION_PAYLOAD_BID',
      fork,
      domain: DOMAIN_BEACON_BUILDER,
      of: typeOf(fork, 'ExecutionPayloadBid'),
      payload: wrapped('execution_payload_bid', fork),
      epoch: slotAt('slot'),
    },
    {
      type: 'EXECUTION_PAYLOAD_ENVELOPE',
      fork,
      domain: DOMAIN_BEACON_BUILDER,
      of: ssz.gloas.ExecutionPayloadEnvelope,
      payload: under('execution_payload_envelope'),
      epoch: slotAt('payload', 'slot_number'),
    },
    {
      type: 'PROPOSER_PREFERENCES',
      fork,
      domain: DOMAIN_PROPOSER_PREFERENCES,
      of: ssz.gloas.ProposerPreferences,
      payload: wrapped('proposer_preferences', fork),
      epoch: slotAt('proposal_slot'),
    },
  ];
}

/** Every type that carries a fork, on every fork that has it. */
export const forkedCases: readonly Case[] = [
  ...forkNames.flatMap((fork) => [...dutiesOf(fork), ...scalarsOf(fork)]),
  ...forkNames.filter((fork) => isFrom(fork, 'gloas')).flatMap(gloasOf),
  {
    type: 'BLOCK',
    fork: 'phase0',
    domain: DOMAIN_BEACON_PROPOSER,
    of: ssz.phase0.BeaconBlock,
    payload: under('block'),
    epoch: slotAt('slot'),
  },
];
