import { resolve } from 'node:path';
import { checkTogether } from './check-together.ts';
import type { Config, Notice, ServerConfig, VaultConfig, WatermarkConfig } from './config.ts';
import { comparableHost, isWildcard } from './host.ts';
import type { MapNode } from './node.ts';
import { noticesOf, type Remarkable } from './notices.ts';
import type { Problems } from './problems.ts';
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
  const config = {
    baseDir,
    acceptSlashingRisk: parsed.accept_slashing_risk,
    watermark: watermarkOf(parsed.watermark, baseDir),
    protection: protectionOf(parsed.protection),
    vaults: new Map(Object.entries(parsed.vaults).map(([name, vault]) => [name, vaultOf(vault, env)])),
    tezos: tezosPolicies(parsed.tezos, policyNotices),
    ethereum: null,
    signing: { threads: null, verify: 'on_load', deadlineMs: 4_000 } as const,
    server: serverOf(parsed.server, parsed.server.allowed_hosts),
    tls: { mode: 'disabled' } as const,
    metrics: { ...serverOf(parsed.metrics, parsed.server.allowed_hosts), web3signerNames: false },
    log: parsed.log,
  };
  checkTogether({ config, root, mode }, problems);
  problems.throwIfAny();
  const notices = [...noticesOf({ config, root, ignored }), ...policyNotices];
  return { ...config, notices, settings: settingsOf(effective(parsed, config), root) };
}

/** As it was parsed, with the defaults that depend on other settings. */
function effective(parsed: ParsedConfig, { baseDir, watermark, server }: Remarkable['config']): object {
  const { driver } = watermark;
  return {
    ...parsed,
    base_dir: baseDir,
    watermark: driver === 'sqlite' ? { driver, config: { path: watermark.path } } : { driver },
    server: { ...parsed.server, allowed_hosts: server.allowedHosts ?? ['*'] },
  };
}

function watermarkOf(parsed: ParsedConfig['watermark'], baseDir: string): WatermarkConfig {
  if (parsed.driver !== 'sqlite') return { driver: parsed.driver };
  return { driver: 'sqlite', path: resolve(parsed.config.path ?? `${baseDir}/watermark.sqlite`) };
}

function protectionOf({ allow_repeat: allowRepeat, max_level_jump: jump }: ParsedConfig['protection']) {
  return { allowRepeat, maxLevelJump: jump === null ? null : BigInt(jump) };
}

function vaultOf(parsed: ParsedConfig['vaults'][string], env: Environment): VaultConfig {
  if (parsed.driver === 'mem') {
    return { driver: 'mem', secrets: parsed.config.map((text) => Secret.parse(text, env) ?? Secret.literal(text)) };
  }
  const { file, password } = parsed.config;
  return { driver: 'file', file: resolve(file), password: password === undefined ? null : Secret.parse(password, env) };
}

function serverOf(parsed: ParsedConfig['metrics'], hosts: readonly string[] | undefined): ServerConfig {
  const { listen_address: listenAddress, listen_port: listenPort } = parsed;
  return { listenAddress, listenPort, allowedHosts: allowedHosts(hosts, listenAddress) };
}

function allowedHosts(listed: readonly string[] | undefined, listenAddress: string): readonly string[] | null {
  if (listed !== undefined) return listed.includes('*') ? null : listed.map(comparableHost);
  if (isWildcard(listenAddress)) return null;
  return [...new Set(['localhost', '127.0.0.1', '::1', listenAddress.toLowerCase()])];
}
