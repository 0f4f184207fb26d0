import { inspect } from 'node:util';

const redacted = '[secret]';

/**
 * Bytes that must not leak: redacted wherever a value is printed, wiped when disposed of.
 * Wiping is best effort: V8 and the curve libraries may hold copies (SECURITY.md says so).
 */
export class SecretBytes implements Disposable {
  #bytes: Uint8Array | null;

  /** Takes `bytes` over: the caller's array is the one that is wiped. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bytes themselves, not a copy. @throws Error when they were wiped already. */
  reveal(): Uint8Array {
    if (this.#bytes === null) throw new Error('secret bytes used after they were wiped');
    return this.#bytes;
  }

  wipe(): void {
    this.#bytes?.fill(0);
    this.#bytes = null;
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
