import { Fault } from '../base/fault.ts';

/** The longest variable-length number: 1 KiB holds more than 7000 bits, and no field of the protocol comes near. */
const zarithBytesMax = 1_024;

/** Reads a stretch of bytes from front to back and never past its end. Numbers are big-endian, as in all of Tezos. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  /** Reads `bytes` from `start` to `end`; both must lie within. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** How many bytes are left to read. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** Steps over `length` bytes and answers them, without a copy. @throws Fault `truncated` */
  take(length: number): Uint8Array {
    if (length > this.left) throw truncated(length, this.left);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u8(): number {
    const byte = this.#bytes[this.#at];
    if (this.#at >= this.#end || byte === undefined) throw truncated(1, this.left);
    this.#at += 1;
    return byte;
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8();
  }

  u32(): number {
    if (this.left < 4) throw truncated(4, this.left);
    return this.u16() * 0x1_0000 + this.u16();
  }

  /** A level, a round or a count: an int32 that must not be negative. @throws Fault `number_range`, `truncated` */
  natural(name: string): number {
    const value = this.u32();
    if (value <= 0x7fff_ffff) return value;
    throw new Fault('number_range', `${name} ${value - 0x1_0000_0000} is negative`);
  }

  /** Is an optional field there? 255 says yes and 0 no; every writer uses these two. */
  flag(): boolean {
    const byte = this.u8();
    if (byte === 0 || byte === 0xff) return byte === 0xff;
    throw malformed(`${byte} does not say whether an optional field is there`);
  }

  /** A field that says its length in 4 bytes: answers a reader of just that stretch, and steps over it. */
  dynamic(): Reader {
    const length = this.u32();
    const start = this.#at;
    this.take(length);
    return new Reader(this.#bytes, start, start + length);
  }

  /** Steps over a natural (N) or signed (Z) variable-length number; both end at the first byte without the top bit. */
  zarith(): void {
    for (let length = 1; length <= zarithBytesMax; length += 1) {
      const byte = this.u8();
      if (byte >= 0x80) continue;
      if (byte === 0 && length > 1) throw malformed('a number has a needless last byte');
      return;
    }
    throw malformed(`a number is longer than ${zarithBytesMax} bytes`);
  }

  /** Nothing may be left. @throws Fault `trailing_bytes` */
  end(): void {
    if (this.left > 0) throw trailing(this.left);
  }
}

/** In the words that Signatory's clients know, as `unknownTag`. */
export function truncated(needed: number, had: number): Fault {
  return new Fault('truncated', `gotez: buffer is too short, at least ${needed} byte(s) were expected, had ${had}`);
}

export function unknownTag(tag: number): Fault {
  return new Fault('unknown_kind', `gotez: unknown tag ${tag}`, { facts: { tag } });
}

export function trailing(count: number): Fault {
  return new Fault('trailing_bytes', `${count} byte(s) stand after the end of what was to be signed`);
}

export function malformed(sentence: string): Fault {
  return new Fault('malformed_request', sentence);
}
