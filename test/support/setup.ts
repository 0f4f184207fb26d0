import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../src/base/hex.ts';
import type { Curve } from '../../src/crypto/curve.ts';
import { newSecret } from '../../src/crypto/new-secret.ts';
import { publicKeyOf } from '../../src/crypto/open-curve-key.ts';
import { plainText } from '../../src/keys/tezos-secret.ts';
import { keyHash } from '../../src/tezos/key-hash.ts';
import { recordSecret } from './run-record.ts';
import type { ScratchFolder } from './signer-process.ts';

export interface SampleKey {
  readonly curve: Curve;
  readonly pkh: string;
  /** `edsk…`: made for this run, worth nothing. */
  readonly secret: string;
}

export function sampleKey(curve: Curve): SampleKey {
  using secret = newSecret(curve);
  const pkh = keyHash({ curve, bytes: publicKeyOf(curve, secret.reveal()) }).text;
  recordSecret(toHex(secret.reveal()));
  const text = plainText({ curve, secret });
  recordSecret(text);
  return { curve, pkh, secret: text };
}

export interface Setup {
  readonly keys: readonly SampleKey[];
  readonly configFile: string;
  readonly baseDir: string;
}

export interface SetupOptions {
  readonly keys: readonly SampleKey[];
  /** What stands under each key; null is Signatory's default policy. */
  readonly policy?: string;
  /** More lines of the configuration. */
  readonly extra?: string;
}

export const allowAll =
  '{ allow: { block: , preattestation: , attestation: , attestation_with_dal: , generic: [transaction, reveal, delegation] } }';

/** Writes a secrets file and a configuration into `folder`, as an operator would. */
export function writeSetup(folder: ScratchFolder, { keys, policy = '', extra = '' }: SetupOptions): Setup {
  const baseDir = join(folder.path, 'base');
  mkdirSync(baseDir, { recursive: true });
  const entries = keys.map(({ pkh, secret }, index) => ({ name: `${index}-${pkh}`, value: `unencrypted:${secret}` }));
  const secrets = folder.write('secrets.json', JSON.stringify(entries));
  const vaults = `vaults:\n  local:\n    driver: file\n    config:\n      file: ${secrets}\n`;
  const policies = keys.map(({ pkh }) => `  ${pkh}: ${policy}\n`).join('');
  const text = `base_dir: ${baseDir}\n${vaults}tezos:\n${policies}${extra}`;
  return { keys, configFile: folder.write('tidemark.yaml', text), baseDir };
}
