/** Byte strings one after the other. */
export interface Packed {
  readonly bytes: Uint8Array;
  /** Where each of them ends. */
  readonly ends: readonly number[];
}

export function pack(parts: readonly Uint8Array[]): Packed {
  let length = 0;
  const ends = parts.map((part) => (length += part.length));
  const bytes = new Uint8Array(length);
  for (const [index, part] of parts.entries()) bytes.set(part, (ends[index] ?? 0) - part.length);
  return { bytes, ends };
}

/** Views: they share the memory that crossed over, for a piece of its own costs each more than the rest of the way. */
export function unpack({ bytes, ends }: Packed): Uint8Array[] {
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}
