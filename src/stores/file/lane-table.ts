import { crc32 } from 'node:zlib';
import { cellBytes, subjectOf } from './cell.ts';
import { type Subject, subjectBytes, writeSubject } from './subject.ts';

const chunkCells = 4096;
const smallestIndex = 1024;

/**
 * The last durable cell of every subject, in the form it has on the disk: a lane costs 256 bytes and its place in the
 * index, nothing for the garbage collector to walk, and a snapshot is these bytes as they are.
 *
 * The index is an open hash table (linear probing, at most half full) from a subject to the number of its cell.
 */
export class LaneTable {
  readonly #chunks: Buffer[] = [];
  readonly #wanted = Buffer.alloc(subjectBytes);
  #size = 0;
  /** Per place: the number of the cell plus one, 0 when free; and the hash, so that growing reads no cell. */
  #numbers = new Uint32Array(smallestIndex);
  #hashes = new Uint32Array(smallestIndex);

  /** How many subjects there are. Cells keep their number: a subject is never removed. */
  get size(): number {
    return this.#size;
  }

  /** The cell of a subject, not a copy; null when it has none. */
  find(subject: Subject): Buffer | null {
    writeSubject(this.#wanted, subject);
    return this.#find(this.#wanted);
  }

  /** The cell of the same subject as this one, not a copy; null when it has none. */
  findLike(cell: Buffer): Buffer | null {
    return this.#find(subjectOf(cell));
  }

  /** Copies a cell in, over the one of the same subject. */
  put(cell: Buffer): void {
    if (2 * (this.#size + 1) > this.#numbers.length) this.#grow();
    const subject = subjectOf(cell);
    const hash = crc32(subject);
    const place = this.#placeOf(subject, hash);
    const number = this.#numbers[place] ?? 0;
    if (number === 0) this.#add(cell, place, hash);
    else cell.copy(this.#cell(number - 1));
  }

  /** The cells from number `from`, as many as lie in one chunk and below `end`: the table's own bytes. */
  slice(from: number, end: number): Buffer {
    const chunk = this.#chunks[Math.floor(from / chunkCells)] ?? Buffer.alloc(0);
    const start = from % chunkCells;
    return chunk.subarray(start * cellBytes, Math.min(chunkCells, start + end - from) * cellBytes);
  }

  *cells(): Iterable<Buffer> {
    for (let number = 0; number < this.#size; number += 1) yield this.#cell(number);
  }

  #find(subject: Buffer): Buffer | null {
    const number = this.#numbers[this.#placeOf(subject, crc32(subject))] ?? 0;
    return number === 0 ? null : this.#cell(number - 1);
  }

  #add(cell: Buffer, place: number, hash: number): void {
    // Not zeroed: every cell is written whole before it is read, and what is not needed yet costs no memory.
    if (this.#size % chunkCells === 0) this.#chunks.push(Buffer.allocUnsafeSlow(chunkCells * cellBytes));
    this.#size += 1;
    cell.copy(this.#cell(this.#size - 1));
    this.#numbers[place] = this.#size;
    this.#hashes[place] = hash;
  }

  /** Where the subject stands, or the free place where it belongs. */
  #placeOf(subject: Buffer, hash: number): number {
    const mask = this.#numbers.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const number = this.#numbers[place] ?? 0;
      if (number === 0) return place;
      if (this.#hashes[place] === hash && subjectOf(this.#cell(number - 1)).equals(subject)) return place;
    }
  }

  #grow(): void {
    const numbers = this.#numbers;
    const hashes = this.#hashes;
    const mask = numbers.length * 2 - 1;
    this.#numbers = new Uint32Array(mask + 1);
    this.#hashes = new Uint32Array(mask + 1);
    for (const [old, number] of numbers.entries()) {
      if (number === 0) continue;
      const hash = hashes[old] ?? 0;
      let place = hash & mask;
      while (this.#numbers[place] !== 0) place = (place + 1) & mask;
      this.#numbers[place] = number;
      this.#hashes[place] = hash;
    }
  }

  #cell(number: number): Buffer {
    return this.slice(number, number + 1);
  }
}
