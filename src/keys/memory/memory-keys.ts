import type { LocalSigner } from '../../crypto/local-signer.ts';
import type { Key } from '../key.ts';
import type { PasswordSource } from '../password-source.ts';
import { openEntries } from '../secret-entry.ts';

export interface MemoryKeysOptions {
  /** The texts of the secrets, as the configuration lists them. */
  readonly secrets: readonly string[];
  readonly signer: LocalSigner;
  readonly passwords: PasswordSource;
  /** The vault's name in the configuration. */
  readonly place: string;
}

/**
 * The vault `mem`: keys that stand in the configuration itself. Errors count them from 1.
 *
 * @throws what `openEntries` throws
 */
export async function openMemoryKeys(options: MemoryKeysOptions): Promise<readonly Key[]> {
  const { signer, passwords, place } = options;
  const entries = options.secrets.map((text, index) => ({ name: `number ${index + 1}`, text }));
  return await openEntries(entries, { signer, passwords, place, source: 'Mem' });
}
