import { isUtf8 } from 'node:buffer';
import { Fault } from './fault.ts';

/** Keys that reach the prototype of whatever object they are copied to. */
export const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

const quote = 0x22;
const minus = 0x2d;

/** The bytes of a document, once they are known to be UTF-8 without a byte order mark. @throws Fault */
export function checkedText(bytes: Uint8Array): Buffer {
  const text = asBuffer(bytes);
  if (text.length === 0) throw new Fault('body_empty', 'unexpected end of JSON input', { facts: { offset: 0 } });
  if (!isUtf8(text)) {
    throw new Fault('json_encoding', 'the text is not UTF-8', { facts: { offset: firstNotUtf8(text) } });
  }
  if (text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf) {
    throw new Fault('json_encoding', 'the text begins with a byte order mark', { facts: { offset: 0 } });
  }
  return text;
}

/** The same memory, with the methods of a buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isHexDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** Digits, the signs, the point, and both letters e. */
export function isOfNumber(byte: number): boolean {
  return isDigit(byte) || byte === minus || byte === 0x2b || byte === 0x2e || byte === 0x45 || byte === 0x65;
}

/** A byte as Go's decoder shows it. */
export function quoted(byte: number): string {
  if (byte === 0x27) return "'\\''";
  if (byte === quote) return "'\"'";
  const short = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 92: '\\\\' }[byte];
  if (short !== undefined) return `'${short}'`;
  const printable = (byte >= 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  return printable ? `'${String.fromCharCode(byte)}'` : `'\\x${byte.toString(16).padStart(2, '0')}'`;
}

/**
 * A decoder puts a replacement character where the text is damaged; there the bytes differ. Only a last byte that
 * begins
 * like that character is the same in both.
 */
function firstNotUtf8(text: Buffer): number {
  const repaired = Buffer.from(text.toString('utf8'));
  const index = text.findIndex((byte, at) => byte !== repaired[at]);
  return index === -1 ? text.length - 1 : index;
}
