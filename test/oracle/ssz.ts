import { createHash } from 'node:crypto';

/** 32 bytes: a leaf or a node of a Merkle tree. */
export type Chunk = Buffer;

const chunkBytes = 32;

/** The tree's root over the fields of a container, each given by its own root (simple-serialize, "Merkleization"). */
export function container(fields: readonly Chunk[]): Chunk {
  return merkleize(fields, fields.length);
}

/** The root over `chunks`, padded with zero chunks to the next power of two of `limit`. */
function merkleize(chunks: readonly Chunk[], limit: number): Chunk {
  let width = 1;
  while (width < limit) width *= 2;
  let layer = [...chunks];
  let filler: Chunk = Buffer.alloc(chunkBytes);
  for (; width > 1; width /= 2) {
    const pairs = Math.ceil(layer.length / 2);
    const padding = filler;
    layer = Array.from({ length: pairs }, (_, at) => hash(layer[2 * at] ?? padding, layer[2 * at + 1] ?? padding));
    filler = hash(filler, filler);
  }
  return layer[0] ?? filler;
}

/** An unsigned integer of 64 bits: 8 bytes, little-endian, and zeros. */
export function uint64(value: bigint): Chunk {
  const chunk = Buffer.alloc(chunkBytes);
  chunk.writeBigUInt64LE(value);
  return chunk;
}

/** Up to 32 bytes, padded with zeros on the right. */
export function padded(bytes: Uint8Array): Chunk {
  const chunk = Buffer.alloc(chunkBytes);
  chunk.set(bytes);
  return chunk;
}

export function hash(...parts: readonly Uint8Array[]): Chunk {
  const sha = createHash('sha256');
  for (const part of parts) sha.update(part);
  return sha.digest();
}
