import { Fault } from '../../base/fault.ts';
import type { Curve } from '../../crypto/curve.ts';
import { newSecret } from '../../crypto/new-secret.ts';
import { publicKeyOf } from '../../crypto/open-curve-key.ts';
import { addSecret } from '../../keys/filesystem/add-secret.ts';
import { keyHash, publicKeyText } from '../../tezos/key-hash.ts';
import { readConfig } from '../read-config.ts';
import { terminal } from '../terminal.ts';
import { chosenPassword, vaultFile, type VaultOptions } from './vault-options.ts';

export interface GenerateOptions extends VaultOptions {
  readonly type: 'tz1' | 'tz2' | 'tz3' | 'tz4';
  readonly num: string;
}

const keysMax = 1_000;
const curveOf: Record<GenerateOptions['type'], Curve> = {
  tz1: 'ed25519',
  tz2: 'secp256k1',
  tz3: 'p256',
  tz4: 'bls12_381',
};

/** `tidemark keys generate`: writes new keys into a file vault and prints what is public of them. */
export async function generateKeys(options: GenerateOptions): Promise<void> {
  const path = vaultFile(readConfig(options), options.vault);
  const count = countOf(options);
  using password = await chosenPassword(options, options.name ?? 'new', terminal);
  for (let index = 1; index <= count; index += 1) {
    const curve = curveOf[options.type];
    using secret = newSecret(curve);
    const bytes = publicKeyOf(curve, secret.reveal());
    const pkh = keyHash({ curve, bytes }).text;
    const name = options.name === undefined ? pkh : `${options.name}${count === 1 ? '' : `-${index}`}`;
    await addSecret(path, { name, secret: { curve, secret }, password });
    console.log(`${pkh}  ${publicKeyText({ curve, bytes })}  ${name}`);
  }
  console.error(
    `Written to ${path}. Each key signs after a restart, once it is listed under "tezos:" in the configuration.`,
  );
}

function countOf({ num }: GenerateOptions): number {
  const count = /^\d{1,4}$/u.test(num) ? Number(num) : 0;
  if (count >= 1 && count <= keysMax) return count;
  throw new Fault('config_invalid', `--num takes a number from 1 to ${keysMax}`);
}
