import type { Stats } from 'node:fs';
import { type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, Fault, isFault } from '../../base/fault.ts';
import type { SecretBytes } from '../../base/secret-bytes.ts';
import { publicKeyOf } from '../../crypto/open-curve-key.ts';
import { entryLabel, type SecretEntry } from '../secret-entry.ts';
import { encryptedText, plainText, readTezosSecret, type TezosSecret } from '../tezos-secret.ts';
import { readSecretsFile, type SecretsFile } from './secrets-file.ts';

export interface NewSecret {
  /** How the file calls the key from now on. */
  readonly name: string;
  readonly secret: TezosSecret;
  /** The key is written encrypted under this, or plain. */
  readonly password: SecretBytes | null;
}

/**
 * Adds a key to a file of secrets, which is made if it is not there; what it held stays byte for byte. After a crash
 * the file is the old one or the new one. A file of its own, beside it, keeps two commands apart.
 *
 * @throws Fault `vault_invalid` when the name is taken or unfit, when a plain entry holds this key already (an
 *   encrypted one cannot be compared), or when the file cannot be read or written
 */
export async function addSecret(path: string, added: NewSecret): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const temporary = `${target}.new`;
  const file = await open(temporary, 'wx', 0o600).catch((error: unknown) => refuse(temporary, error));
  try {
    await using draft = file;
    await draft.writeFile(await extended(target, added));
    await keepOwner(target, draft);
    await draft.sync();
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    if (isFault(error)) throw error;
    const text = `${target} cannot be written: ${errnoOf(error) ?? 'for an unknown reason'}`;
    throw new Fault('vault_invalid', text, { cause: error });
  }
  await syncFolder(dirname(target));
}

function refuse(temporary: string, error: unknown): never {
  const code = errnoOf(error);
  const text =
    code === 'EEXIST'
      ? `${temporary} is there: another command is writing, or one was interrupted; then remove it and try again`
      : `${temporary} cannot be written: ${code ?? 'for an unknown reason'}`;
  throw new Fault('vault_invalid', text, { cause: error });
}

/** The bytes of the new file: the old ones up to the closing bracket, then the new entry. */
async function extended(path: string, added: NewSecret): Promise<Uint8Array> {
  const old = await readIfThere(path);
  await refuseDouble(path, old.entries, added);
  const text = added.password === null ? plainText(added.secret) : await encryptedText(added.secret, added.password);
  const value = `${added.password === null ? 'unencrypted' : 'encrypted'}:${text}`;
  const separator = old.entries.length === 0 ? '' : ',';
  const tail = `${separator}\n  ${JSON.stringify({ name: added.name, value })}\n]\n`;
  return Buffer.concat([withoutClosing(old.bytes), Buffer.from(tail)]);
}

async function readIfThere(path: string): Promise<Pick<SecretsFile, 'entries' | 'bytes'>> {
  if ((await statIfThere(path)) === null) return { entries: [], bytes: Buffer.from('[]') };
  return await readSecretsFile(path);
}

/** An array without its closing bracket and the white space before it. */
function withoutClosing(array: Uint8Array): Uint8Array {
  let end = array.lastIndexOf(']'.charCodeAt(0));
  while (array[end - 1] !== undefined && (array[end - 1] ?? 0) <= 0x20) end -= 1;
  return array.subarray(0, end);
}

async function refuseDouble(path: string, entries: readonly SecretEntry[], { name, secret }: NewSecret): Promise<void> {
  if (!/^[^\p{C}\p{Z}](?:\P{C}{0,126}[^\p{C}\p{Z}])?$/u.test(name)) {
    throw new Fault('vault_invalid', 'a name has 1 to 128 printable characters and no space at its ends');
  }
  if (entries.some((entry) => entry.name === name)) {
    throw new Fault('vault_invalid', `${path} has ${entryLabel(name)} already`);
  }
  const publicKey = publicKeyOf(secret.curve, secret.secret.reveal());
  for (const entry of entries) {
    const known = await plainSecret(path, entry);
    if (known === null || known.curve !== secret.curve) continue;
    using held = known.secret;
    if (Buffer.compare(publicKeyOf(known.curve, held.reveal()), publicKey) !== 0) continue;
    throw new Fault('vault_invalid', `${path} holds this key already: it is ${entryLabel(entry.name)}`);
  }
}

/** @returns null for an encrypted entry */
async function plainSecret(path: string, entry: SecretEntry): Promise<TezosSecret | null> {
  try {
    return await readTezosSecret(entry.text, () => Promise.reject(new Fault('password_wrong', 'not asked for')));
  } catch (error) {
    if (isFault(error, 'password_wrong')) return null;
    throw isFault(error) ? new Fault('vault_invalid', `${path}: ${entryLabel(entry.name)}: ${error.message}`) : error;
  }
}

/**
 * The new file belongs to whom the old one did, with the same mode: a command run by root must not lock the signer out.
 */
async function keepOwner(path: string, draft: FileHandle): Promise<void> {
  const old = await statIfThere(path);
  if (old === null) return;
  const { uid, gid } = await draft.stat();
  if (uid !== old.uid || gid !== old.gid) await draft.chown(old.uid, old.gid);
  await draft.chmod(old.mode & 0o770);
}

async function statIfThere(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Without it the new name may not survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}
