import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attestationBody } from '../../support/ethereum-bodies.ts';
import {
  type EthereumKey,
  newEthereumKey,
  signPath,
  startEthereum,
  writeEthereumSetup,
} from '../../support/ethereum-setup.ts';
import { type Answer, ScratchFolder, type SignerProcess } from '../../support/signer-process.ts';

export interface WatchedOptions {
  /** Is given the folder of the marks, before the program is started. */
  readonly prepare?: (marks: string) => Promise<void>;
  /** More lines of the configuration. */
  readonly extra?: string;
}

/** The program with Ethereum keys on the file store, whose bytes show whether anything was recorded. */
export class WatchedSigner {
  readonly signer: SignerProcess;
  /** A key of its own, which shows that one key's trouble is no other's. */
  readonly bystander: EthereumKey;
  readonly #folder: ScratchFolder;
  #bystanderEpoch = 0;
  #names: readonly string[] | null = null;

  private constructor(signer: SignerProcess, bystander: EthereumKey, folder: ScratchFolder) {
    this.signer = signer;
    this.bystander = bystander;
    this.#folder = folder;
  }

  static async start(keys: readonly EthereumKey[], options: WatchedOptions = {}): Promise<WatchedSigner> {
    const { prepare, extra = '' } = options;
    const folder = new ScratchFolder();
    const marks = join(folder.path, 'marks');
    mkdirSync(marks);
    await prepare?.(marks);
    const bystander = newEthereumKey();
    const all = [...keys, bystander];
    const configFile = writeEthereumSetup(folder, {
      ...{ keys: all, antiSlashing: `{ backend: file, path: ${marks} }`, extra },
    });
    const watched = new WatchedSigner(await startEthereum(configFile, all), bystander, folder);
    await watched.checkOthers();
    return watched;
  }

  /** Where its protection socket is. */
  get socket(): string {
    return join(this.#folder.path, 'marks.sock');
  }

  async sign(key: EthereumKey, body: string): Promise<Answer> {
    return await this.signer.post(signPath(key.publicKey), body);
  }

  /** A hash of every byte that the store holds: a mark that rose anywhere changes it. */
  recorded(): string {
    const place = join(this.#folder.path, 'marks', 'protection');
    const hash = createHash('sha256');
    const names = readdirSync(place).sort();
    // The store begins a new segment by itself after a thousand records, whatever it is asked.
    this.#names ??= names;
    assert.deepEqual(names, this.#names, 'too many records for one segment: split the table');
    for (const name of names) hash.update(name).update(readFileSync(join(place, name)));
    return hash.digest('hex');
  }

  /** The process is alive, and another key signs. */
  async checkOthers(): Promise<void> {
    assert.ok(this.signer.alive);
    this.#bystanderEpoch += 1;
    const body = attestationBody({ source: 0, target: this.#bystanderEpoch });
    const answer = await this.sign(this.bystander, body);
    assert.equal(answer.status, 200, `another key still signs: ${answer.body}`);
  }

  async end(): Promise<void> {
    await this.signer.stop();
    this.#folder.remove();
  }
}
