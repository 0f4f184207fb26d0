import { assert } from '../base/fault.ts';
import type { Lane } from './lane.ts';
import type { Mark } from './mark.ts';

/**
 * The line of one Ethereum network at and above which nothing more is signed: an order of the operator's, for planned
 * moves to another signer. It is no mark: it may be lowered or taken away, and no import touches it.
 */
export interface Stop {
  /** From this slot on no block is signed, not even one that was signed before. */
  readonly slot: bigint;
  /** From this target epoch on no attestation is signed. */
  readonly epoch: bigint;
}

/** Stops by network, each named by its genesis validators root as lanes name it. */
export type Stops = ReadonlyMap<string, Stop>;

export const noStops: Stops = new Map();

const uint64End = 2n ** 64n;
const networkPattern = /^0x[0-9a-f]{64}$/u;

/** Does the line of its network forbid this claim? At the line counts as above it. No line concerns Tezos. */
export function isStopped(stops: Stops, lane: Lane, next: Mark): boolean {
  const stop = lane.chain === 'ethereum' ? stops.get(lane.network) : undefined;
  if (stop === undefined) return false;
  return next.height >= (lane.duty === 'block' ? stop.slot : stop.epoch);
}

/** For stores: @throws Error for what no parser lets through: a programmer error */
export function checkStop(network: string, stop: Stop | null): void {
  assert(networkPattern.test(network), 'a stop names its network as 0x and 64 lower-case hex digits');
  const fits = stop === null || [stop.slot, stop.epoch].every((number) => number >= 0n && number < uint64End);
  assert(fits, 'a stop is made of uint64 numbers');
}
