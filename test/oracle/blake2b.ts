/** RFC 7693, without a key: the hash of Tezos, written out, since OpenSSL has only its longest form. */
const initial = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];

/** The order in which each round takes the words of a block; rounds eleven and twelve begin anew. */
const orders = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/** Which four words of the state are mixed, eight times a round: columns, then diagonals. */
const quarters = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

const rounds = 12;
const blockBytes = 128;

/** @param length of the digest in bytes, up to 64 */
export function blake2b(message: Uint8Array, length: number): Buffer {
  const state = BigUint64Array.from(initial);
  state[0] = (state[0] ?? 0n) ^ 0x01010000n ^ BigInt(length);
  const blocks = Math.max(1, Math.ceil(message.length / blockBytes));
  for (let index = 0; index < blocks; index += 1) {
    const end = Math.min((index + 1) * blockBytes, message.length);
    const block = Buffer.alloc(blockBytes);
    block.set(message.subarray(index * blockBytes, end));
    compress(state, block, { end, isLast: index === blocks - 1 });
  }
  const digest = Buffer.alloc(64);
  for (const [index, word] of state.entries()) digest.writeBigUInt64LE(word, 8 * index);
  return digest.subarray(0, length);
}

function compress(state: BigUint64Array, block: Buffer, { end, isLast }: { end: number; isLast: boolean }): void {
  const v = BigUint64Array.from([...state, ...initial]);
  v[12] = at(v, 12) ^ BigInt(end);
  if (isLast) v[14] = ~at(v, 14);
  for (let round = 0; round < rounds; round += 1) {
    const order = orders[round % orders.length] ?? [];
    for (const [index, [a, b, c, d]] of quarters.entries()) {
      const [first, second] = [order[2 * index] ?? 0, order[2 * index + 1] ?? 0];
      half(v, [a, b, c, d], { word: block.readBigUInt64LE(8 * first), turns: [32n, 24n] });
      half(v, [a, b, c, d], { word: block.readBigUInt64LE(8 * second), turns: [16n, 63n] });
    }
  }
  for (const index of state.keys()) state[index] = at(state, index) ^ at(v, index) ^ at(v, index + 8);
}

type Quarter = readonly [a: number, b: number, c: number, d: number];

interface Half {
  readonly word: bigint;
  readonly turns: readonly [d: bigint, b: bigint];
}

function half(v: BigUint64Array, [a, b, c, d]: Quarter, { word, turns }: Half): void {
  v[a] = at(v, a) + at(v, b) + word;
  v[d] = turned(at(v, d) ^ at(v, a), turns[0]);
  v[c] = at(v, c) + at(v, d);
  v[b] = turned(at(v, b) ^ at(v, c), turns[1]);
}

function turned(word: bigint, by: bigint): bigint {
  return (word >> by) | (word << (64n - by));
}

function at(words: BigUint64Array, index: number): bigint {
  return words[index] ?? 0n;
}
