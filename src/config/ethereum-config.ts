import { resolve } from 'node:path';
import { Fault } from '../base/fault.ts';
import type {
  AntiSlashingConfig,
  EthereumConfig,
  FilesystemKeysConfig,
  KeystoreFolder,
  SigningConfig,
  TlsConfig,
} from './config.ts';
import { dynamodbOf } from './dynamodb-config.ts';
import { isNetworkPath } from './ethereum-schema.ts';
import { firestoreOf } from './firestore-schema.ts';
import { postgresOf } from './postgres-schema.ts';
import type { ParsedConfig } from './schema.ts';
import type { Environment } from './secret.ts';

/** @returns null when no marks are configured; that no keys are either is for `checkEthereum` to see */
export function ethereumOf(parsed: ParsedConfig, baseDir: string, env: Environment): EthereumConfig | null {
  const { anti_slashing: antiSlashing, network, ethereum, protection } = parsed;
  if (antiSlashing === undefined) return null;
  const registration = ethereum.registration_network;
  return {
    antiSlashing: antiSlashingOf(antiSlashing, baseDir, env),
    keys: keysOf(parsed.key_sources.filesystem),
    networks: network === undefined ? null : [...new Set(network.map(networkOf))],
    registrationNetwork: registration === undefined ? null : networkOf(registration),
    rootMismatchStatus: ethereum.root_mismatch_status === 500 ? 500 : 400,
    futureSlotsMax: BigInt(protection.max_future_slots),
  };
}

type Parsed<K extends keyof ParsedConfig> = NonNullable<ParsedConfig[K]>;

function antiSlashingOf(parsed: Parsed<'anti_slashing'>, baseDir: string, env: Environment): AntiSlashingConfig {
  switch (parsed.backend) {
    case 'sqlite':
      return { backend: 'sqlite', path: resolve(parsed.path) };
    case 'postgres':
      return { backend: 'postgres', postgres: postgresOf(parsed, env) };
    case 'file':
      return { backend: 'file', path: resolve(parsed.path ?? `${baseDir}/ethereum`) };
    case 'aws':
    case 'dynamodb':
      return { backend: 'dynamodb', dynamodb: dynamodbOf(parsed, env) };
    case 'gcp':
    case 'firestore':
      return { backend: 'firestore', firestore: firestoreOf(parsed, env) };
    case 'mem':
      return { backend: 'mem' };
    case 'noop':
    case 'ignore':
      return { backend: 'noop' };
  }
}

type Filesystem = Parsed<'key_sources'>['filesystem'];

function keysOf(parsed: Filesystem): FilesystemKeysConfig {
  return {
    paths: parsed.paths.map((path) => resolve(path)),
    keystores: parsed.keystores.map(keystoreFolderOf),
    keystoreLoadConcurrency: parsed.keystore_load_concurrency,
    rawLoadConcurrency: parsed.raw_load_concurrency,
  };
}

function keystoreFolderOf(parsed: Filesystem['keystores'][number]): KeystoreFolder {
  const { path, passwords_path: folder, password_file: file } = parsed;
  if (folder !== undefined) return { path: resolve(path), passwords: { kind: 'folder', path: resolve(folder) } };
  if (file !== undefined) return { path: resolve(path), passwords: { kind: 'file', path: resolve(file) } };
  throw new Fault('config_invalid', `the keystores of ${path} have no passwords`);
}

function networkOf(found: string): string {
  return isNetworkPath(found) ? resolve(found) : found;
}

export function signingOf({ threads, verify_bls: verify, deadline_ms: deadlineMs }: Parsed<'signing'>): SigningConfig {
  return { threads, verify, deadlineMs };
}

export function tlsOf(parsed: Parsed<'tls'>): TlsConfig {
  if (parsed.mode === 'disabled') return { mode: 'disabled' };
  const { cert_path: certPath, key_path: keyPath, reload_interval_seconds: reloadIntervalSeconds } = parsed.file;
  return {
    mode: 'file',
    listenPort: parsed.listen_port,
    certPath: resolve(certPath),
    keyPath: resolve(keyPath),
    reloadIntervalSeconds,
  };
}
