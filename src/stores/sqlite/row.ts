import { crc32 } from 'node:zlib';
import { assert } from '../../base/fault.ts';
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
  const content = { chain, network, key, duty, closed: closed ? 1 : 0, ...(mark === null ? noMark : columnsOf(mark)) };
  return { ...content, crc: crcOf(content) };
}

/** Ends a call whose numbers the parsers would not have let through, before it can spoil the commit of others. */
export function checkNumbers({ height, round, floor }: Mark): void {
  const fit = [height, round, floor].every((number) => number >= 0n && number <= uint64Max);
  assert(fit, 'marks are made of uint64 numbers');
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

/** The same over the columns in their order: this is `row_crc` in SQL. */
export function crcOfTexts(columns: readonly (string | number | null)[]): string {
  return crc32(JSON.stringify(columns)).toString(16).padStart(8, '0');
}
