import { resolve } from 'node:path';
import { checkTogether } from './check-together.ts';
import type { AntiSlashingConfig, Config, Notice, ServerConfig, VaultConfig, WatermarkConfig } from './config.ts';
import { dynamodbOf } from './dynamodb-config.ts';
import { ethereumOf, signingOf, tlsOf } from './ethereum-config.ts';
import { usualNetworks } from './ethereum-schema.ts';
import { firestoreOf } from './firestore-schema.ts';
import { comparableHost, isWildcard } from './host.ts';
import type { MapNode } from './node.ts';
import { noticesOf, type Remarkable } from './notices.ts';
import { postgresOf } from './postgres-schema.ts';
import type { Problems } from './problems.ts';
import { protectionOf } from './protection-config.ts';
import type { ParsedConfig } from './schema.ts';
import { type Environment, Secret } from './secret.ts';
import { settingsOf } from './settings.ts';
import { tezosPolicies } from './tezos-section.ts';

export interface Checked {
  readonly parsed: ParsedConfig;
  /** The layers, laid over each other. */
  readonly root: MapNode;
  readonly env: Environment;
  /** Variables of the environment that begin like ours and name no setting. */
  readonly ignored: readonly string[];
  /** Permission bits of the configuration file; 0 when there is none. */
  readonly mode: number;
}

/** The configuration in our own terms. @throws Fault `config_invalid` when its parts contradict each other */
export function buildConfig({ parsed, root, env, ignored, mode }: Checked, problems: Problems): Config {
  const policyNotices: Notice[] = [];
  const baseDir = resolve(parsed.base_dir);
  const ethereum = ethereumOf(parsed, baseDir, env);
  const someTezos = Object.keys(parsed.vaults).length > 0 || Object.keys(parsed.tezos).length > 0;
  const config = {
    baseDir,
    acceptSlashingRisk: parsed.accept_slashing_risk,
    watermark: watermarkOf(parsed.watermark, baseDir, env),
    protection: protectionOf(parsed.protection, ethereum?.antiSlashing ?? null, baseDir),
    vaults: new Map(Object.entries(parsed.vaults).map(([name, vault]) => [name, vaultOf(vault, env)])),
    tezos: tezosPolicies(parsed.tezos, policyNotices),
    tezosEnabled: someTezos || ethereum === null,
    ethereum,
    signing: signingOf(parsed.signing),
    server: serverOf(parsed.server, parsed.server.allowed_hosts),
    tls: tlsOf(parsed.tls),
    metrics: {
      ...serverOf(parsed.metrics, parsed.server.allowed_hosts),
      web3signerNames: parsed.metrics.web3signer_names,
    },
    log: parsed.log,
  };
  checkTogether({ config, root, mode }, problems);
  problems.throwIfAny();
  const notices = [...noticesOf({ config, root, ignored }), ...policyNotices];
  return { ...config, notices, settings: settingsOf(effective(parsed, config), root) };
}

type Effective = Remarkable['config'] & Pick<Config, 'protection'>;

/** As it was parsed, with the defaults that depend on other settings. */
function effective(parsed: ParsedConfig, config: Effective): object {
  const { baseDir, watermark, ethereum, server, protection } = config;
  const antiSlashing = ethereum?.antiSlashing;
  const place = placeIn(antiSlashing);
  return {
    ...parsed,
    base_dir: baseDir,
    watermark: effectiveWatermark(parsed.watermark, watermark),
    network: single(parsed.network) ?? (ethereum === null ? undefined : usualNetworks),
    protection: { ...parsed.protection, socket: protection.socket ?? parsed.protection.socket },
    anti_slashing: parsed.anti_slashing === undefined ? undefined : { ...parsed.anti_slashing, ...place },
    server: { ...parsed.server, allowed_hosts: server.allowedHosts ?? ['*'] },
  };
}

function effectiveWatermark(parsed: ParsedConfig['watermark'], watermark: WatermarkConfig): object {
  if (parsed.driver === 'postgres' || watermark.driver === 'gcp') return parsed;
  const { driver } = parsed;
  if (watermark.driver === 'sqlite') return { driver, config: { path: watermark.path } };
  if (watermark.driver !== 'aws') return { driver };
  return { driver, config: { ...parsed.config, region: watermark.dynamodb.region } };
}

function placeIn(antiSlashing: AntiSlashingConfig | undefined): object {
  if (antiSlashing === undefined) return {};
  if ('path' in antiSlashing) return { path: antiSlashing.path };
  return antiSlashing.backend === 'dynamodb' ? { region: antiSlashing.dynamodb.region } : {};
}

/** As one would write it. */
function single(names: readonly string[] | undefined): string | readonly string[] | undefined {
  return names?.length === 1 ? names[0] : names;
}

function watermarkOf(parsed: ParsedConfig['watermark'], baseDir: string, env: Environment): WatermarkConfig {
  switch (parsed.driver) {
    case 'sqlite':
      return { driver: 'sqlite', path: resolve(parsed.config.path ?? `${baseDir}/watermark.sqlite`) };
    case 'postgres':
      return { driver: 'postgres', postgres: postgresOf(parsed.config, env) };
    case 'aws':
    case 'dynamodb': {
      const { billing_mode: billingMode, shared_with_signatory: sharedWithSignatory } = parsed.config;
      return { driver: 'aws', dynamodb: dynamodbOf(parsed.config, env), billingMode, sharedWithSignatory };
    }
    case 'gcp':
    case 'firestore':
      return { driver: 'gcp', firestore: firestoreOf(parsed.config, env) };
    case 'ignore':
    case 'noop':
      return { driver: 'ignore' };
    default:
      return { driver: parsed.driver };
  }
}

function vaultOf(parsed: ParsedConfig['vaults'][string], env: Environment): VaultConfig {
  if (parsed.driver === 'mem') {
    return { driver: 'mem', secrets: parsed.config.map((text) => Secret.parse(text, env) ?? Secret.literal(text)) };
  }
  const { file, password } = parsed.config;
  return { driver: 'file', file: resolve(file), password: password === undefined ? null : Secret.parse(password, env) };
}

type Listen = Pick<ParsedConfig['server'], 'listen_address' | 'listen_port'>;

function serverOf(parsed: Listen, hosts: readonly string[] | undefined): ServerConfig {
  const { listen_address: listenAddress, listen_port: listenPort } = parsed;
  return { listenAddress, listenPort, allowedHosts: allowedHosts(hosts, listenAddress) };
}

function allowedHosts(listed: readonly string[] | undefined, listenAddress: string): readonly string[] | null {
  if (listed !== undefined) return listed.includes('*') ? null : listed.map(comparableHost);
  if (isWildcard(listenAddress)) return null;
  return [...new Set(['localhost', '127.0.0.1', '::1', listenAddress.toLowerCase()])];
}
