/** A value as Firestore's protocol has it: one member says its type. Integers are decimal text, so they stay exact. */
export interface Value {
  readonly integerValue?: string;
  readonly stringValue?: string;
  readonly booleanValue?: boolean;
  readonly nullValue?: 'NULL_VALUE';
  readonly bytesValue?: Uint8Array;
  readonly arrayValue?: { readonly values?: readonly Value[] };
  readonly mapValue?: { readonly fields?: Fields };
}

export type Fields = Readonly<Record<string, Value>>;

export const nullValue: Value = { nullValue: 'NULL_VALUE' };

const int64Max = 2n ** 63n - 1n;
const uint64Max = 2n ** 64n - 1n;
const decimal = /^(?:0|[1-9]\d{0,19})$/u;

/** Firestore's integers have 64 bits with a sign: what lies above them is kept as decimal text. */
export function uint64Value(number: bigint): Value {
  return number <= int64Max ? { integerValue: number.toString() } : { stringValue: number.toString() };
}

/** The number that `uint64Value` made a value of; null for anything else. */
export function uint64In(value: Value | undefined): bigint | null {
  const integer = value?.integerValue;
  if (integer !== undefined) return decimal.test(integer) ? BigInt(integer) : null;
  const text = value?.stringValue;
  if (text === undefined || !decimal.test(text)) return null;
  const number = BigInt(text);
  return number > int64Max && number <= uint64Max ? number : null;
}

/** The bytes of an array of small integers, as Go writes an array of bytes, or of a blob; null for anything else. */
export function bytesIn(value: Value | undefined): Uint8Array | null {
  if (value?.bytesValue !== undefined) return Uint8Array.from(value.bytesValue);
  const values = value?.arrayValue?.values;
  if (values === undefined) return null;
  const bytes = values.map(({ integerValue: integer }) => (/^\d{1,3}$/u.test(integer ?? '') ? Number(integer) : -1));
  return bytes.every((byte) => byte >= 0 && byte <= 255) ? Uint8Array.from(bytes) : null;
}

export function bytesValue(bytes: Uint8Array): Value {
  return { arrayValue: { values: [...bytes].map((byte) => ({ integerValue: byte.toString() })) } };
}

export function isNull(value: Value | undefined): boolean {
  return value?.nullValue !== undefined;
}

export function membersIn(value: Value | undefined): Fields | null {
  const map = value?.mapValue;
  return map === undefined ? null : (map.fields ?? {});
}
