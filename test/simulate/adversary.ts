import type { Lane } from '../../src/protection/lane.ts';
import type { Mark } from '../../src/protection/mark.ts';
import { ethereumLane, rootOf, tezosLane } from '../contract/samples.ts';
import type { Random } from './random.ts';

export interface Request {
  readonly lane: Lane;
  readonly next: Mark & { readonly root: string };
}

const lanes = [
  ethereumLane(1),
  ethereumLane(2),
  ethereumLane(1, 'block'),
  tezosLane('a'),
  tezosLane('a', 'preattestation'),
  tezosLane('a', 'attestation'),
];

/** Asks for what would be slashed: the past again with other roots, around it and inside it, among honest duties. */
export class Adversary {
  readonly #random: Random;
  readonly #asked: Request[] = [];
  #roots = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): Request {
    const request = this.#asked.length === 0 || this.#random.chance(40) ? this.#onward() : this.#twisted();
    this.#asked.push(request);
    return request;
  }

  /** A duty a little above, or about at, the last one of its lane. */
  #onward(): Request {
    const lane = this.#random.pick(lanes);
    const last = this.#asked.findLast((one) => one.lane === lane)?.next;
    const height = (last?.height ?? 5n) + this.#number(3);
    const isVote = lane.chain === 'ethereum' && lane.duty === 'attestation';
    return this.#request(lane, {
      height,
      round: lane.chain === 'tezos' ? this.#number(3) : 0n,
      floor: isVote ? positive(height - 1n - this.#number(3)) : 0n,
    });
  }

  /** One of the last few requests, changed or as it was. */
  #twisted(): Request {
    const past = this.#random.pick(this.#asked.slice(-8));
    const { lane, next } = past;
    if (this.#random.chance(25)) return past;
    if (lane.chain === 'tezos')
      return this.#request(lane, { ...next, round: positive(next.round + this.#number(3) - 1n) });
    if (lane.duty === 'block' || this.#random.chance(40)) return this.#request(lane, next);
    const step = this.#random.chance(50) ? 1n : -1n;
    return this.#request(lane, { ...next, height: positive(next.height + step), floor: positive(next.floor - step) });
  }

  #request(lane: Lane, { height, round, floor }: Omit<Mark, 'root'>): Request {
    this.#roots += 1;
    return { lane, next: { height, round, floor, root: rootOf(this.#roots) } };
  }

  #number(end: number): bigint {
    return BigInt(this.#random.below(end));
  }
}

function positive(number: bigint): bigint {
  return number < 0n ? 0n : number;
}
