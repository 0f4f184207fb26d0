import { type Config, type ListenConfig } from '../config/config.ts';
import { errnoOf, Fault, messageOf } from '../base/fault.ts';
import { LocalSigner } from '../crypto/local-signer.ts';
import { AllowedHosts } from '../http/allowed-hosts.ts';
import {
  addHealthRoutes,
  addUtilityRoutes,
  Health,
  healthPaths,
  utilityErrorBody,
  utilityPaths,
} from '../http/health.ts';
import { answerUnrouted, createServer, limitInFlight, type Server } from '../http/server.ts';
import { signingErrorBody } from '../http/signing-error-body.ts';
import { addTezosRoutes, tezosPaths } from '../http/tezos.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Log } from '../observe/log.ts';
import { Metrics } from '../observe/metrics.ts';
import { Guard } from '../protection/guard.ts';
import { requestKinds } from '../tezos/kinds.ts';
import { Recorder } from '../signing/recorder.ts';
import { SigningReport } from '../signing/report.ts';
import { TezosSigning } from '../signing/tezos-signing.ts';
import { warnAboutStore } from './loudness.ts';
import { openStore } from './open-store.ts';
import type { PasswordSource } from '../keys/password-source.ts';
import { openVaults } from './open-vaults.ts';
import { ProtectionHealth } from './protection-health.ts';
import { version } from './version.ts';

export interface SignerParts {
  readonly config: Config;
  readonly log: Log;
  /** Asked for the passwords of encrypted keys that the configuration gives none for. */
  readonly askPassword: PasswordSource;
}

export interface RunningSigner {
  /** `http://127.0.0.1:9000` */
  readonly api: string;
  /** `http://127.0.0.1:3000` */
  readonly metrics: string;
  readonly keyring: Keyring;
  /** Stops accepting, finishes what was asked, closes the store, wipes the keys. */
  end(): Promise<void>;
}

/**
 * The composition root: plain constructor calls in the order of dependency; whatever was opened is closed on a failure.
 */
export async function startSigner({ config, log, askPassword }: SignerParts): Promise<RunningSigner> {
  const closers = new Closers(log);
  try {
    const metrics = new Metrics(config.tezos.keys());
    metrics.buildInfo.set({ version, node: process.version }, 1);
    const store = await openStore(config, { log, metrics });
    metrics.prime(store.backend, requestKinds);
    closers.add('the watermark store', async () => await store.end());
    closers.add('the reminder', warnAboutStore(store, { log, metrics }));
    const signer = new LocalSigner({ onThreadLost: (text) => log.error(text) });
    closers.add('the keys', async () => await signer.end());
    const keyring = await openVaults(config.vaults, { signer, log, metrics, askPassword });
    const { allowRepeat, maxLevelJump } = config.protection;
    const guard = await Guard.open({ store, allowRepeat, heightJumpMax: maxLevelJump });
    const logPayloads = new Set([...config.tezos].filter(([, policy]) => policy.logPayloads).map(([pkh]) => pkh));
    const protection = new ProtectionHealth(store, () => performance.now());
    const health = new Health([protection, { id: 'keys', up: true, text: `${keyring.list().length} loaded` }]);
    const observer = new SigningReport({ log, metrics, backend: store.backend, logPayloads, store: protection });
    const signing = new TezosSigning({
      policies: config.tezos,
      keyring,
      recorder: new Recorder({ guard, observer }),
      observer,
    });

    const onDropped = () => metrics.responsesDropped.inc();
    const utilityHosts = new AllowedHosts(config.metrics.allowedHosts);
    const utility = createServer({ log, hosts: utilityHosts, errorBody: utilityErrorBody, onDropped });
    addUtilityRoutes(utility, health, metrics);
    answerUnrouted(utility, utilityPaths);
    closers.add('the metrics listener', async () => await utility.close());
    const hosts = new AllowedHosts(config.server.allowedHosts);
    const server = createServer({ log, hosts, errorBody: signingErrorBody, onDropped });
    addHealthRoutes(server, health);
    // In a scope of their own: health answers also when no more requests are taken.
    await server.register(async (scope) => {
      limitInFlight(scope);
      addTezosRoutes(scope, { signing, keyring, policies: config.tezos, metrics, log });
    });
    answerUnrouted(server, [...healthPaths, ...tezosPaths]);
    closers.add('the signing listener', async () => await server.close());

    const utilityAddress = await listen(utility, config.metrics, 'metrics.listen_port');
    const api = await listen(server, config.server, 'server.listen_port');
    health.started = true;
    log.info('Metrics and health', { address: utilityAddress });
    log.info('Signing', { address: api, keys: keyring.list().length, watermark: store.backend, store: store.identity });
    return { api, metrics: utilityAddress, keyring, end: async () => await drain(health, closers) };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function drain(health: Health, closers: Closers): Promise<void> {
  health.started = false;
  await closers.closeAll();
}

async function listen(server: Server, { listenAddress, listenPort }: ListenConfig, option: string): Promise<string> {
  try {
    return await server.listen({ host: listenAddress, port: listenPort });
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    const where = `${listenAddress}:${listenPort}`;
    const text = `cannot listen on ${where} (${messageOf(error)}): stop what uses it, or change ${option}`;
    throw new Fault('address_in_use', text, { cause: error });
  }
}

/** What must be closed, last opened first; one that fails does not keep the others open. */
class Closers {
  readonly #log: Log;
  readonly #closers: { what: string; close: () => Promise<void> | void }[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  add(what: string, close: () => Promise<void> | void): void {
    this.#closers.push({ what, close });
  }

  async closeAll(): Promise<void> {
    for (const { what, close } of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        this.#log.error(`Could not close ${what}`, { error: messageOf(error) });
      }
    }
  }
}
