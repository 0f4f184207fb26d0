/** A value of a request and its members, by name; what is not there, or has another form, is an `Unreadable`. */
export class Field {
  readonly #value: unknown;
  readonly #name: string;

  constructor(value: unknown, name: string) {
    this.#value = value;
    this.#name = name;
  }

  /** @throws Unreadable */
  static ofText(text: string): Field {
    try {
      return new Field(JSON.parse(text), 'the body');
    } catch {
      throw new Unreadable('the body is no JSON');
    }
  }

  has(name: string): boolean {
    return this.#members()[name] !== undefined;
  }

  member(name: string): Field {
    const value = this.#members()[name];
    if (value === undefined) throw new Unreadable(`${this.#name} has no ${name}`);
    return new Field(value, name);
  }

  text(): string {
    if (typeof this.#value === 'string') return this.#value;
    throw new Unreadable(`${this.#name} is no text`);
  }

  uint64(): bigint {
    const text = this.text();
    if (!/^[0-9]{1,20}$/u.test(text)) throw new Unreadable(`${this.#name} is no number`);
    const value = BigInt(text);
    if (value >= 1n << 64n) throw new Unreadable(`${this.#name} has more than 64 bits`);
    return value;
  }

  bytes(length: number): Buffer {
    const text = this.text();
    const digits = text.startsWith('0x') ? text.slice(2) : text;
    if (digits.length !== 2 * length || !/^[0-9a-fA-F]*$/u.test(digits))
      throw new Unreadable(`${this.#name} is not ${length} bytes of hex`);
    return Buffer.from(digits, 'hex');
  }

  #members(): Readonly<Record<string, unknown>> {
    if (typeof this.#value === 'object' && this.#value !== null) return { ...this.#value };
    throw new Unreadable(`${this.#name} is no object`);
  }
}

/** The oracle does not understand what was asked; a signer that signed it all the same has done wrong. */
export class Unreadable extends Error {}
