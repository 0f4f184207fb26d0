import type { Field } from './field.ts';
import { type Chunk, chunksOf, containerRoot, depthOf, hashPair, merkleRoot, uint64Chunk } from './merkle.ts';

const bitsPerChunk = 256;

/**
 * The root of a Bitlist[`bitsMax`] in its JSON form: little-endian bytes, closed by one more bit that marks its length.
 *
 * @throws Fault `field_invalid`, `ssz_limit`
 */
export function bitlistRoot(field: Field, bitsMax: number): Chunk {
  const { bits, digits } = readBitlist(field, bitsMax);
  const root = merkleRoot(chunksOf(digits), depthOf(Math.ceil(bitsMax / bitsPerChunk)));
  return hashPair(root, uint64Chunk(BigInt(bits)));
}

/** The root of a Bitvector[`bits`]. @throws Fault `field_invalid`, `ssz_limit` */
export function bitvectorRoot(field: Field, bits: number): Chunk {
  return containerRoot(chunksOf(readBitvector(field, bits)));
}

/** The bytes of a Bitvector[`bits`]. @throws Fault `field_invalid`, `ssz_limit` */
export function readBitvector(field: Field, bits: number): string {
  const bytes = Math.ceil(bits / 8);
  const digits = field.hexOfAtMost(bytes);
  if (digits.length !== 2 * bytes) throw field.wrong(`must be 0x and ${2 * bytes} hex digits`);
  if (bits % 8 !== 0 && Number.parseInt(digits.slice(-2), 16) >> (bits % 8) !== 0) {
    throw field.wrong(`must not set a bit past its ${bits}`, 'ssz_limit');
  }
  return digits;
}

/** Bits, and the bytes that hold them. */
interface Bitlist {
  readonly bits: number;
  readonly digits: string;
}

/** A Bitlist[`bitsMax`] without its mark: the last byte goes if it held nothing else. @throws Fault */
export function readBitlist(field: Field, bitsMax: number): Bitlist {
  const digits = field.hexOfAtMost(Math.floor(bitsMax / 8) + 1);
  const last = Number.parseInt(digits.slice(-2), 16);
  if (!(last > 0)) throw field.wrong('must end with the bit that marks its length');
  const mark = 31 - Math.clz32(last);
  const before = digits.slice(0, -2);
  const bits = before.length * 4 + mark;
  if (bits > bitsMax) throw field.wrong(`must not hold more than ${bitsMax} bits`, 'ssz_limit');
  const rest = last - (1 << mark);
  return { bits, digits: mark === 0 ? before : before + rest.toString(16).padStart(2, '0') };
}
