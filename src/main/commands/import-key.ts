import type { SecretBytes } from '../../base/secret-bytes.ts';
import { publicKeyOf } from '../../crypto/open-curve-key.ts';
import { addSecret } from '../../keys/filesystem/add-secret.ts';
import { hiddenLine } from '../../keys/terminal-password.ts';
import { readTezosSecret } from '../../keys/tezos-secret.ts';
import { keyHash, publicKeyText } from '../../tezos/key-hash.ts';
import { readConfig } from '../read-config.ts';
import { terminal, terminalSource } from '../terminal.ts';
import { chosenPassword, referenced, vaultFile, type VaultOptions } from './vault-options.ts';

export interface ImportOptions extends VaultOptions {
  readonly secret?: string;
}

/** `tidemark keys import`: puts a secret that exists already into a file vault. */
export async function importKey(options: ImportOptions): Promise<void> {
  const path = vaultFile(readConfig(options), options.vault);
  using text = await secretText(options);
  const { curve, secret } = await readTezosSecret(Buffer.from(text.reveal()).toString('utf8').trim(), () =>
    terminalSource.ask('to import'),
  );
  using held = secret;
  const bytes = publicKeyOf(curve, held.reveal());
  const pkh = keyHash({ curve, bytes }).text;
  const name = options.name ?? pkh;
  using password = await chosenPassword(options, name, terminal);
  await addSecret(path, { name, secret: { curve, secret: held }, password });
  console.log(`${pkh}  ${publicKeyText({ curve, bytes })}  ${name}`);
  console.error(
    `Written to ${path}. The key signs after a restart, once it is listed under "tezos:" in the configuration.`,
  );
}

async function secretText({ secret }: ImportOptions): Promise<SecretBytes> {
  if (secret !== undefined) return referenced(secret, '--secret');
  return await hiddenLine(terminal, 'Secret key (edsk…, spsk…, p2sk…, BLsk… or encrypted): ');
}
