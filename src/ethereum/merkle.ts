import { assert } from '../base/fault.ts';
import { sha256Hex } from '../crypto/sha256.ts';

/** 32 bytes as 64 lower-case hex digits: a leaf or an inner node of a tree, or its root. */
export type Chunk = string;

const chunkDigits = 64;
export const zeroChunk: Chunk = '0'.repeat(chunkDigits);

/** What is about to be hashed, or turned round: always written in full before it is read. */
const pair = Buffer.alloc(64);

/** The node above two others. */
export function hashPair(left: Chunk, right: Chunk): Chunk {
  pair.write(left, 0, 'hex');
  pair.write(right, 32, 'hex');
  return sha256Hex(pair);
}

/** The root of a container (SSZ, "Merkleization"), from the roots of its fields. */
export function containerRoot(fields: readonly Chunk[]): Chunk {
  return merkleRoot(fields, depthOf(fields.length));
}

/** The root of a byte vector: 20, 48 or 96 bytes for instance. */
export function bytesRoot(digits: string): Chunk {
  return containerRoot(chunksOf(digits));
}

/** The root of a byte list that may hold at most `bytesMax` bytes. */
export function byteListRoot(digits: string, bytesMax: number): Chunk {
  const root = merkleRoot(chunksOf(digits), depthOf(Math.ceil(bytesMax / 32)));
  return hashPair(root, uint64Chunk(BigInt(digits.length / 2)));
}

/** A uint64 as a leaf: little-endian, filled up with zeros. */
export function uint64Chunk(value: bigint): Chunk {
  pair.writeBigUInt64LE(value, 0);
  return pair.toString('hex', 0, 8) + zeroChunk.slice(16);
}

export function booleanChunk(value: boolean): Chunk {
  return (value ? '01' : '00') + zeroChunk.slice(2);
}

/** Leaves, filled up with zeros on the right to 2^depth, and the nodes above them. */
export function merkleRoot(leaves: readonly Chunk[], depth: number): Chunk {
  let layer = leaves;
  for (let height = 0; height < depth; height += 1) {
    const above: Chunk[] = [];
    for (let index = 0; index < layer.length; index += 2) {
      above.push(hashPair(layer[index] ?? zeroChunk, layer[index + 1] ?? zeroRoot(height)));
    }
    layer = above;
  }
  return layer[0] ?? zeroRoot(depth);
}

/** How high a tree of so many leaves is. */
export function depthOf(leaves: number): number {
  return leaves <= 1 ? 0 : 32 - Math.clz32(leaves - 1);
}

/** Pieces of 32 bytes, the last one filled up with zeros. */
export function chunksOf(digits: string): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < digits.length; at += chunkDigits) {
    chunks.push(digits.slice(at, at + chunkDigits).padEnd(chunkDigits, '0'));
  }
  return chunks;
}

const zeroRoots: Chunk[] = [zeroChunk];

/** The root of a tree of this height with nothing but zeros in it. */
function zeroRoot(height: number): Chunk {
  for (let known = zeroRoots.length; known <= height; known += 1) {
    const below = zeroRoots[known - 1];
    assert(below !== undefined, 'zero roots are known up to here');
    zeroRoots.push(hashPair(below, below));
  }
  return zeroRoots[height] ?? zeroChunk;
}
