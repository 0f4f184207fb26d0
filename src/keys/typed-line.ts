import { SecretBytes } from '../base/secret-bytes.ts';

const bytesMax = 1024;

/** What a line is after a key: still being typed, finished, called off, or longer than any password. */
export type LineState = 'typing' | 'done' | 'cancelled' | 'too_long';

/** A line typed in raw mode, in bytes that can be wiped. It knows Enter, Backspace, Ctrl-U, Ctrl-C and Ctrl-D. */
export class TypedLine {
  readonly #bytes = new Uint8Array(bytesMax);
  #length = 0;

  /** Takes one byte of UTF-8. */
  type(byte: number): LineState {
    if (byte === 0x0d || byte === 0x0a) return 'done';
    if (byte === 0x03 || (byte === 0x04 && this.#length === 0)) return 'cancelled';
    if (byte === 0x15) this.#length = 0;
    if (byte === 0x7f || byte === 0x08) this.#eraseCharacter();
    if (byte < 0x20 || byte === 0x7f) return 'typing';
    if (this.#length === bytesMax) return 'too_long';
    this.#bytes[this.#length++] = byte;
    return 'typing';
  }

  /** The line so far; what the editor held of it is wiped. */
  take(): SecretBytes {
    const line = new SecretBytes(this.#bytes.slice(0, this.#length));
    this.#bytes.fill(0);
    this.#length = 0;
    return line;
  }

  #eraseCharacter(): void {
    while (this.#length > 0) {
      this.#length -= 1;
      const erased = this.#bytes[this.#length] ?? 0;
      // The bytes of a character after its first one begin with the bits 10.
      if ((erased & 0xc0) !== 0x80) return;
    }
  }
}
