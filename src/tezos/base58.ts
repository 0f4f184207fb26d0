import { base58 } from '@scure/base';
import { hash } from 'node:crypto';
import { assert, Fault } from '../base/fault.ts';

interface PrefixEntry {
  readonly name: string;
  /** What stands before the payload, and makes the text begin with the name. */
  readonly bytes: readonly number[];
  /** Payload length in bytes. */
  readonly length: number;
}

/**
 * The prefixes of `base58.ml` in Octez that a signer meets. No entry begins with another one (a test holds that), so
 * the first match is the only one.
 */
export const prefixes = [
  { name: 'edsig', bytes: [9, 245, 205, 134, 18], length: 64 },
  { name: 'spsig1', bytes: [13, 115, 101, 19, 63], length: 64 },
  { name: 'p2sig', bytes: [54, 240, 44, 52], length: 64 },
  { name: 'BLsig', bytes: [40, 171, 64, 207], length: 96 },
  { name: 'sig', bytes: [4, 130, 43], length: 64 },
  { name: 'tz1', bytes: [6, 161, 159], length: 20 },
  { name: 'tz2', bytes: [6, 161, 161], length: 20 },
  { name: 'tz3', bytes: [6, 161, 164], length: 20 },
  { name: 'tz4', bytes: [6, 161, 166], length: 20 },
  { name: 'edpk', bytes: [13, 15, 37, 217], length: 32 },
  { name: 'sppk', bytes: [3, 254, 226, 86], length: 33 },
  { name: 'p2pk', bytes: [3, 178, 139, 127], length: 33 },
  { name: 'BLpk', bytes: [6, 149, 135, 204], length: 48 },
  { name: 'edsk', bytes: [13, 15, 58, 7], length: 32 },
  { name: 'edsk64', bytes: [43, 246, 78, 7], length: 64 },
  { name: 'spsk', bytes: [17, 162, 224, 201], length: 32 },
  { name: 'p2sk', bytes: [16, 81, 238, 189], length: 32 },
  { name: 'BLsk', bytes: [3, 150, 192, 40], length: 32 },
  { name: 'edesk', bytes: [7, 90, 60, 179, 41], length: 56 },
  { name: 'spesk', bytes: [9, 237, 241, 174, 150], length: 56 },
  { name: 'p2esk', bytes: [9, 48, 57, 115, 171], length: 56 },
  { name: 'BLesk', bytes: [2, 5, 30, 53, 25], length: 56 },
  { name: 'Net', bytes: [87, 82, 0], length: 4 },
  { name: 'vh', bytes: [1, 106, 242], length: 32 },
  { name: 'B', bytes: [1, 52], length: 32 },
] as const satisfies readonly PrefixEntry[];

/** What a Tezos text holds, named as it begins; `edsk64` is the long form of an `edsk`, seed and public key. */
export type Prefix = (typeof prefixes)[number]['name'];

export interface Decoded {
  readonly prefix: Prefix;
  readonly payload: Uint8Array;
}

/** Decoding takes time in the square of the length, and the longest text we know (a BLsig) has 142 characters. */
const charactersMax = 160;
const checksumLength = 4;
const strange = /[^1-9A-HJ-NP-Za-km-z]/u;

/** The base58check text of a payload. @throws Error for a payload of another length than its prefix's: our own error */
export function encode(prefix: Prefix, payload: Uint8Array): string {
  const entry = prefixes.find(({ name }) => name === prefix);
  assert(entry !== undefined && entry.length === payload.length, `a payload of ${prefix} has its length`);
  const head = entry.bytes.length;
  const bytes = new Uint8Array(head + payload.length + checksumLength);
  bytes.set(entry.bytes);
  bytes.set(payload, head);
  bytes.set(checksum(bytes.subarray(0, -checksumLength)), head + payload.length);
  return base58.encode(bytes);
}

/**
 * What a text holds: its kind and payload, checksum verified.
 *
 * @throws Fault `base58check`, in the words that Signatory's clients know. They may name a character of the text, so
 *   secrets are read with `parseSecretKey` instead.
 */
export function decode(text: string): Decoded {
  if (text.length > charactersMax) throw bad(`base58 text of ${text.length} characters, more than ${charactersMax}`);
  const odd = strange.exec(text);
  if (odd !== null) {
    throw bad(`gotez: base58 decoding error: unexpected character at position ${odd.index}: ${odd[0]}`);
  }
  return split(checked(base58.decode(text)));
}

function checked(bytes: Uint8Array): Uint8Array {
  const length = bytes.length - checksumLength;
  if (length < 0) throw bad(`gotez: base58Check decoding error: data is too short: ${bytes.length}`);
  const content = bytes.subarray(0, length);
  if (checksum(content).equals(bytes.subarray(length))) return content;
  throw bad('gotez: base58Check decoding error: invalid checksum');
}

function split(content: Uint8Array): Decoded {
  const entry = prefixes.find(({ bytes }) => bytes.every((byte, index) => content[index] === byte));
  if (entry === undefined) throw bad('gotez: unknown Tezos base58 prefix');
  const payload = content.subarray(entry.bytes.length);
  if (payload.length !== entry.length) {
    throw bad(`gotez: invalid base58 message length: expected ${entry.length}, got ${payload.length}`);
  }
  return { prefix: entry.name, payload };
}

function checksum(content: Uint8Array): Buffer {
  return hash('sha256', hash('sha256', content, 'buffer'), 'buffer').subarray(0, checksumLength);
}

function bad(sentence: string): Fault {
  return new Fault('base58check', sentence);
}
