import { Fault, isFault } from '../base/fault.ts';
import type { LocalSigner } from '../crypto/local-signer.ts';
import type { Key } from './key.ts';
import type { PasswordSource } from './password-source.ts';
import { tezosKey } from './tezos-key.ts';
import { readTezosSecret, type TezosSecret } from './tezos-secret.ts';

/** One key of a small vault: a name that may be shown, and the text of its secret, which may not. */
export interface SecretEntry {
  readonly name: string;
  readonly text: string;
}

export interface OpeningOptions {
  readonly signer: LocalSigner;
  readonly passwords: PasswordSource;
  /** The vault's display name, which the keys bear as their source. */
  readonly source: string;
  /** Where the vault is, for errors: a path, or the vault's name in the configuration. */
  readonly place: string;
}

/**
 * Loads all keys of a small vault, in order. One bad entry stops it: with a key missing a baker would go on unaware.
 *
 * @throws Fault `key_invalid` or `password_wrong`, which names the entry and never its text; `vault_invalid` when two
 *   entries hold the same key, or when nobody can be asked for a password
 */
export async function openEntries(entries: readonly SecretEntry[], options: OpeningOptions): Promise<readonly Key[]> {
  const opened = new Map<string, { key: Key; label: string }>();
  for (const entry of entries) {
    const label = entryLabel(entry.name);
    const key = await openEntry(entry, label, options);
    const known = opened.get(key.id);
    if (known !== undefined) {
      const both = `${known.label} and ${label}`;
      throw new Fault('vault_invalid', `${options.place}: ${both} are the same key, ${key.id}: remove one`);
    }
    opened.set(key.id, { key, label });
  }
  return [...opened.values()].map(({ key }) => key);
}

/** How errors call an entry: by its name, unless somebody put the secret where the name belongs. */
export function entryLabel(name: string): string {
  if (/(?:ed|sp|p2|BL)e?sk/u.test(name)) return 'the key whose name looks like a secret (not shown)';
  return `the key ${JSON.stringify(name)}`;
}

async function openEntry(entry: SecretEntry, label: string, options: OpeningOptions): Promise<Key> {
  try {
    const { curve, secret } = await readSecret(entry, options.passwords);
    return tezosKey(await options.signer.load(curve, secret), options.source);
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new Fault(error.code, `${options.place}: ${label}: ${error.message}`);
  }
}

async function readSecret(entry: SecretEntry, passwords: PasswordSource): Promise<TezosSecret> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readTezosSecret(entry.text, () => passwords.ask(entry.name));
    } catch (error) {
      if (!isFault(error, 'password_wrong') || attempt >= passwords.attemptsMax) throw error;
    }
  }
}
