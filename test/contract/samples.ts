import type { GuardedIntent } from '../../src/protection/intent.ts';
import type { Duty, Lane } from '../../src/protection/lane.ts';
import type { Mark, Root } from '../../src/protection/mark.ts';
import { encode } from '../../src/tezos/base58.ts';

export const uint64Max = 2n ** 64n - 1n;
/** Tezos levels and rounds are signed 32-bit numbers that are never negative. */
export const int32Max = 2n ** 31n - 1n;

/** A root that is easy to recognise: one byte, 32 times. */
export function root(byte: number): Root {
  return byte.toString(16).padStart(2, '0').repeat(32);
}

/** A root for each number: the number itself. */
export function rootOf(number: number): Root {
  return number.toString(16).padStart(64, '0');
}

/** @param key a letter, which names a key of its own */
export function tezosLane(key: string, duty: Duty = 'block'): Lane {
  return { chain: 'tezos', network: 'NetXdQprcVkpaWU', key: encode('tz1', Buffer.alloc(20, key)), duty };
}

export function ethereumLane(key: number, duty: 'block' | 'attestation' = 'attestation'): Lane {
  return { chain: 'ethereum', network: `0x${root(0x4b)}`, key: `0x${key.toString(16).padStart(96, '0')}`, duty };
}

export function mark(height: bigint, fields: Partial<Mark> = {}): Mark {
  return { height, round: 0n, floor: 0n, root: root(0xaa), ...fields };
}

/** What a protocol room would make of a request that ends in `next`; the message is the root's bytes. */
export function intent(lane: Lane, next: Mark): GuardedIntent {
  const known = next.root ?? root(0xaa);
  return { kind: 'guarded', lane, next: { ...next, root: known }, message: Buffer.from(known, 'hex') };
}
