import { Fault } from '../../base/fault.ts';
import type { SecretBytes } from '../../base/secret-bytes.ts';
import type { Config } from '../../config/config.ts';
import { Secret } from '../../config/secret.ts';
import { newTerminalPassword, type Terminal } from '../../keys/terminal-password.ts';
import type { GlobalOptions } from './global-options.ts';

/** The options of the commands that write into a vault. */
export interface VaultOptions extends GlobalOptions {
  readonly vault: string;
  readonly name?: string;
  readonly encrypt?: boolean;
  readonly password?: string;
}

/**
 * The path of the file vault called `name`. @throws Fault `config_invalid` when there is none that can be written to
 */
export function vaultFile({ vaults }: Config, name: string): string {
  const vault = vaults.get(name);
  if (vault === undefined) {
    const known = [...vaults.keys()].join(', ');
    throw new Fault(
      'config_invalid',
      `no vault is called ${name}; the configuration has: ${known === '' ? 'none' : known}`,
    );
  }
  if (vault.driver === 'file') return vault.file;
  throw new Fault(
    'config_invalid',
    `the vault ${name} has the driver ${vault.driver}; keys are written into file vaults`,
  );
}

/**
 * `env:NAME` or `file:PATH`. @throws Fault `config_invalid` for anything else: a secret on a command line is seen by
 * all
 */
export function referenced(reference: string, option: string): SecretBytes {
  const secret = Secret.parse(reference, process.env);
  if (secret !== null) return secret.resolve();
  throw new Fault('config_invalid', `${option} takes env:NAME or file:PATH, never the secret itself`);
}

/** The password to encrypt with, or null for a plain entry. */
export async function chosenPassword(
  options: VaultOptions,
  entry: string,
  terminal: Terminal,
): Promise<SecretBytes | null> {
  if (options.password !== undefined) return referenced(options.password, '--password');
  return options.encrypt === true ? await newTerminalPassword(terminal, entry) : null;
}
