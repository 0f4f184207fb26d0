import { type Entry, Transcript } from '../oracle/entry.ts';
import { judge } from '../oracle/judge.ts';
import { judgeTezos } from '../oracle/tezos-judge.ts';
import { Verifier } from '../oracle/verify.ts';
import { type EthereumKey, signPath } from '../support/ethereum-setup.ts';
import type { SampleKey } from '../support/setup.ts';
import type { Channel, Reply } from './channel.ts';
import type { Tally } from './tally.ts';

/** What the oracle says of one key. */
export interface Finding {
  readonly offences: readonly string[];
  readonly signatures: number;
  readonly verified: number;
  readonly refusals: number;
}

/** One key that signers are asked to sign with, and all that came of it. */
export abstract class Subject {
  abstract readonly chain: 'ethereum' | 'tezos';
  protected readonly identifier: string;
  readonly #path: string;
  readonly #transcript = new Transcript();

  constructor(identifier: string, path: string) {
    this.identifier = identifier;
    this.#path = path;
  }

  /** @returns null when no answer came */
  async ask(channel: Channel, body: string, tally: Tally): Promise<Reply | null> {
    const reply = await this.#transcript.ask(this.identifier, body, async () => await channel.post(this.#path, body));
    tally.add(reply);
    return reply;
  }

  judge(): Finding {
    return this.judged(this.#transcript.entries);
  }

  protected abstract judged(entries: readonly Entry[]): Finding;
}

export class Validator extends Subject {
  readonly chain = 'ethereum';
  readonly #verifier = new Verifier();

  constructor({ publicKey }: EthereumKey) {
    super(publicKey, signPath(publicKey));
  }

  protected judged(entries: readonly Entry[]): Finding {
    return judge(entries, { verifier: this.#verifier });
  }
}

export class Baker extends Subject {
  readonly chain = 'tezos';
  readonly #publicKey: string;

  /** @param publicKey `edpk…` */
  constructor({ pkh }: SampleKey, publicKey: string) {
    super(pkh, `/keys/${pkh}`);
    this.#publicKey = publicKey;
  }

  protected judged(entries: readonly Entry[]): Finding {
    return judgeTezos(entries, this.#publicKey);
  }
}
