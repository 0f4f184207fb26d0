import { Fault } from './fault.ts';

/** Lower-case hex of `bytes`, without `0x`. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/**
 * The bytes of a hex string of either case, without `0x`. Node's own decoder stops at the first bad character
 * and answers what it has, and takes some letters of other alphabets for digits; this one refuses.
 *
 * @throws Fault `hex_invalid`, in the words that Signatory's clients know: the bad character first, then the odd
 * length.
 */
export function fromHex(text: string): Uint8Array {
  const bad = /[^0-9a-fA-F]/u.exec(text);
  if (bad === null && text.length % 2 === 0) return Buffer.from(text, 'hex');
  if (bad === null) throw new Fault('hex_invalid', 'encoding/hex: odd length hex string');
  const point = bad[0].codePointAt(0) ?? 0;
  const code = point.toString(16).toUpperCase().padStart(4, '0');
  throw new Fault('hex_invalid', `encoding/hex: invalid byte: U+${code} ${quoted(bad[0], point)}`);
}

function quoted(character: string, point: number): string {
  return point < 0x20 || point === 0x7f ? `'\\x${point.toString(16).padStart(2, '0')}'` : `'${character}'`;
}
