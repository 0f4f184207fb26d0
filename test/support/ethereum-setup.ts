import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rawDescriptor, type ValidatorKey, validatorKey, validatorKeyOf } from './ethereum-keys.ts';
import { type ScratchFolder, SignerProcess, type StartOptions } from './signer-process.ts';

export interface EthereumKey {
  /** `0x` and 96 lower-case hex digits. */
  readonly publicKey: string;
  /** 64 hex digits. */
  readonly secret: string;
}

/** A key that was made for this run and is worth nothing. */
export function newEthereumKey(): EthereumKey {
  return formed(validatorKey());
}

/** @param secret 32 bytes, big-endian */
export function ethereumKey(secret: Uint8Array): EthereumKey {
  return formed(validatorKeyOf(secret));
}

function formed({ id, secretHex }: ValidatorKey): EthereumKey {
  return { publicKey: id, secret: secretHex };
}

export interface EthereumSetup {
  readonly keys: readonly EthereumKey[];
  /** `hoodi` unless told otherwise. */
  readonly network?: string;
  /** The value of `anti_slashing`; the sqlite store in the folder unless told otherwise. */
  readonly antiSlashing?: string;
  /** More lines of the configuration. */
  readonly extra?: string;
}

/** Writes raw keys and a configuration into `folder`, as an operator would. @returns the configuration's path */
export function writeEthereumSetup(folder: ScratchFolder, setup: EthereumSetup): string {
  mkdirSync(join(folder.path, 'base'), { recursive: true });
  return folder.write('tidemark.yaml', `base_dir: ${join(folder.path, 'base')}\n${ethereumLines(folder, setup)}`);
}

/** Writes raw keys into `folder`. @returns the configuration's part for them */
export function ethereumLines(folder: ScratchFolder, setup: EthereumSetup): string {
  const { keys, network = 'hoodi', extra = '' } = setup;
  const { antiSlashing = `{ backend: sqlite, path: ${join(folder.path, 'marks.db')} }` } = setup;
  mkdirSync(join(folder.path, 'keys'), { recursive: true });
  folder.write('keys/all.yaml', keys.map(rawKeyFile).join('---\n'));
  const lines = [
    `network: ${network}`,
    `key_sources: { filesystem: { paths: [${join(folder.path, 'keys')}] } }`,
    `anti_slashing: ${antiSlashing}`,
  ];
  return `${lines.join('\n')}\n${extra}`;
}

/** A descriptor of a raw key, as Web3Signer and Containment Chamber write it. */
export function rawKeyFile({ secret }: Pick<EthereumKey, 'secret'>): string {
  return rawDescriptor({ secretHex: `0x${secret}` });
}

const loadMs = 120_000;

/**
 * Starts the program, and resolves when each of `keys` can sign: it listens before the last key is loaded.
 *
 * @throws Error when it does not get so far
 */
export async function startEthereum(
  configFile: string,
  keys: readonly EthereumKey[],
  options: StartOptions = {},
): Promise<SignerProcess> {
  const signer = await SignerProcess.start(configFile, options);
  const until = performance.now() + loadMs;
  while (signer.alive && performance.now() < until) {
    const { status, body } = await signer.get('/api/v1/eth2/publicKeys');
    if (status === 200 && (JSON.parse(body) as string[]).length >= keys.length) return signer;
  }
  await signer.stop('SIGKILL');
  throw new Error(`the signer never had its ${keys.length} keys`);
}

/** Where a signature of a key is asked for. */
export function signPath(publicKey: string): string {
  return `/api/v1/eth2/sign/${publicKey}`;
}
