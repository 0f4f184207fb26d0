import { type Fields, isFields } from './fields.ts';

/** A value in DynamoDB's JSON. Numbers are decimal text there: none passes through a double. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  /** Base64. */
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly M: Item };

/** An item as the service sends it: what stands in it is for `row.ts` to check. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Is this an item? What its attributes are is not looked at. */
export function isItem(value: unknown): value is Item {
  return isFields(value) && Object.values(value).every(isFields);
}

const uint64Max = 2n ** 64n - 1n;

/** The text of an attribute of type S, or null for anything else. */
export function stringIn(value: unknown): string | null {
  const text = valueOf(value, 'S');
  return typeof text === 'string' ? text : null;
}

/** The uint64 of an attribute of type N, or null for anything else. */
export function uint64In(value: unknown): bigint | null {
  const text = valueOf(value, 'N');
  if (typeof text !== 'string' || !/^[0-9]{1,20}$/u.test(text)) return null;
  const number = BigInt(text);
  return number <= uint64Max ? number : null;
}

/** The bytes of an attribute of type B, or null for anything else. */
export function bytesIn(value: unknown): Buffer | null {
  const text = valueOf(value, 'B');
  return typeof text === 'string' ? Buffer.from(text, 'base64') : null;
}

export function booleanIn(value: unknown): boolean | null {
  const found = valueOf(value, 'BOOL');
  return typeof found === 'boolean' ? found : null;
}

export function isNull(value: unknown): boolean {
  return valueOf(value, 'NULL') === true;
}

/** The members of an attribute of type M, or null for anything else. */
export function membersIn(value: unknown): Fields | null {
  const members = valueOf(value, 'M');
  return isFields(members) ? members : null;
}

function valueOf(value: unknown, type: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, type) : undefined;
}
