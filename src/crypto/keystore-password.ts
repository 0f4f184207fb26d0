import { Fault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';

/** Longer than any password that a person or a generator makes. */
export const passwordBytesMax = 1024;

const controls = /[\u0000-\u001f\u007f-\u009f]/gu;

/**
 * What EIP-2335 makes of a password before it is used: compatibility decomposition (NFKD), then the control codes C0,
 * C1 and DEL are left out, tabs and line ends among them. An empty one is a password like any other.
 *
 * @param typed UTF-8, as it was typed or stands in a file
 * @returns UTF-8; the caller wipes it, and `typed` too
 * @throws Fault `password_invalid` when it is longer than 1,024 bytes, or not UTF-8
 */
export function keystorePassword(typed: Uint8Array): SecretBytes {
  if (typed.length > passwordBytesMax) {
    throw new Fault('password_invalid', `the password is longer than ${passwordBytesMax} bytes`);
  }
  // Of ASCII nothing is decomposed: no string, which could not be wiped, is made of it.
  if (typed.every((byte) => byte < 0x80)) return new SecretBytes(typed.filter((byte) => byte >= 0x20 && byte !== 0x7f));
  const text = decoded(typed).normalize('NFKD').replace(controls, '');
  return new SecretBytes(new TextEncoder().encode(text));
}

function decoded(typed: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(typed);
  } catch {
    throw new Fault('password_invalid', 'the password is not UTF-8');
  }
}
