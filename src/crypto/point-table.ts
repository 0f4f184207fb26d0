import { assert } from '../base/fault.ts';

const pointLength = 96;
/** Points that share one piece of memory: 96 KiB. */
const chunkPoints = 1024;

/** Public keys by the number of the key, packed: 96 bytes each instead of an object of the library. */
export class PointTable {
  readonly #chunks: (Uint8Array | undefined)[] = [];

  set(key: number, point: Uint8Array): void {
    assert(point.length === pointLength, 'a point of G1 has 96 bytes');
    const chunk = Math.floor(key / chunkPoints);
    const bytes = this.#chunks[chunk] ?? new Uint8Array(chunkPoints * pointLength);
    this.#chunks[chunk] = bytes;
    bytes.set(point, (key % chunkPoints) * pointLength);
  }

  /** @returns a view of the 96 bytes that were set */
  get(key: number): Uint8Array {
    const bytes = this.#chunks[Math.floor(key / chunkPoints)];
    assert(bytes !== undefined, 'a point that is asked for was set');
    const start = (key % chunkPoints) * pointLength;
    return bytes.subarray(start, start + pointLength);
  }
}
