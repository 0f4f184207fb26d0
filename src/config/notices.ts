import type { Config, Notice, VaultConfig } from './config.ts';
import { ethereumNotices } from './ethereum-notices.ts';
import { isLoopback } from './host.ts';
import { type MapNode, nodeAt } from './node.ts';
import type { Secret } from './secret.ts';

/** Roots that only Tidemark has: who sets one of them has not just pasted a configuration of Signatory. */
const ownRoots = [
  ...['server', 'metrics', 'log', 'protection', 'accept_slashing_risk', 'signing', 'tls'],
  ...['network', 'key_sources', 'anti_slashing', 'ethereum'],
];

/** Kubernetes sets these near a service called `tidemark`; they mean nothing here. */
const serviceVariable = /^TIDEMARK_(?:SERVICE_|PORT(?:_|$))/u;

export interface Remarkable {
  readonly config: Omit<Config, 'notices' | 'settings'>;
  readonly root: MapNode;
  /** Variables of the environment that begin like ours and name no setting. */
  readonly ignored: readonly string[];
}

/** What is allowed, but should be said at the start. */
export function noticesOf({ config, root, ignored }: Remarkable): readonly Notice[] {
  return [
    ...storeNotices(config),
    ...listenNotices(config),
    ...emptyNotices(config),
    ...ethereumNotices(config, root),
    ...renewalNotices(config),
    ...idleNotices(config, root),
    ...pasteNotices(root),
    ...strayNotices(config, ignored),
  ];
}

function storeNotices({ watermark, vaults, tezosEnabled }: Remarkable['config']): readonly Notice[] {
  const notices: Notice[] = [];
  if (tezosEnabled && watermark.driver === 'mem') {
    notices.push(warn('watermark.driver is mem: after a restart nothing keeps a key from signing twice; tests only'));
  }
  if (tezosEnabled && watermark.driver === 'ignore') {
    notices.push(warn('watermark.driver is ignore: nothing keeps a key from signing twice; tests only'));
  }
  const inPlace = [...vaults].filter(([, vault]) => vault.driver === 'mem').map(([name]) => name);
  if (inPlace.length === 0) return notices;
  return [...notices, warn(`vaults ${inPlace.join(', ')}: the mem driver is for tests only; use the file driver`)];
}

function listenNotices(config: Remarkable['config']): readonly Notice[] {
  const { server, tls } = config;
  if (isLoopback(server.listenAddress)) return [];
  const callers = callersOf(config);
  // With TLS the plain port answers nothing but probes.
  const where = tls.mode === 'file' ? `${tls.listenPort} (TLS)` : `${server.listenPort}`;
  const text = `the signing API listens on ${server.listenAddress}:${where} and does not ask who calls: let nobody but your ${callers} reach it`;
  const hosts = `server.allowed_hosts is not set, so requests may name any host; list the names that your ${callers} use`;
  return server.allowedHosts === null ? [warn(text), warn(hosts)] : [warn(text)];
}

function callersOf({ tezosEnabled, ethereum }: Remarkable['config']): string {
  if (ethereum === null) return 'bakers';
  return tezosEnabled ? 'bakers and validator clients' : 'validator clients';
}

function emptyNotices({ vaults, tezos, tezosEnabled }: Remarkable['config']): readonly Notice[] {
  if (!tezosEnabled) return [];
  const notices: Notice[] = [];
  if (vaults.size === 0) notices.push(warn('vaults is empty: there is no key to sign with'));
  if (tezos.size === 0) notices.push(warn('tezos is empty: no key may sign; list the hash of each key that may'));
  return notices;
}

function renewalNotices({ tls }: Remarkable['config']): readonly Notice[] {
  if (tls.mode === 'disabled' || tls.reloadIntervalSeconds !== 0) return [];
  return [warn('tls.file.reload_interval_seconds is 0: a renewed certificate takes effect only after a restart')];
}

function idleNotices({ tezosEnabled }: Remarkable['config'], root: MapNode): readonly Notice[] {
  if (tezosEnabled || nodeAt(root, ['watermark']) === null) return [];
  return [{ level: 'info', text: 'watermark has no effect: neither vaults nor tezos names a Tezos key' }];
}

function pasteNotices(root: MapNode): readonly Notice[] {
  const foreign = nodeAt(root, ['vaults']) !== null && ownRoots.every((key) => nodeAt(root, [key]) === null);
  if (!foreign) return [];
  const text =
    'if this is a configuration of Signatory: its default ports :6732 and :9583 are ' +
    '127.0.0.1:9000 and 127.0.0.1:3000 here; set server.address and server.utility_address to keep them';
  return [{ level: 'info', text }];
}

function strayNotices({ vaults }: Remarkable['config'], ignored: readonly string[]): readonly Notice[] {
  const used = new Set([...vaults.values()].flatMap(secretsOf).map(({ reference }) => reference));
  return ignored
    .filter((name) => !serviceVariable.test(name) && !used.has(`env:${name}`))
    .map((name) => warn(`the environment variable ${name} names no setting and is ignored`));
}

function secretsOf(vault: VaultConfig): readonly Secret[] {
  if (vault.driver === 'mem') return vault.secrets;
  return vault.password === null ? [] : [vault.password];
}

function warn(text: string): Notice {
  return { level: 'warn', text };
}
