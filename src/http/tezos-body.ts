import { Fault } from '../base/fault.ts';
import { fromHex } from '../base/hex.ts';
import { parseJson } from '../base/json.ts';

const hexString = /^[ \t\r\n]*"([0-9a-fA-F]*)"[ \t\r\n]*$/u;

/** A request body is one string: anything deeper is refused anyway, and need not be built first. */
const stringOnly = { depthMax: 16, valuesMax: 1_000 };

/**
 * The bytes of a request that came as a JSON string of hex, without `0x`, in the words and order of tezos.md §1.3 and
 * §1.4. `null` and the empty string are an empty request, which the parser refuses.
 *
 * @throws Fault `body_empty`, `json_*`, `hex_invalid`
 */
export function messageFromBody(body: Uint8Array): Uint8Array {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const plain = hexString.exec(text)?.[1];
  return fromHex(plain ?? stringOf(body));
}

function stringOf(body: Uint8Array): string {
  if (isBlank(body)) throw new Fault('body_empty', 'unexpected end of JSON input');
  const value = parseJson(body, stringOnly);
  if (typeof value === 'string') return value;
  if (value === null) return '';
  throw new Fault('json_type', `json: cannot unmarshal ${nameOf(value)} into Go value of type string`);
}

function isBlank(body: Uint8Array): boolean {
  return body.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'object' : 'number';
}
