import { Fault, isFault, messageOf } from '../base/fault.ts';
import { isJsonObject, type JsonPath, type JsonValue, offsetOf, parseJson } from '../base/json.ts';
import type { Duty } from '../protection/lane.ts';
import type { Mark, Root } from '../protection/mark.ts';
import { parseKeyHash } from './key-hash.ts';
import { currentName } from './kinds.ts';
import { parseRootText } from './root-text.ts';

/** Key, kind, record. */
const depthMax = 3;
/** Room for some hundred thousand keys: 20 values each. */
const valuesMax = 4_000_000;
/** Levels and rounds are 32-bit signed integers in the protocol. */
export const int32Max = 2n ** 31n - 1n;

/** The kinds that a watermark file can name, in today's words, and the duty that each counts for. */
const duties = new Map<string, Duty>([
  ['block', 'block'],
  ['preattestation', 'preattestation'],
  ['attestation', 'attestation'],
  // A baker may sign one attestation at a position, with DAL content or without: Signatory's two records are one lane.
  ['attestation_with_dal', 'attestation'],
]);

/** A value in a watermark file with its place, so that what is wrong with it can be found in an editor. */
export class WatermarkField {
  readonly #bytes: Uint8Array;
  readonly #path: JsonPath;
  readonly #value: JsonValue;

  private constructor(bytes: Uint8Array, path: JsonPath, value: JsonValue) {
    this.#bytes = bytes;
    this.#path = path;
    this.#value = value;
  }

  /** The whole document. @throws Fault `store_corrupt` when it is no JSON */
  static document(bytes: Uint8Array): WatermarkField {
    return new WatermarkField(bytes, [], parsed(bytes));
  }

  /** The members of an object that has some: an empty one stands in damaged or hand-made files, never in a signer's. */
  members(): readonly (readonly [string, WatermarkField])[] {
    const object = this.#value;
    if (!isJsonObject(object) || object.size === 0) throw this.#wrong('is not an object with members');
    return [...object].map(([name, value]) => [name, new WatermarkField(this.#bytes, [...this.#path, name], value)]);
  }

  /** The duty that the last step of this field's path names, under today's name or an older one. */
  duty(name: string): Duty {
    const duty = duties.get(currentName(name));
    if (duty === undefined) throw this.#wrong('is not a kind that has a watermark');
    return duty;
  }

  /** Checks that the last step of this field's path is a key hash. */
  keyHash(name: string): string {
    return this.#checked(() => parseKeyHash(name).text);
  }

  /** A record: `level` must be there, `round` is 0 and `hash` unknown when missing or null. */
  mark(): Mark {
    return this.record(['level', 'round', 'hash']).mark;
  }

  /** The mark of a record that has no other fields than `names`, and those fields. */
  record(names: readonly string[]): { mark: Mark; fields: ReadonlyMap<string, WatermarkField> } {
    const fields = new Map(this.members());
    for (const [name, field] of fields) {
      if (!names.includes(name)) throw field.#wrong('is not a field that this release knows');
    }
    const level = fields.get('level');
    if (level === undefined) throw this.#wrong('has no level');
    const round = fields.get('round')?.optionalInt32() ?? 0n;
    return { mark: { height: level.int32(), round, floor: 0n, root: fields.get('hash')?.root() ?? null }, fields };
  }

  int32(): bigint {
    const value = this.#value;
    if (typeof value === 'bigint' && value >= 0n && value <= int32Max) return value;
    throw this.#wrong(`is not an integer from 0 to ${int32Max}`);
  }

  optionalInt32(): bigint | null {
    return this.#value === null ? null : this.int32();
  }

  root(): Root | null {
    const value = this.#value;
    if (value === null) return null;
    if (typeof value !== 'string') throw this.#wrong('is not a text or null');
    return this.#checked(() => parseRootText(value));
  }

  #checked<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (isFault(error, 'base58check')) throw this.#wrong(`is wrong: ${error.message}`);
      throw error;
    }
  }

  #wrong(sentence: string): Fault {
    const name = this.#path.length === 0 ? 'the document' : this.#path.join('.');
    return corrupt(`${name} ${sentence}`, offsetOf(this.#bytes, this.#path) ?? 0);
  }
}

function parsed(bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytes, { depthMax, valuesMax });
  } catch (error) {
    if (!isFault(error)) throw error;
    throw corrupt(messageOf(error), Number(error.facts['offset']));
  }
}

function corrupt(sentence: string, offset: number): Fault {
  return new Fault('store_corrupt', `watermarks cannot be read, at byte ${offset}: ${sentence}`, { facts: { offset } });
}
