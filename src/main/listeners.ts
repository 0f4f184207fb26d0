import type { Config, ListenConfig } from '../config/config.ts';
import { errnoOf, Fault, messageOf } from '../base/fault.ts';
import { limits } from '../base/limits.ts';
import { AllowedHosts } from '../http/allowed-hosts.ts';
import {
  addHealthRoutes,
  addUtilityRoutes,
  type Health,
  healthPaths,
  utilityErrorBody,
  utilityPaths,
} from '../http/health.ts';
import { answerUnrouted, createServer, limitInFlight, refusePlain, type Server } from '../http/server.ts';
import { signingErrorBody } from '../http/signing-error-body.ts';
import { TlsFiles } from '../http/tls.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Closers } from './closers.ts';
import type { Side } from './side.ts';

export interface ListenerParts {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly sides: readonly Side[];
  readonly closers: Closers;
}

export interface Addresses {
  /** Where signing is asked for: `http://127.0.0.1:9000`, or `https://…:9443` with TLS. */
  readonly api: string;
  /** `http://127.0.0.1:3000` */
  readonly metrics: string;
  /** The plain listener of a signer with TLS, which answers health alone; null without TLS. */
  readonly probes: string | null;
}

/** Opens the listeners: metrics first, so that whoever watches sees the start. @throws Fault `address_in_use` */
export async function openListeners(parts: ListenerParts): Promise<Addresses> {
  const metrics = await openUtility(parts);
  const { config, closers, log } = parts;
  if (config.tls.mode === 'disabled') return { api: await openSigning(parts, null), metrics, probes: null };
  const tls = await openTls(config.tls, log);
  closers.add('the certificate', () => tls.end());
  const probes = await openProbes(parts, config.tls.listenPort);
  return { api: await openSigning(parts, { tls, listenPort: config.tls.listenPort }), metrics, probes };
}

async function openUtility({ config, log, metrics, health, closers }: ListenerParts): Promise<string> {
  const hosts = new AllowedHosts(config.metrics.allowedHosts);
  const onDropped = () => metrics.responsesDropped.inc();
  const server = createServer({ log, hosts, errorBody: utilityErrorBody, onDropped });
  addUtilityRoutes(server, health, metrics);
  answerUnrouted(server, utilityPaths);
  closers.add('the metrics listener', async () => await server.close());
  return await listen(server, config.metrics, 'metrics.listen_port');
}

async function openSigning(
  { config, log, metrics, health, sides, closers }: ListenerParts,
  secure: { tls: TlsFiles; listenPort: number } | null,
): Promise<string> {
  const server = createServer({
    log,
    hosts: new AllowedHosts(config.server.allowedHosts),
    errorBody: signingErrorBody,
    onDropped: () => metrics.responsesDropped.inc(),
    tls: secure?.tls ?? null,
  });
  addHealthRoutes(server, health);
  // In a scope of their own: health answers also when no more requests are taken.
  await server.register(async (scope) => {
    limitInFlight(scope);
    for (const side of sides) side.addRoutes(scope);
  });
  answerUnrouted(server, [...healthPaths, ...sides.flatMap(({ paths }) => paths)]);
  closers.add('the signing listener', async () => await server.close());
  if (secure === null) return await listen(server, config.server, 'server.listen_port');
  return await listen(server, { ...config.server, listenPort: secure.listenPort }, 'tls.listen_port');
}

/** With TLS on, the plain port stays for probes, which mostly do not speak it. */
async function openProbes(parts: ListenerParts, tlsPort: number): Promise<string> {
  const { config, log, metrics, health, closers } = parts;
  const hosts = new AllowedHosts(config.server.allowedHosts);
  const onDropped = () => metrics.responsesDropped.inc();
  const server = createServer({ log, hosts, errorBody: signingErrorBody, onDropped });
  addHealthRoutes(server, health);
  refusePlain(server, tlsPort);
  closers.add('the plain listener', async () => await server.close());
  return await listen(server, config.server, 'server.listen_port');
}

async function openTls(config: Extract<Config['tls'], { mode: 'file' }>, log: Log): Promise<TlsFiles> {
  const { certPath, keyPath, reloadIntervalSeconds } = config;
  return await TlsFiles.open({
    certPath,
    keyPath,
    reloadIntervalSeconds,
    nowMs: () => Date.now(),
    onRenewed: (notAfterMs) => log.info('New certificate in use', { valid_until: new Date(notAfterMs).toISOString() }),
    onRefused: (error) => log.error('The new certificate cannot be used; the old one stays', { error: error.message }),
  });
}

async function listen(server: Server, { listenAddress, listenPort }: ListenConfig, option: string): Promise<string> {
  try {
    return await server.listen({ host: listenAddress, port: listenPort, backlog: limits.connectionsWaiting });
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    const where = `${listenAddress}:${listenPort}`;
    const text = `cannot listen on ${where} (${messageOf(error)}): stop what uses it, or change ${option}`;
    throw new Fault('address_in_use', text, { cause: error });
  }
}
