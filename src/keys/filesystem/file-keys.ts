import type { LocalSigner } from '../../crypto/local-signer.ts';
import type { Key } from '../key.ts';
import type { PasswordSource } from '../password-source.ts';
import { openEntries } from '../secret-entry.ts';
import { readSecretsFile } from './secrets-file.ts';

export interface FileKeysOptions {
  readonly path: string;
  readonly signer: LocalSigner;
  readonly passwords: PasswordSource;
}

export interface FileKeys {
  readonly keys: readonly Key[];
  /** What an operator should know of the file, though it stops nothing. */
  readonly warnings: readonly string[];
}

/** The vault `file`: Tezos keys in a JSON file. @throws what `readSecretsFile` and `openEntries` throw */
export async function openFileKeys({ path, signer, passwords }: FileKeysOptions): Promise<FileKeys> {
  const { entries, warnings, bytes } = await readSecretsFile(path);
  bytes.fill(0);
  return { keys: await openEntries(entries, { signer, passwords, place: path, source: 'File' }), warnings };
}
