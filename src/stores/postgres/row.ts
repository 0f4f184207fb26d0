import { assert, Fault } from '../../base/fault.ts';
import { type Lane, laneId } from '../../protection/lane.ts';
import type { Mark } from '../../protection/mark.ts';
import type { Stop } from '../../protection/stop.ts';
import type { LaneRecord } from '../../protection/store.ts';

/** A value as the driver gives it: numbers come as decimal text, since a uint64 is no JavaScript number. */
export type Cell = string | boolean | null;
export type Row = readonly Cell[];

const uint64Max = 2n ** 64n - 1n;
const namePattern = /^[0-9A-Za-z]+$/u;
const rootPattern = /^[0-9a-f]{64}$/u;

/** Callers may change what they passed while it waits, and may pass more than a lane has. */
export function copyOfLane({ chain, network, key, duty }: Lane): Lane {
  assert(namePattern.test(network) && namePattern.test(key), 'the names of a lane are letters and digits');
  return { chain, network, key, duty };
}

/** Ends a call whose numbers the parsers would not have let through, before it can spoil the statement of others. */
export function copyOfMark({ height, round, floor, root }: Mark): Mark {
  const fit = [height, round, floor].every((number) => number >= 0n && number <= uint64Max);
  assert(fit, 'marks are made of uint64 numbers');
  assert(root === null || rootPattern.test(root), 'a root is 64 lower-case hex digits');
  return { height, round, floor, root };
}

/** The columns of lanes, as the parameters of `unnest`. */
export function laneArrays(lanes: readonly Lane[]): string[] {
  return [
    arrayOf(lanes.map(({ chain }) => chain)),
    arrayOf(lanes.map(({ network }) => network)),
    arrayOf(lanes.map(({ key }) => key)),
    arrayOf(lanes.map(({ duty }) => duty)),
  ];
}

export function markArrays(marks: readonly (Mark | null)[]): string[] {
  return [
    arrayOf(marks.map((mark) => mark?.height ?? null)),
    arrayOf(marks.map((mark) => mark?.round ?? null)),
    arrayOf(marks.map((mark) => mark?.floor ?? null)),
    arrayOf(marks.map((mark) => mark?.root ?? null)),
  ];
}

/** An array as Postgres reads it. Nothing here needs an escape: names and roots are letters and digits. */
export function arrayOf(values: readonly (string | bigint | boolean | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${value}"`)).join(',')}}`;
}

/** @param cells chain, network, key and duty */
export function laneOf([chain = null, network = null, key = null, duty = null]: Row): Lane {
  const isChain = chain === 'tezos' || chain === 'ethereum';
  const isDuty = duty === 'block' || duty === 'preattestation' || duty === 'attestation';
  if (isChain && isDuty && typeof network === 'string' && typeof key === 'string') return { chain, network, key, duty };
  throw corrupt('a mark belongs to a lane that does not exist');
}

/** @param cells height, round, floor and root; null for a lane that has no mark */
export function markOf([height = null, round = null, floor = null, root = null]: Row): Mark | null {
  if (height === null && round === null && floor === null && root === null) return null;
  const isWhole = isNumber(height) && isNumber(round) && isNumber(floor);
  if (!isWhole || (root !== null && (typeof root !== 'string' || !rootPattern.test(root))))
    throw corrupt('a mark is not what was written');
  return { height: BigInt(height), round: BigInt(round), floor: BigInt(floor), root };
}

/** @param row the lane's names, `closed`, the mark, and whether the row is what was written */
export function recordOf(row: Row): LaneRecord {
  const lane = laneOf(row.slice(0, 4));
  if (row[9] !== true || typeof row[4] !== 'boolean')
    throw corrupt(`the mark of ${laneId(lane)} is not what was written, its checksum differs`);
  return { lane, closed: row[4], mark: markOf(row.slice(5, 9)) };
}

/** @param cells slot, epoch, and whether the row is what was written; null where no line stands */
export function stopOf([slot = null, epoch = null, intact = null]: Row, network: string): Stop | null {
  if (intact !== true) throw corrupt(`the stop line of ${network} is not what was written, its checksum differs`);
  if (slot === null && epoch === null) return null;
  if (!isNumber(slot) || !isNumber(epoch)) throw corrupt(`the stop line of ${network} is not what was written`);
  return { slot: BigInt(slot), epoch: BigInt(epoch) };
}

function isNumber(cell: Cell): cell is string {
  return typeof cell === 'string' && /^\d{1,20}$/u.test(cell);
}

/** Nothing is repaired: an empty mark in the place of a damaged one is how validators were slashed. */
function corrupt(reason: string): Fault {
  const text = `the mark database cannot be trusted (${reason}); see docs/troubleshooting.md#store-corrupt`;
  return new Fault('store_corrupt', text);
}
