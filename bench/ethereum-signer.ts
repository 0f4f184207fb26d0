import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { type EthereumKey, newEthereumKey, signPath, writeEthereumSetup } from '../test/support/ethereum-setup.ts';
import { aggregationSlotBody, attestationBody, blockBody, currentSlot } from '../test/support/ethereum-bodies.ts';
import { ScratchFolder, SignerProcess } from '../test/support/signer-process.ts';
import { httpLoad, type LoadPlan, type LoadResult, requestBytes } from './http-load.ts';

const warmUpMs = 10_000;
/** Between two looks at whether all keys are loaded. */
const loadingPauseMs = 50;

/** A running signer with keys of its own, on the durable sqlite store, and makers of load for it. */
export class EthereumSigner implements AsyncDisposable {
  readonly process: SignerProcess;
  readonly keys: readonly EthereumKey[];
  readonly #folder: ScratchFolder;
  /** The first epoch that none of its keys has voted for, and the first slot without a block. */
  #nextEpoch = 60_000;
  #nextSlot = 60_000 * 32;

  private constructor(process: SignerProcess, keys: readonly EthereumKey[], folder: ScratchFolder) {
    this.process = process;
    this.keys = keys;
    this.#folder = folder;
  }

  /** @param threads that sign; as many as there are processors unless said otherwise */
  static async start(keyCount: number, threads = availableParallelism()): Promise<EthereumSigner> {
    const folder = new ScratchFolder();
    const keys = Array.from({ length: keyCount }, newEthereumKey);
    const extra = `log: { level: error }\nsigning: { threads: ${threads} }\n`;
    const configFile = writeEthereumSetup(folder, { keys, extra });
    const process = await SignerProcess.start(configFile, { args: ['--log', 'info'] });
    while (process.alive && !(await isHealthy(process))) await setTimeout(loadingPauseMs);
    return new EthereumSigner(process, keys, folder);
  }

  get address(): Pick<LoadPlan, 'host' | 'port'> {
    const { hostname, port } = new URL(this.process.api);
    return { host: hostname, port: Number(port) };
  }

  /** A signer runs for months: what the compiler does in its first seconds is not what is asked for. */
  async warmUp(): Promise<void> {
    const connections = Math.min(64, this.keys.length);
    await this.attest(connections, warmUpMs);
  }

  /** Asks for attestations over so many connections, one key each. @throws Error when one of them is refused */
  async attest(connections: number, ms: number): Promise<LoadResult> {
    // More than a connection gets signed in this time.
    const each = Math.ceil((ms / 1000) * 150);
    const result = await httpLoad({
      ...this.address,
      requests: this.attestations(connections, each),
      until: { ms },
    });
    onlySigned(result.statuses);
    return result;
  }

  /** For each of the first keys so many attestations that are all to be signed, never the same twice. */
  attestations(keyCount: number, each: number): LoadPlan['requests'] {
    const first = this.#take(each);
    return this.keys.slice(0, keyCount).map(({ publicKey }) =>
      Array.from({ length: each }, (_, index) => {
        const target = first + index;
        return requestBytes(signPath(publicKey), attestationBody({ source: target - 1, target }));
      }),
    );
  }

  /** Blocks of one key, one slot after the other. */
  blocks(count: number): readonly Uint8Array[] {
    const [key] = this.keys;
    const first = this.#nextSlot;
    this.#nextSlot += count;
    return Array.from({ length: key === undefined ? 0 : count }, (_, index) =>
      requestBytes(signPath(key?.publicKey ?? ''), blockBody({ slot: first + index })),
    );
  }

  /** One selection proof for each connection, as at the start of an epoch. */
  selectionProofs(count: number): LoadPlan['requests'] {
    const slot = currentSlot();
    return Array.from({ length: count }, (_, index) => {
      const key = this.keys[index % this.keys.length];
      return [requestBytes(signPath(key?.publicKey ?? ''), aggregationSlotBody(slot - Math.floor(index / 64)))];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop();
    this.#folder.remove();
  }

  #take(epochs: number): number {
    const first = this.#nextEpoch;
    this.#nextEpoch += epochs;
    return first;
  }
}

/** It is when the last key was loaded: of 100,000 keys that takes minutes. */
async function isHealthy(process: SignerProcess): Promise<boolean> {
  return (await process.get('/healthcheck')).status === 200;
}

/** @throws Error when an answer had another status: the figures would be those of something else */
export function onlySigned(statuses: Readonly<Record<number, number>>): void {
  const others = Object.keys(statuses).filter((status) => status !== '200');
  if (others.length > 0) throw new Error(`not all were signed: ${others.join(', ')}`);
}
