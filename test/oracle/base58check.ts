import { createHash } from 'node:crypto';

const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const checksumBytes = 4;

/** @param length of what is meant, in bytes, without prefix and checksum @returns null when it is not that */
export function ofBase58(text: string, prefix: readonly number[], length: number): Buffer | null {
  let number = 0n;
  for (const letter of text) {
    const digit = letters.indexOf(letter);
    if (digit < 0) return null;
    number = number * 58n + BigInt(digit);
  }
  const size = prefix.length + length + checksumBytes;
  const hex = number.toString(16).padStart(2 * size, '0');
  if (hex.length !== 2 * size) return null;
  const bytes = Buffer.from(hex, 'hex');
  const body = bytes.subarray(0, -checksumBytes);
  const fits = checksum(body).equals(bytes.subarray(-checksumBytes)) && prefix.every((byte, at) => body[at] === byte);
  return fits ? body.subarray(prefix.length) : null;
}

function checksum(bytes: Uint8Array): Buffer {
  const twice = createHash('sha256').update(createHash('sha256').update(bytes).digest()).digest();
  return twice.subarray(0, checksumBytes);
}
