import { Fault, isFault } from '../../base/fault.ts';
import type { SecretBytes } from '../../base/secret-bytes.ts';
import { keystorePassword, passwordBytesMax } from '../../crypto/keystore-password.ts';
import { type KeyFile, type KeyFiles, unusable } from './key-files.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
/** The password, and some line ends after it. */
const fileBytesMax = passwordBytesMax + 64;

/**
 * Reads a password file: one line. Line ends after it are no part of the password.
 *
 * @returns the password as keystores want it (EIP-2335); whoever asked wipes it
 * @throws Fault `vault_invalid` when it cannot be read, when every user of the machine can, or when it has a second
 *   line; `password_invalid` when no keystore can have such a password
 */
export async function readPasswordFile(
  files: KeyFiles,
  path: string,
): Promise<{ password: SecretBytes; stamp: string }> {
  const file = await files.read(path, fileBytesMax);
  try {
    refuseOpenToAll(path, file);
    return { password: keystorePassword(onlyLine(path, file.bytes)), stamp: file.stamp };
  } catch (error) {
    if (!isFault(error, 'password_invalid')) throw error;
    throw new Fault('password_invalid', `${path}: ${error.message}`, { facts: { gone: true } });
  } finally {
    file.bytes.fill(0);
  }
}

/** @throws Fault `vault_invalid` */
export function refuseOpenToAll(path: string, { openToAll, mode }: KeyFile): void {
  if (!openToAll) return;
  const text = `${path} holds secrets and is open to every user of this machine (mode ${mode})`;
  throw unusable(`${text}: run chmod 600 ${path}, or mount it with mode 0400`);
}

/** Whether a second line counts, the tools of this field do not agree: better no password than half of one. */
function onlyLine(path: string, bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && isLineEnd(bytes[end - 1])) end -= 1;
  const line = bytes.subarray(0, end);
  if (line.some(isLineEnd)) throw unusable(`${path} has more than one line; a password file has one`);
  return line;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === newline || byte === carriageReturn;
}
