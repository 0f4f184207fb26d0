import type { SecretBytes } from '../base/secret-bytes.ts';
import type { VaultConfig } from '../config/config.ts';
import type { LocalSigner } from '../crypto/local-signer.ts';
import { openFileKeys } from '../keys/filesystem/file-keys.ts';
import type { Key } from '../keys/key.ts';
import { Keyring } from '../keys/keyring.ts';
import { openMemoryKeys } from '../keys/memory/memory-keys.ts';
import type { PasswordSource } from '../keys/password-source.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';

export interface VaultParts {
  readonly signer: LocalSigner;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Asked where a vault's configuration gives no password. */
  readonly askPassword: PasswordSource;
}

/** Opens every vault in the order of the configuration; of a key that two hold, the first one's is used. */
export async function openVaults(vaults: ReadonlyMap<string, VaultConfig>, parts: VaultParts): Promise<Keyring> {
  const keyring = new Keyring();
  for (const [name, vault] of vaults) {
    const keys = await openVault(name, vault, parts);
    for (const key of keys) addKey(keyring, key, name, parts);
    parts.log.info('Vault opened', { vault: name, driver: vault.driver, keys: keys.length });
  }
  return keyring;
}

async function openVault(
  name: string,
  vault: VaultConfig,
  { signer, log, askPassword }: VaultParts,
): Promise<readonly Key[]> {
  if (vault.driver === 'mem') {
    const secrets = vault.secrets.map(textOf);
    return await openMemoryKeys({ secrets, signer, passwords: askPassword, place: name });
  }
  const passwords = vault.password === null ? askPassword : configuredPassword(vault.password);
  const { keys, warnings } = await openFileKeys({ path: vault.file, signer, passwords });
  for (const warning of warnings) log.warn(warning, { vault: name });
  return keys;
}

function addKey(keyring: Keyring, key: Key, vault: string, { log, metrics }: VaultParts): void {
  if (keyring.add(key) !== null)
    return log.warn('This key is in another vault too; the first one is used', { pkh: key.id, vault });
  metrics.keysLoaded.inc({ vault: key.source, curve: key.curve });
}

/** A secret that the configuration refers to. */
interface Reference {
  resolve(): SecretBytes;
}

function textOf(secret: Reference): string {
  using bytes = secret.resolve();
  return Buffer.from(bytes.reveal()).toString('utf8');
}

/** Asking again would give the same answer. */
function configuredPassword(password: Reference): PasswordSource {
  return { attemptsMax: 1, ask: async () => password.resolve() };
}
