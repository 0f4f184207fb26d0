import type { Config } from '../config/config.ts';
import { LocalSigner } from '../crypto/local-signer.ts';
import { Health } from '../http/health.ts';
import type { PasswordSource } from '../keys/password-source.ts';
import type { Log, LogFields } from '../observe/log.ts';
import { Metrics } from '../observe/metrics.ts';
import { Closers } from './closers.ts';
import { openListeners } from './listeners.ts';
import type { EthereumSide } from './open-ethereum.ts';
import { openTezos } from './open-tezos.ts';
import type { Side, SideParts } from './side.ts';
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
  /** Resolves when the Ethereum keys that were there at the start can sign, or were found not to. */
  readonly keysLoaded: Promise<void>;
  /** Looks at the Ethereum key files again. */
  reload(): void;
  /** Stops accepting, finishes what was asked, closes the stores, wipes the keys. */
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
    const signer = openSigner(config, log);
    closers.add('the keys', async () => await signer.end());
    const parts: SideParts = { config, log, metrics, signer, closers, askPassword };
    const tezos = config.tezosEnabled ? await openTezos(parts) : null;
    const ethereum = await openEthereumIfAny(parts);
    const sides = [tezos, ethereum].filter((side) => side !== null);
    const health = new Health(sides.flatMap(({ checks }) => checks));
    const { api, metrics: utility, probes } = await openListeners({ config, log, metrics, health, sides, closers });
    health.started = true;
    log.info('Metrics and health', { address: utility });
    if (probes !== null) log.info('Health without TLS', { address: probes });
    log.info('Signing', factsOf(api, sides));
    const end = async () => {
      health.started = false;
      await closers.closeAll();
    };
    return {
      api,
      metrics: utility,
      keysLoaded: ethereum?.keysLoaded ?? Promise.resolve(),
      reload: () => ethereum?.reload(),
      end,
    };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

function openSigner({ signing: { threads, deadlineMs } }: Config, log: Log): LocalSigner {
  const onThreadLost = (text: string) => log.error(text);
  return new LocalSigner({ ...(threads === null ? {} : { threads }), deadlineMs, onThreadLost });
}

/** The code of a chain that nobody configured is not even loaded. */
async function openEthereumIfAny(parts: SideParts): Promise<EthereumSide | null> {
  if (parts.config.ethereum === null) return null;
  const { openEthereum } = await import('./open-ethereum.ts');
  return await openEthereum(parts.config.ethereum, parts);
}

function factsOf(address: string, sides: readonly Side[]): LogFields {
  const fields: Record<string, LogFields[string]> = { address };
  for (const side of sides) Object.assign(fields, side.facts());
  return fields;
}
