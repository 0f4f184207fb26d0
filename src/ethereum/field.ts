import { Fault, type FaultCode } from '../base/fault.ts';
import type { JsonObject, JsonValue } from '../base/json.ts';

const uint64Form = /^(?:0|[1-9][0-9]{0,19})$/u;
const uint256Form = /^(?:0|[1-9][0-9]{0,77})$/u;
/** A number of at most so many digits is below 2^53, and `Number` reads it faster. */
const safeDigits = 15;
const hexForm = /^0x[0-9a-fA-F]*$/u;

/** A value of a JSON document and the place where it stands. Complaints name the place, never the value. */
export class Field {
  readonly #value: JsonValue;
  readonly #parent: Field | null;
  readonly #step: string | number;

  private constructor(value: JsonValue, parent: Field | null, step: string | number) {
    this.#value = value;
    this.#parent = parent;
    this.#step = step;
  }

  /** @param name what the document is called: every place begins with it */
  static of(document: JsonValue, name: string): Field {
    return new Field(document, null, name);
  }

  /** @throws Fault `field_missing`; `field_invalid` when this is no object */
  member(name: string): Field {
    const member = this.#object().get(name);
    if (member === undefined) throw this.wrong(`has no "${name}"`, 'field_missing');
    return new Field(member, this, name);
  }

  /** Null when the member is missing or null. */
  optional(name: string): Field | null {
    const member = this.#object().get(name) ?? null;
    return member === null ? null : new Field(member, this, name);
  }

  /** The names of those members that are not null, among `wanted`. */
  namesAmong(wanted: ReadonlySet<string>): readonly string[] {
    const names: string[] = [];
    for (const [name, value] of this.#object()) if (value !== null && wanted.has(name)) names.push(name);
    return names;
  }

  isObject(): boolean {
    return this.#value instanceof Map;
  }

  elements(): readonly Field[] {
    const value = this.#value;
    if (!Array.isArray(value)) throw this.wrong('must be a list');
    return value.map((element: JsonValue, index) => new Field(element, this, index));
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.wrong('must be a text');
    return this.#value;
  }

  boolean(): boolean {
    if (typeof this.#value !== 'boolean') throw this.wrong('must be true or false');
    return this.#value;
  }

  /** @throws Fault `uint64_range` for every text that is not the one way to write a uint64; `field_invalid` */
  uint64(): bigint {
    const text = this.#value;
    if (typeof text !== 'string') throw this.wrong('must be a decimal number in quotes');
    if (uint64Form.test(text)) {
      if (text.length <= safeDigits) return BigInt(Number(text));
      const value = BigInt(text);
      if (value < 2n ** 64n) return value;
    }
    throw this.wrong('must be a decimal number below 2^64, without sign or leading zeros', 'uint64_range');
  }

  /** @throws Fault `field_invalid` */
  uint256(): bigint {
    const text = this.text();
    const value = uint256Form.test(text) ? BigInt(text) : null;
    if (value !== null && value < 2n ** 256n) return value;
    throw this.wrong('must be a decimal number below 2^256, without sign or leading zeros');
  }

  /** The digits of exactly `bytes` bytes, in lower case, without the `0x` that must be there. */
  hex(bytes: number): string {
    const text = this.#value;
    if (typeof text === 'string' && text.length === 2 + 2 * bytes && hexForm.test(text)) {
      return text.slice(2).toLowerCase();
    }
    throw this.wrong(`must be 0x and ${2 * bytes} hex digits`);
  }

  /** The same for at most `bytesMax` bytes. @throws Fault `ssz_limit`, `field_invalid` */
  hexOfAtMost(bytesMax: number): string {
    const text = this.text();
    if (text.length % 2 !== 0 || !hexForm.test(text)) throw this.wrong('must be 0x and two hex digits for each byte');
    if (text.length <= 2 + 2 * bytesMax) return text.slice(2).toLowerCase();
    throw this.wrong(`must not be longer than ${bytesMax} bytes`, 'ssz_limit');
  }

  wrong(complaint: string, code: FaultCode = 'field_invalid'): Fault {
    return new Fault(code, `${this.place()} ${complaint}`);
  }

  /** `request.attestation.target.epoch` */
  place(): string {
    if (this.#parent === null) return String(this.#step);
    const step = typeof this.#step === 'number' ? `[${this.#step}]` : `.${this.#step}`;
    return `${this.#parent.place()}${step}`;
  }

  #object(): JsonObject {
    if (this.#value instanceof Map) return this.#value;
    throw this.wrong('must be an object');
  }
}
