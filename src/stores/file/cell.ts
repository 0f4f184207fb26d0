import { crc32 } from 'node:zlib';
import type { LaneState, Mark } from '../../protection/mark.ts';
import { isSubject, readSubject, type Subject, subjectBytes, writeSubject } from './subject.ts';

/**
 * A cell: 256 bytes that hold all of one lane's state, so that each can be read without any other. Big-endian. A stop
 * line has a cell, too, with its slot as height and its epoch as floor.
 *
 * | at  | size | what                                                          |
 * | --- | ---- | ------------------------------------------------------------- |
 * | 0   | 4    | `TMC1`: an empty cell (all zero) is never a written one       |
 * | 4   | 4    | flags: 1 has a mark, 2 has a root, 4 closed                   |
 * | 8   | 8    | sequence number, 1 and up without a gap                       |
 * | 16  | 4    | place of this cell in its batch                               |
 * | 20  | 4    | cells of the batch                                            |
 * | 24  | 24   | height, round, floor                                          |
 * | 48  | 32   | root                                                          |
 * | 80  | 84   | subject: chain, duty, length of network and key, both texts   |
 * | 164 | 88   | zero                                                          |
 * | 252 | 4    | CRC-32 of all before it, begun with the store's identity      |
 */
export const cellBytes = 256;

/** What a cell says. */
export interface Entry extends LaneState {
  readonly subject: Subject;
}

/** Where a cell stands in the order of all that was ever written. */
export interface Place {
  readonly sequence: number;
  readonly index: number;
  readonly batch: number;
}

const magic = Buffer.from('TMC1');
const sumAt = 252;
const flag = { mark: 1, root: 2, closed: 4 };
const subjectAt = 80;
const empty = Buffer.alloc(cellBytes);

/** Writes an entry into 256 zero bytes. `salt` is `saltOf` the store's identity. */
export function writeCell(cell: Buffer, entry: Entry, place: Place, salt: number): void {
  cell.set(magic, 0);
  cell.writeUInt32BE(flagsOf(entry), 4);
  cell.writeBigUInt64BE(BigInt(place.sequence), 8);
  cell.writeUInt32BE(place.index, 16);
  cell.writeUInt32BE(place.batch, 20);
  if (entry.mark !== null) writeMark(cell, entry.mark);
  writeSubject(subjectOf(cell), entry.subject);
  cell.writeUInt32BE(crc32(cell.subarray(0, sumAt), salt), sumAt);
}

/** The number that makes another store's cells invalid in this one. */
export function saltOf(identity: string): number {
  return crc32(identity);
}

/** `valid` says that it is whole and of a kind that this release knows. */
export function stateOf(cell: Buffer, salt: number): 'empty' | 'valid' | 'damaged' {
  if (cell.equals(empty)) return 'empty';
  const whole = cell.readUInt32BE(sumAt) === crc32(cell.subarray(0, sumAt), salt) && cell.subarray(0, 4).equals(magic);
  if (!whole) return 'damaged';
  return isSubject(subjectOf(cell)) && cell.readUInt32BE(4) < 8 ? 'valid' : 'damaged';
}

/** The part of a cell that names its subject. */
export function subjectOf(cell: Buffer): Buffer {
  return cell.subarray(subjectAt, subjectAt + subjectBytes);
}

export function placeOf(cell: Buffer): Place {
  return { sequence: sequenceOf(cell), index: cell.readUInt32BE(16), batch: cell.readUInt32BE(20) };
}

export function sequenceOf(cell: Buffer): number {
  return Number(cell.readBigUInt64BE(8));
}

/** What a valid cell says. */
export function readCell(cell: Buffer): Entry {
  return { subject: readSubject(subjectOf(cell)), ...readState(cell) };
}

export function readState(cell: Buffer): LaneState {
  const flags = cell.readUInt32BE(4);
  return { mark: (flags & flag.mark) === 0 ? null : readMark(cell, flags), closed: (flags & flag.closed) !== 0 };
}

function flagsOf({ mark, closed }: Entry): number {
  const known = mark === null ? 0 : flag.mark | (mark.root === null ? 0 : flag.root);
  return known | (closed ? flag.closed : 0);
}

function writeMark(cell: Buffer, { height, round, floor, root }: Mark): void {
  cell.writeBigUInt64BE(height, 24);
  cell.writeBigUInt64BE(round, 32);
  cell.writeBigUInt64BE(floor, 40);
  if (root !== null) cell.write(root, 48, 32, 'hex');
}

function readMark(cell: Buffer, flags: number): Mark {
  return {
    height: cell.readBigUInt64BE(24),
    round: cell.readBigUInt64BE(32),
    floor: cell.readBigUInt64BE(40),
    root: (flags & flag.root) === 0 ? null : cell.toString('hex', 48, 80),
  };
}
