import type { Field } from './field.ts';
import type { Chunk } from './merkle.ts';
import type { Preset } from './network.ts';

/** Types whose roots need a library: full bodies, and the progressive types that came with Gloas. */
export type FullType =
  | 'phase0.BeaconBlock'
  | 'altair.BeaconBlock'
  | 'gloas.AggregateAndProof'
  | 'gloas.ExecutionPayloadBid'
  | 'heze.ExecutionPayloadBid'
  | 'gloas.ExecutionPayloadEnvelope'
  | 'heze.InclusionList';

/** An object whose root is not computed here. */
export interface FullObject {
  readonly type: FullType;
  readonly value: Field;
}

/** Computes what is not computed here. @throws Fault `field_*`, `uint64_range`, `ssz_limit` */
export type RootOf = (object: FullObject, preset: Preset) => Chunk;

/** What a payload says. */
export interface Reading {
  /** `hash_tree_root` of what is signed, or what it is the root of. */
  readonly object: Chunk | FullObject;
  /** The fork version of its domain. */
  readonly version: string;
  /** Null for what the clock does not bound. */
  readonly slot: bigint | null;
  readonly epoch: bigint | null;
  /** What the lane has afterwards, but for the root. */
  readonly claim: { readonly duty: 'block' | 'attestation'; readonly height: bigint; readonly floor: bigint } | null;
}

/** A reading that no rule concerns. */
export function free(reading: Pick<Reading, 'object' | 'version'> & Partial<Reading>): Reading {
  return { slot: null, epoch: null, claim: null, ...reading };
}
