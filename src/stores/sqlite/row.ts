import { crc32 } from 'node:zlib';
import { assert } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import type { Mark } from '../../protection/mark.ts';
import type { LaneRecord } from '../../protection/store.ts';

/** A mark as the database holds it: numbers are twenty digits, all NULL when the lane has no mark. */
export interface MarkColumns {
  readonly height: string | null;
  readonly round: string | null;
  readonly floor: string | null;
  readonly root: string | null;
}

export interface Row extends MarkColumns {
  readonly chain: string;
  readonly network: string;
  readonly key: string;
  readonly duty: string;
  readonly closed: number;
  readonly crc: string;
}

const uint64Max = 2n ** 64n - 1n;
const noMark: MarkColumns = { height: null, round: null, floor: null, root: null };

export function rowOf({ lane, mark, closed }: LaneRecord): Row {
  const { chain, network, key, duty } = lane;
  const { height, round, floor, root } = mark === null ? noMark : columnsOf(mark);
  const asNumber = closed ? 1 : 0;
  const crc = crcOfTexts([chain, network, key, duty, asNumber, height, round, floor, root]);
  // Written out, because a literal with a spread in it takes a microsecond longer.
  return { chain, network, key, duty, closed: asNumber, height, round, floor, root, crc };
}

const namePattern = /^[0-9A-Za-z]+$/u;

/** Ends a call whose lane no parser would have named so: names stand between separators on their way to the thread. */
export function checkNames({ network, key }: Lane): void {
  assert(namePattern.test(network) && namePattern.test(key), 'the names of a lane are letters and digits');
}

const rootPattern = /^[0-9a-f]{64}$/u;

/** Ends a call whose numbers the parsers would not have let through, before it can spoil the commit of others. */
export function checkMark({ height, round, floor, root }: Mark): void {
  const fit = [height, round, floor].every((number) => number >= 0n && number <= uint64Max);
  assert(fit, 'marks are made of uint64 numbers');
  assert(root === null || rootPattern.test(root), 'a root is 64 lower-case hex digits');
}

function columnsOf({ height, round, floor, root }: Mark): MarkColumns {
  return { height: digitsOf(height), round: digitsOf(round), floor: digitsOf(floor), root };
}

/** Twenty digits: their order as text is the order of numbers. */
export function digitsOf(number: bigint): string {
  return number.toString().padStart(20, '0');
}

/** Null when the row is not what was written. */
export function recordOf(row: Row): LaneRecord | null {
  const chain = (['tezos', 'ethereum'] as const).find((one) => one === row.chain);
  const duty = (['block', 'preattestation', 'attestation'] as const).find((one) => one === row.duty);
  if (row.crc !== crcOf(row) || chain === undefined || duty === undefined) return null;
  return { lane: { chain, network: row.network, key: row.key, duty }, mark: markOf(row), closed: row.closed === 1 };
}

/** What is wrong with a row of which there is no record. */
export function damageOf({ chain, network, key, duty }: Row): string {
  return `the mark of ${chain}:${network}/${key}/${duty} is not what was written, its checksum differs`;
}

/** Null for a lane that has no mark. */
export function markOf({ height, round, floor, root }: MarkColumns): Mark | null {
  if (height === null || round === null || floor === null) return null;
  return { height: BigInt(height), round: BigInt(round), floor: BigInt(floor), root };
}

/** Finds what a disk or a hand changed; eight hex digits. It is no protection against someone who computes it anew. */
function crcOf(row: Omit<Row, 'crc'>): string {
  const { chain, network, key, duty, closed, height, round, floor, root } = row;
  return crcOfTexts([chain, network, key, duty, closed, height, round, floor, root]);
}

/**
 * The same over the columns in their order: this is `row_crc` in SQL. What is summed is their JSON; it is put together
 * by hand because that takes a third of the time, and nothing in a row that was written needs an escape.
 */
export function crcOfTexts(columns: readonly (string | number | null)[]): string {
  let text = '';
  for (const column of columns) text += typeof column === 'string' ? `,"${column}"` : `,${column}`;
  return crc32(`[${text.slice(1)}]`)
    .toString(16)
    .padStart(8, '0');
}
