import { crc32 } from 'node:zlib';
import { corrupt } from './corrupt.ts';

/**
 * The first 256 bytes of every file of the journal. Big-endian: kind and version (4 bytes), the store's identity (36),
 * four numbers (8 each), zero, and the CRC-32 of all before it (at 252).
 */
export const headerBytes = 256;

/** `TMJ1`: a journal segment. `TMS1`: a snapshot. The digit is the version. */
export type HeaderKind = 'TMJ1' | 'TMS1';

export interface Header {
  readonly identity: string;
  readonly numbers: readonly [number, number, number, number];
}

const identityAt = 4;
const identityBytes = 36;
const numbersAt = 40;
const sumAt = 252;

export function writeHeader(kind: HeaderKind, { identity, numbers }: Header): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.write(kind, 'latin1');
  bytes.write(identity, identityAt, 'latin1');
  for (const [index, number] of numbers.entries()) bytes.writeBigUInt64BE(BigInt(number), numbersAt + 8 * index);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, sumAt)), sumAt);
  return bytes;
}

/** @throws Fault `store_corrupt`, also for a version that this release does not know */
export function readHeader(kind: HeaderKind, bytes: Buffer, path: string): Header {
  const found = bytes.toString('latin1', 0, 4);
  const whole = bytes.length === headerBytes && bytes.readUInt32BE(sumAt) === crc32(bytes.subarray(0, sumAt));
  if (whole && found !== kind && found.slice(0, 3) === kind.slice(0, 3)) {
    throw corrupt(path, 0, `format ${found}, and this release reads ${kind}: a newer release of Tidemark wrote it`);
  }
  if (!whole || found !== kind) throw corrupt(path, 0, 'its first 256 bytes are not those that were written');
  const number = (index: number): number => Number(bytes.readBigUInt64BE(numbersAt + 8 * index));
  const identity = bytes.toString('latin1', identityAt, identityAt + identityBytes);
  return { identity, numbers: [number(0), number(1), number(2), number(3)] };
}
