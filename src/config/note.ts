import { z } from 'zod';

/** What a setting's schema knows besides its type. A test holds docs/configuration.md to it. */
export interface Note {
  /** Completes the sentence "expected …" when the value does not fit. */
  readonly expects: string;
  /** What the setting does, for the reference. */
  readonly meaning: string;
  /** The value is never shown; `env:NAME` and `file:PATH` are. */
  readonly secret?: boolean;
  /** The values that can be meant, for "did you mean". */
  readonly choices?: readonly string[];
  /** Says better than "expected …" why this text is refused, where it can. */
  readonly refusal?: (found: string) => string | null;
  /** Of a section: says why this key is refused, in place of "unknown key". */
  readonly unknownKey?: (key: string) => string;
  /** Known from Signatory or Containment Chamber, but not built yet: to configure it stops the start. */
  readonly unbuilt?: boolean;
}

const notes = new WeakMap<object, Note>();

export function noted<T extends z.ZodType>(schema: T, note: Note): T {
  notes.set(schema, note);
  return schema;
}

/** The note of a schema, or of what it wraps. */
export function noteOf(schema: z.ZodType): Note | null {
  const note = notes.get(schema);
  if (note !== undefined) return note;
  const inner = innerOf(schema);
  return inner === null ? null : noteOf(inner);
}

/** What an optional, nullable or defaulted schema wraps; null when it wraps nothing. */
export function innerOf(schema: z.ZodType): z.ZodType | null {
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  if (!wraps) return null;
  const inner = schema.unwrap();
  return inner instanceof z.ZodType ? inner : null;
}

/** A text that is not empty. */
export function text(expects: string, meaning: string) {
  return noted(z.string().min(1), { expects, meaning });
}

export function flag(meaning: string) {
  return noted(z.boolean(), { expects: 'true or false', meaning });
}

export function choice<const T extends readonly [string, ...string[]]>(choices: T, meaning: string) {
  return noted(z.enum(choices), { expects: either(choices), meaning, choices });
}

/** @param unit what is counted, in the plural */
export function count(unit: string, [min, max]: readonly [number, number], meaning: string) {
  return noted(z.int().min(min).max(max), { expects: `a number of ${unit} from ${min} to ${max}`, meaning });
}

/** A map with fixed keys; any other key is an error. */
export function section<T extends z.ZodRawShape>(shape: T, meaning: string) {
  return noted(z.strictObject(shape), { expects: 'a section with settings below it', meaning });
}

export function unbuilt(meaning: string) {
  return noted(z.never().optional(), { expects: 'nothing', meaning, unbuilt: true });
}

/**
 * The driver of a section that has several: some are built, some are known from elsewhere and stop the start.
 *
 * @param names of one driver; several are spellings of the same
 */
export function driver<const T extends string>(names: T | readonly T[], choices: DriverChoices) {
  const { built, future, meaning } = choices;
  const expects = either(built);
  const refusal = (found: string): string | null =>
    future.includes(found) ? `${found} is not built into this version of Tidemark; expected ${expects}` : null;
  return noted(z.literal(typeof names === 'string' ? [names] : names), {
    expects,
    meaning,
    choices: [...built, ...future],
    refusal,
  });
}

export interface DriverChoices {
  readonly built: readonly string[];
  readonly future: readonly string[];
  readonly meaning: string;
}

/** `a, b or c` */
export function either(choices: readonly string[]): string {
  const last = choices.at(-1) ?? '';
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
}
