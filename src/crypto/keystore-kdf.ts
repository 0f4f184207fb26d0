import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { Fault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';

/** How a keystore makes a key of 32 bytes from its password. */
export type KeystoreKdf =
  | { readonly kind: 'scrypt'; readonly n: number; readonly r: number; readonly p: number; readonly salt: Uint8Array }
  /** Its pseudo-random function is HMAC-SHA256. */
  | { readonly kind: 'pbkdf2'; readonly rounds: number; readonly salt: Uint8Array };

/** EIP-2335 derives 32 bytes: half of them encrypt, the other half goes into the checksum. With less of them the
 * checksum would cover nothing, and every password would seem right. */
export const derivedLength = 32;

/**
 * A file names its own cost, and whoever wrote the file need not be a friend. The upper bounds are what the tools of
 * the trade write (scrypt with n = 2^18 takes 256 MiB and about a second), and four times their pbkdf2.
 *
 * There is no lower bound of strength: a weak keystore is weak wherever it lies, and refusing to read it would protect
 * nothing, while networks for tests write them on purpose. One round of pbkdf2 is no derivation at all, and refused.
 */
const bounds = { n: 2 ** 18, r: 8, p: 1, rounds: 2 ** 20 };
/** Below these anyone who gets hold of the file can try passwords by the million. */
const strong = { scryptBytes: 128 * 2 ** 14 * 8, rounds: 2 ** 17 };

/** @throws Fault `kdf_params` */
export function scryptKdf({ n, r, p, salt }: { n: bigint; r: bigint; p: bigint; salt: Uint8Array }): KeystoreKdf {
  const isPower = n > 1n && (n & (n - 1n)) === 0n;
  if (!isPower || n > bounds.n) throw outOfBounds('scrypt n', n, `a power of two from 2 to ${bounds.n}`);
  if (r < 1n || r > bounds.r) throw outOfBounds('scrypt r', r, `from 1 to ${bounds.r}`);
  if (p < 1n || p > bounds.p) throw outOfBounds('scrypt p', p, `${bounds.p}`);
  return { kind: 'scrypt', n: Number(n), r: Number(r), p: Number(p), salt };
}

/** @throws Fault `kdf_params` */
export function pbkdf2Kdf({ rounds, salt }: { rounds: bigint; salt: Uint8Array }): KeystoreKdf {
  if (rounds < 2n || rounds > bounds.rounds) throw outOfBounds('pbkdf2 c', rounds, `from 2 to ${bounds.rounds}`);
  return { kind: 'pbkdf2', rounds: Number(rounds), salt };
}

/** Is it so cheap that the password can be guessed quickly by whoever has the file? */
export function isWeak(kdf: KeystoreKdf): boolean {
  return kdf.kind === 'scrypt' ? 128 * kdf.n * kdf.r < strong.scryptBytes : kdf.rounds < strong.rounds;
}

/** Computes where it is called, for up to a second and in up to 256 MiB. @param password as `keystorePassword` makes it */
export function deriveKey(kdf: KeystoreKdf, password: Uint8Array): SecretBytes {
  if (kdf.kind === 'pbkdf2') {
    return new SecretBytes(pbkdf2Sync(password, kdf.salt, kdf.rounds, derivedLength, 'sha256'));
  }
  const { n: N, r, p, salt } = kdf;
  // What OpenSSL counts: the table with two blocks more, and one block per lane.
  const maxmem = 128 * r * (N + 2 + p);
  return new SecretBytes(scryptSync(password, salt, derivedLength, { N, r, p, maxmem }));
}

function outOfBounds(what: string, found: bigint, expected: string): Fault {
  // A number of up to 80 digits: not all of them need to be shown.
  const text = found.toString();
  const shown = text.length <= 20 ? text : `${text.slice(0, 20)}…`;
  return new Fault('kdf_params', `${what} is ${shown}; it must be ${expected}`);
}
