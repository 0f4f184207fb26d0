import { isFault } from '../../src/base/fault.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { intent, root, tezosLane } from '../contract/samples.ts';
import { explore } from './explore.ts';
import { FlakyStore, storeFaults } from './flaky-store.ts';
import { offences, type Released } from './oracle.ts';
import { type Choose, Turns } from './turns.ts';
import type { Sign, StartSigner } from './world.ts';

export interface Explored {
  readonly runs: number;
  /** In how many of them something was signed. */
  readonly signed: number;
  /** The first offence that was found, or null. */
  readonly failure: string | null;
}

export interface Scene {
  readonly start: StartSigner;
  readonly disk: () => MarkStore;
  /** How often each of both clients asks, as long as it has no answer. */
  readonly asks: readonly [number, number];
}

/**
 * Every interleaving of two conflicting requests at two signers on one store: with every outcome of every write, each
 * signer crashing or not before its answer leaves, and clients that ask again after a failure, at the same signer or at
 * one that started anew.
 */
export async function everyInterleaving(scene: Scene): Promise<Explored> {
  let signed = 0;
  let failure: string | null = null;
  const runs = await explore(async (choose) => {
    const released = await playOnce(choose, scene);
    if (released.length > 0) signed += 1;
    const [offence] = offences(released);
    if (offence !== undefined) failure ??= `${offence.kind}: ${offence.first.root} and ${offence.second.root}`;
  });
  return { runs, signed, failure };
}

async function playOnce(choose: Choose, { start, disk, asks }: Scene): Promise<readonly Released[]> {
  const shared = disk();
  const turns = new Turns(choose);
  const released: Released[] = [];
  const startSigner = (): Sign => {
    const fault = () => [null, ...storeFaults][choose(1 + storeFaults.length)] ?? null;
    return start(new FlakyStore(shared, { turns, fault, delay: () => 1 }));
  };
  const clients = asks.map((count, index) => {
    const own = root(0xa0 + index);
    return new Client({ own, choose, startSigner, released }).run(count);
  });
  await turns.give(Infinity);
  await Promise.all(clients);
  return released;
}

interface ClientOptions {
  /** What this client wants signed. */
  readonly own: string;
  readonly choose: Choose;
  readonly startSigner: () => Sign;
  readonly released: Released[];
}

class Client {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async run(asks: number): Promise<void> {
    const { choose, startSigner } = this.#options;
    let sign = startSigner();
    for (let left = asks; left > 0; left -= 1) {
      if (await this.#ask(sign)) return;
      if (left > 1 && choose(2) === 1) sign = startSigner();
    }
  }

  /** @returns whether the client has its answer */
  async #ask(sign: Sign): Promise<boolean> {
    const { own, choose, released } = this.#options;
    const lane = tezosLane('a');
    const next = { height: 5n, round: 0n, floor: 0n, root: own };
    try {
      const signature = await sign(intent(lane, next));
      if (signature === null) return true;
      const crashed = choose(2) === 1;
      if (!crashed) released.push({ lane, ...next, signature });
      return !crashed;
    } catch (error) {
      if (isFault(error, 'store_unavailable')) return false;
      throw error;
    }
  }
}
