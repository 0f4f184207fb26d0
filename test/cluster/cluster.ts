import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { type EthereumKey, ethereumLines, startEthereum } from '../support/ethereum-setup.ts';
import { allowAll, type SampleKey, writeSetup } from '../support/setup.ts';
import { ScratchFolder, type SignerProcess } from '../support/signer-process.ts';
import { Channel } from './channel.ts';
import type { SharedStore } from './shared-store.ts';

export interface ClusterKeys {
  readonly ethereum: readonly EthereumKey[];
  readonly tezos: readonly SampleKey[];
}

export interface ClusterOptions {
  readonly store: SharedStore;
  readonly keys: ClusterKeys;
  /** How many requests one signer is sent at once. */
  readonly width: number;
  readonly env?: Readonly<Record<string, string>>;
}

const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;

const startsMax = 5;

/** How many signers work on one store. */
export const clusterSize = 4;

/** Signers with the same keys and the same store, each a process of its own, as an operator runs replicas. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #configFile: string;
  readonly #folder: ScratchFolder;
  readonly #env: Readonly<Record<string, string>>;
  readonly #before: readonly (readonly string[])[];
  readonly #signers: SignerProcess[] = [];
  readonly #channels: Channel[] = [];

  private constructor(options: ClusterOptions) {
    const { store, keys, env } = options;
    this.#options = options;
    this.#folder = new ScratchFolder();
    const doors = store.configText(this.#folder);
    const { antiSlashing, watermark, before = [] } = doors;
    this.#env = { ...doors.env, ...env };
    this.#before = before;
    const ethereum = ethereumLines(this.#folder, { keys: keys.ethereum, antiSlashing });
    const extra = `watermark: ${watermark}\n${ethereum}log: { level: error }\n`;
    this.#configFile = writeSetup(this.#folder, { keys: keys.tezos, policy: allowAll, extra }).configFile;
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    try {
      cluster.#prepare();
      // All at once: whoever is first makes the tables that there are not yet.
      await Promise.all(Array.from({ length: clusterSize }, async (_, index) => await cluster.restart(index)));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  #prepare(): void {
    const options = { env: { ...process.env, ...this.#env }, stdio: 'ignore' } as const;
    for (const command of this.#before)
      execFileSync(process.execPath, [cli, ...command, '-c', this.#configFile], options);
  }

  /** Where each of the signers is asked. */
  get channels(): readonly Channel[] {
    return this.#channels;
  }

  async kill(index: number): Promise<void> {
    await this.signer(index).stop('SIGKILL');
  }

  /** Starts the signer anew, and resolves when it signs. */
  async restart(index: number): Promise<void> {
    this.#channels[index]?.close();
    const { keys, width } = this.#options;
    const options = { args: ['--log', 'info'], env: this.#env };
    const signer = await supervised(async () => await startEthereum(this.#configFile, keys.ethereum, options));
    this.#signers[index] = signer;
    this.#channels[index] = new Channel(signer.api, width);
  }

  signer(index: number): SignerProcess {
    return this.#signers[index] ?? assert.fail(`there is no signer ${index}`);
  }

  async stop(): Promise<void> {
    for (const channel of this.#channels) channel.close();
    await Promise.all(this.#signers.map(async (signer) => await signer.stop('SIGKILL')));
    this.#folder.remove();
  }
}

/** Starts again what could not reach its store, as whoever supervises it does: a busy machine may be late. */
async function supervised(start: () => Promise<SignerProcess>): Promise<SignerProcess> {
  for (let tries = 1; tries < startsMax; tries += 1) {
    const signer = await start().catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith('the signer stopped (75)')) return null;
      throw error;
    });
    if (signer !== null) return signer;
  }
  return await start();
}
