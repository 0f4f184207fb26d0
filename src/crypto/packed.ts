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

/** Each is a copy of its own. */
export function unpack({ bytes, ends }: Packed): Uint8Array[] {
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}
