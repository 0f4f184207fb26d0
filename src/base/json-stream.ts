import { Fault, type FaultCode, isFault } from './fault.ts';
import { parseJson } from './json.ts';
import { asBuffer, forbiddenKeys, isDigit, isOfNumber, quoted } from './json-bytes.ts';

/** What stands between the brackets. Integers are exact (`bigint`), other numbers are not. */
export type JsonScalar = null | boolean | bigint | number | string;

/** Is told what a document holds, in its order. What it throws ends the reading. */
export interface JsonEvents {
  open(kind: 'object' | 'array'): void;
  close(): void;
  /** The name of the member whose value comes next. */
  key(name: string): void;
  scalar(value: JsonScalar): void;
}

export interface JsonStreamLimits {
  /** The most objects and arrays inside one another. */
  readonly depthMax: number;
  /** The most bytes of one text or number, quotes included. */
  readonly tokenBytesMax: number;
  /** The most members of one object: their names are kept until it ends, so that none comes twice. */
  readonly membersMax: number;
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
const lineFeed = 0x0a;

const literals = new Map<string, JsonScalar>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const scalarLimits = { depthMax: 0, valuesMax: 0 };

/** What may come next. */
type Expected = 'value' | 'first element' | 'first key' | 'key' | 'colon' | 'comma' | 'nothing';

interface Open {
  readonly kind: 'object' | 'array';
  readonly keys: string[];
}

/**
 * Reads one JSON document that comes in pieces, as strictly as `parseJson`, and holds no more of it than one text or
 * number and the names of the members of what is open. Faults say the byte and the line.
 *
 * @throws Fault with the facts `offset` (in bytes) and `line`: the codes of `parseJson`; `json_too_complex` for a text
 *   or an object past its limit
 */
export class JsonStream {
  readonly #events: JsonEvents;
  readonly #limits: JsonStreamLimits;
  readonly #opened: Open[] = [];
  #expected: Expected = 'value';
  /** A text, number or word whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  /** How many bytes came before `#bytes`. */
  #before = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #line = 1;
  #tokenAt = 0;
  #ended = false;

  constructor(events: JsonEvents, limits: JsonStreamLimits) {
    this.#events = events;
    this.#limits = limits;
  }

  /** The first byte of what is being told: 0 for the first of the document. */
  get offset(): number {
    return this.#before + this.#tokenAt;
  }

  /** The line that it stands in: 1 for the first. */
  get line(): number {
    return this.#line;
  }

  write(piece: Uint8Array): void {
    this.#bytes = this.#rest.length === 0 ? asBuffer(piece) : Buffer.concat([this.#rest, piece]);
    this.#rest = Buffer.alloc(0);
    this.#at = 0;
    while (this.#skipSpace()) {
      this.#tokenAt = this.#at;
      if (!this.#token()) return this.#keepRest();
    }
    this.#before += this.#bytes.length;
    this.#bytes = Buffer.alloc(0);
    this.#tokenAt = 0;
  }

  /** The document is through. */
  end(): void {
    this.#ended = true;
    if (this.#rest.length > 0) this.write(Buffer.alloc(0));
    if (this.#rest.length === 0 && this.#expected === 'nothing') return;
    const code = this.#before + this.#rest.length === 0 ? 'body_empty' : 'json_syntax';
    throw this.#fault(code, 'unexpected end of JSON input', this.#before + this.#rest.length);
  }

  /** A fault at what is being told. */
  faultHere(code: FaultCode, sentence: string): Fault {
    return this.#fault(code, sentence, this.offset);
  }

  #keepRest(): void {
    this.#rest = Buffer.from(this.#bytes.subarray(this.#tokenAt));
    this.#before += this.#tokenAt;
    this.#bytes = Buffer.alloc(0);
    this.#tokenAt = 0;
    if (this.#rest.length > this.#limits.tokenBytesMax) throw this.#tooLong();
  }

  /** @returns false when the piece has no more tokens */
  #skipSpace(): boolean {
    const bytes = this.#bytes;
    for (; this.#at < bytes.length; this.#at += 1) {
      const byte = bytes[this.#at];
      if (byte === lineFeed) this.#line += 1;
      else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) return true;
    }
    return false;
  }

  /** @returns false when the token's end has not come yet; nothing is told of it then */
  #token(): boolean {
    const byte = this.#bytes[this.#at] ?? 0;
    switch (this.#expected) {
      case 'nothing':
        throw this.#unexpected('after top-level value', 'json_trailing');
      case 'colon':
        if (byte !== colon) throw this.#unexpected('after object key');
        return this.#step('value');
      case 'comma':
        return this.#comma(byte);
      case 'first key':
        return byte === closeBrace ? this.#close() : this.#key(byte);
      case 'key':
        return this.#key(byte);
      case 'first element':
        return byte === closeBracket ? this.#close() : this.#value(byte);
      case 'value':
        return this.#value(byte);
    }
  }

  #comma(byte: number): boolean {
    const inObject = this.#opened.at(-1)?.kind === 'object';
    if (byte === comma) return this.#step(inObject ? 'key' : 'value');
    if (byte === (inObject ? closeBrace : closeBracket)) return this.#close();
    throw this.#unexpected(inObject ? 'after object key:value pair' : 'after array element');
  }

  #value(byte: number): boolean {
    if (byte === quote) return this.#tellText();
    if (byte === openBrace) return this.#open('object');
    if (byte === openBracket) return this.#open('array');
    if (byte === minus || isDigit(byte)) return this.#number();
    if (byte >= 0x61 && byte <= 0x7a) return this.#word();
    if (byte === 0xef && this.offset === 0) {
      throw this.#fault('json_encoding', 'the text begins with a byte order mark', 0);
    }
    throw this.#unexpected('looking for beginning of value');
  }

  #open(kind: Open['kind']): boolean {
    if (this.#opened.length >= this.#limits.depthMax) {
      throw this.faultHere('json_too_deep', `the document is nested deeper than ${this.#limits.depthMax}`);
    }
    this.#opened.push({ kind, keys: [] });
    this.#events.open(kind);
    return this.#step(kind === 'object' ? 'first key' : 'first element');
  }

  #close(): boolean {
    this.#opened.pop();
    this.#events.close();
    return this.#step(this.#next());
  }

  #key(byte: number): boolean {
    if (byte !== quote) throw this.#unexpected('looking for beginning of object key string');
    const key = this.#text();
    if (key === null) return false;
    const keys = this.#opened.at(-1)?.keys ?? [];
    if (keys.includes(key)) throw this.faultHere('json_duplicate_key', 'an object has the same key twice');
    if (forbiddenKeys.has(key)) throw this.faultHere('json_forbidden_key', `the key "${key}" is not allowed`);
    if (keys.length >= this.#limits.membersMax) {
      const text = `an object has more than ${this.#limits.membersMax} members`;
      throw this.faultHere('json_too_complex', text);
    }
    keys.push(key);
    this.#events.key(key);
    this.#expected = 'colon';
    return true;
  }

  #tellText(): boolean {
    const text = this.#text();
    if (text === null) return false;
    return this.#tell(text);
  }

  /** Steps over the text at hand; null when its end has not come yet. */
  #text(): string | null {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let seen = 0;
    for (let at = start; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === quote) {
        this.#at = at + 1;
        this.#checkLength();
        // Nearly all texts are ASCII without an escape.
        return seen < 0x80 ? bytes.toString('latin1', start, at) : (this.#scalar() as string);
      }
      if (byte < 0x20)
        throw this.#fault('json_syntax', `invalid character ${quoted(byte)} in string literal`, this.#before + at);
      if (byte === backslash) {
        at += 1;
        seen = 0x80;
      }
      seen |= byte;
    }
    return null;
  }

  #number(): boolean {
    let at = this.#at;
    while (isOfNumber(this.#bytes[at] ?? 0)) at += 1;
    if (at === this.#bytes.length && !this.#ended) return false;
    this.#at = at;
    this.#checkLength();
    return this.#tell(this.#scalar());
  }

  #word(): boolean {
    let at = this.#at;
    for (let byte = this.#bytes[at] ?? 0; byte >= 0x61 && byte <= 0x7a; byte = this.#bytes[at] ?? 0) at += 1;
    if (at === this.#bytes.length && !this.#ended) return false;
    const value = literals.get(this.#bytes.toString('latin1', this.#at, Math.min(at, this.#at + 6)));
    if (value === undefined) throw this.#unexpected('looking for beginning of value');
    this.#at = at;
    return this.#tell(value);
  }

  /** What `parseJson` makes of the token that was just stepped over. */
  #scalar(): JsonScalar {
    try {
      return parseJson(this.#bytes.subarray(this.#tokenAt, this.#at), scalarLimits) as JsonScalar;
    } catch (error) {
      if (!isFault(error)) throw error;
      const within = error.facts['offset'];
      throw this.#fault(error.code, error.message, this.offset + (typeof within === 'number' ? within : 0));
    }
  }

  #tell(value: JsonScalar): boolean {
    this.#events.scalar(value);
    this.#expected = this.#next();
    return true;
  }

  #next(): Expected {
    return this.#opened.length === 0 ? 'nothing' : 'comma';
  }

  #step(expected: Expected): boolean {
    this.#at += 1;
    this.#expected = expected;
    return true;
  }

  #checkLength(): void {
    if (this.#at - this.#tokenAt > this.#limits.tokenBytesMax) throw this.#tooLong();
  }

  #tooLong(): Fault {
    return this.faultHere('json_too_complex', `a text or number is longer than ${this.#limits.tokenBytesMax} bytes`);
  }

  #unexpected(where: string, code: FaultCode = 'json_syntax'): Fault {
    return this.#fault(
      code,
      `invalid character ${quoted(this.#bytes[this.#at] ?? 0)} ${where}`,
      this.#before + this.#at,
    );
  }

  #fault(code: FaultCode, sentence: string, offset: number): Fault {
    return new Fault(code, `${sentence} (line ${this.#line}, byte ${offset})`, { facts: { offset, line: this.#line } });
  }
}
