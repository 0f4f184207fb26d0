import { Fault, type FaultCode } from './fault.ts';
import { asBuffer, checkedText, forbiddenKeys, isDigit, isHexDigit, isOfNumber, quoted } from './json-bytes.ts';

/** A JSON document. Integers are exact (`bigint`), other numbers are not (`number`); objects are maps, in order. */
export type JsonValue = null | boolean | bigint | number | string | readonly JsonValue[] | JsonObject;

export type JsonObject = ReadonlyMap<string, JsonValue>;

export interface JsonLimits {
  /** The most objects and arrays inside one another; an array of numbers has 1. */
  readonly depthMax: number;
  /** The most members of objects and elements of arrays in the whole document. */
  readonly valuesMax: number;
}

/** The steps from the document to a value: names of members, indexes of elements. */
export type JsonPath = readonly (string | number)[];

/**
 * Reads one JSON document (RFC 8259), strictly. `JSON.parse` is not used: it keeps the last of two equal keys, lets
 * `__proto__` through, rounds large integers, accepts any depth and gives no offset.
 *
 * @throws Fault with the fact `offset` (in bytes): `body_empty`, `json_encoding` (byte order mark, bad UTF-8, half a
 *   surrogate pair), `json_syntax`, `json_trailing`, `json_duplicate_key`, `json_forbidden_key`, `json_too_deep`,
 *   `json_too_complex`, `number_range`. Where Go's decoder has words for a failure, they are used: clients know them.
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits): JsonValue {
  return new JsonReader(checkedText(bytes), limits).document();
}

/**
 * Where the value at `path` begins in a document that `parseJson` has read: the offset of its name for a member, of
 * its first byte for an element. Null when there is no such value. It reads anew, so it is for errors only.
 */
export function offsetOf(bytes: Uint8Array, path: JsonPath): number | null {
  const anyDepth = { depthMax: Number.MAX_SAFE_INTEGER, valuesMax: Number.MAX_SAFE_INTEGER };
  return new JsonReader(asBuffer(bytes), anyDepth).seek(path);
}

/** Is this value an object? */
export function isJsonObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const endOfText = -1;

/** Enough for 256 bits in decimal with a sign; `BigInt` takes time in the square of the length. */
const numberLengthMax = 80;
/** A number of at most so many digits is below 2^53. */
const safeDigits = 15;
const numberForm = /^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/u;
const escapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Descends once through the bytes; the depth limit bounds its recursion. */
class JsonReader {
  readonly #bytes: Buffer;
  readonly #limits: JsonLimits;
  #at = 0;
  #values = 0;

  constructor(bytes: Buffer, limits: JsonLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  document(): JsonValue {
    const value = this.#value(0);
    if (this.#token() !== endOfText) throw this.#unexpected('after top-level value', 'json_trailing');
    return value;
  }

  seek(path: JsonPath): number | null {
    let start = 0;
    for (const step of path) {
      const found = typeof step === 'string' ? this.#seekMember(step) : this.#seekElement(step);
      if (found === null) return null;
      start = found;
    }
    return start;
  }

  #value(depth: number): JsonValue {
    const byte = this.#token();
    if (byte === quote) return this.#string();
    if (byte === openBrace) return this.#object(this.#deeper(depth));
    if (byte === openBracket) return this.#array(this.#deeper(depth));
    if (byte === minus || isDigit(byte)) return this.#number();
    if (byte === 0x74) return this.#literal('true', true);
    if (byte === 0x66) return this.#literal('false', false);
    if (byte === 0x6e) return this.#literal('null', null);
    throw this.#unexpected('looking for beginning of value');
  }

  #object(depth: number): JsonObject {
    const object = new Map<string, JsonValue>();
    this.#at += 1;
    if (this.#take(closeBrace)) return object;
    do {
      this.#count();
      const key = this.#key(object);
      object.set(key, this.#value(depth));
    } while (this.#take(comma));
    if (!this.#take(closeBrace)) throw this.#unexpected('after object key:value pair');
    return object;
  }

  #array(depth: number): readonly JsonValue[] {
    const array: JsonValue[] = [];
    this.#at += 1;
    if (this.#take(closeBracket)) return array;
    do {
      this.#count();
      array.push(this.#value(depth));
    } while (this.#take(comma));
    if (!this.#take(closeBracket)) throw this.#unexpected('after array element');
    return array;
  }

  #key(object: JsonObject): string {
    if (this.#token() !== quote) throw this.#unexpected('looking for beginning of object key string');
    const start = this.#at;
    const key = this.#string();
    if (object.has(key)) throw this.#fault('json_duplicate_key', 'an object has the same key twice', start);
    if (forbiddenKeys.has(key)) throw this.#fault('json_forbidden_key', `the key "${key}" is not allowed`, start);
    if (!this.#take(colon)) throw this.#unexpected('after object key');
    return key;
  }

  /** Nearly all strings have no escape and are ASCII: one look at each byte, one slice. */
  #string(): string {
    const start = this.#at + 1;
    let seen = 0;
    const bytes = this.#bytes;
    for (let at = start; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      seen |= byte;
      if (byte === quote) {
        this.#at = at + 1;
        return this.#slice(seen < 0x80 ? 'latin1' : 'utf8', start, at);
      }
      if (byte === backslash) return this.#escapedString(start, at);
      if (byte < 0x20) throw this.#unexpectedAt(at, 'in string literal');
    }
    throw this.#ended();
  }

  /** Goes on from the first backslash, at `escape`. */
  #escapedString(start: number, escape: number): string {
    let text = this.#slice('utf8', start, escape);
    this.#at = escape;
    for (;;) {
      const byte = this.#peek();
      if (byte === endOfText) throw this.#ended();
      if (byte === quote) break;
      text += byte === backslash ? this.#escape() : this.#plain();
    }
    this.#at += 1;
    if (/\p{Surrogate}/u.test(text)) throw this.#fault('json_encoding', 'half a surrogate pair in a string', start);
    return text;
  }

  #plain(): string {
    const start = this.#at;
    for (let byte = this.#peek(); byte !== quote && byte !== backslash && byte !== endOfText; byte = this.#peek()) {
      if (byte < 0x20) throw this.#unexpected('in string literal');
      this.#at += 1;
    }
    return this.#slice('utf8', start, this.#at);
  }

  #escape(): string {
    this.#at += 1;
    const letter = this.#peek();
    if (letter === 0x75) return this.#unicode();
    const character = escapes.get(String.fromCharCode(letter));
    if (character === undefined) throw this.#unexpected('in string escape code');
    this.#at += 1;
    return character;
  }

  #unicode(): string {
    this.#at += 1;
    const end = this.#at + 4;
    const digits = this.#slice('latin1', this.#at, end);
    for (; this.#at < end; this.#at += 1) {
      if (!isHexDigit(this.#peek())) throw this.#unexpected('in \\u hexadecimal character escape');
    }
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): bigint | number {
    const start = this.#at;
    while (isOfNumber(this.#peek())) this.#at += 1;
    const text = this.#slice('latin1', start, Math.min(this.#at, start + numberLengthMax + 1));
    if (text.length > numberLengthMax) {
      throw this.#fault('number_range', `a number has more than ${numberLengthMax} characters`, start);
    }
    const parts = numberForm.exec(text);
    if (parts === null) throw this.#fault('json_syntax', 'invalid numeric literal', start);
    if (parts[1] !== undefined || parts[2] !== undefined) return Number(text);
    return text.length <= safeDigits ? BigInt(Number(text)) : BigInt(text);
  }

  #literal<T>(word: string, value: T): T {
    for (let index = 1; index < word.length; index += 1) {
      this.#at += 1;
      const expected = word.charAt(index);
      if (this.#peek() === word.charCodeAt(index)) continue;
      throw this.#unexpected(`in literal ${word} (expecting '${expected}')`);
    }
    this.#at += 1;
    return value;
  }

  /** Leaves the reader before the value of the member `name`; answers where the name begins. */
  #seekMember(name: string): number | null {
    if (!this.#take(openBrace) || this.#token() !== quote) return null;
    do {
      this.#token();
      const start = this.#at;
      const key = this.#string();
      this.#take(colon);
      if (key === name) return start;
      this.#value(0);
    } while (this.#take(comma));
    return null;
  }

  #seekElement(index: number): number | null {
    if (!this.#take(openBracket) || this.#token() === closeBracket) return null;
    for (let left = index; left > 0; left -= 1) {
      this.#value(0);
      if (!this.#take(comma)) return null;
    }
    this.#token();
    return this.#at;
  }

  #deeper(depth: number): number {
    if (depth < this.#limits.depthMax) return depth + 1;
    throw this.#fault('json_too_deep', `the document is nested deeper than ${this.#limits.depthMax}`, this.#at);
  }

  #count(): void {
    this.#values += 1;
    if (this.#values <= this.#limits.valuesMax) return;
    throw this.#fault('json_too_complex', `the document holds more than ${this.#limits.valuesMax} values`, this.#at);
  }

  /** The next byte that is no white space, left in place. */
  #token(): number {
    for (;;) {
      const byte = this.#peek();
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.#at += 1;
    }
  }

  /** Steps over `byte` if it is the next token. */
  #take(byte: number): boolean {
    if (this.#token() !== byte) return false;
    this.#at += 1;
    return true;
  }

  #slice(encoding: 'latin1' | 'utf8', start: number, end: number): string {
    return this.#bytes.toString(encoding, start, end);
  }

  #peek(): number {
    return this.#bytes[this.#at] ?? endOfText;
  }

  #unexpected(where: string, code: FaultCode = 'json_syntax'): Fault {
    return this.#unexpectedAt(this.#at, where, code);
  }

  #unexpectedAt(offset: number, where: string, code: FaultCode = 'json_syntax'): Fault {
    const byte = this.#bytes[offset];
    return byte === undefined ? this.#ended() : this.#fault(code, `invalid character ${quoted(byte)} ${where}`, offset);
  }

  #ended(): Fault {
    return this.#fault('json_syntax', 'unexpected end of JSON input', this.#bytes.length);
  }

  #fault(code: FaultCode, sentence: string, offset: number): Fault {
    return new Fault(code, sentence, { facts: { offset } });
  }
}
