import { ed25519 } from '@noble/curves/ed25519.js';
import { ofBase58 } from './base58check.ts';
import { blake2b } from './blake2b.ts';
import type { Entry } from './entry.ts';
import { type Place, placeOf } from './tezos-request.ts';

/** What an outsider finds about a signer who was asked all this of one baker's ed25519 key. */
export interface TezosJudgement {
  readonly offences: readonly string[];
  readonly signatures: number;
  /** How many different signatures were checked against key and message. */
  readonly verified: number;
  /** Answers with 409. */
  readonly refusals: number;
}

interface Asked {
  readonly entry: Entry;
  /** In hex, as it was sent. */
  readonly message: string;
  readonly place: Place;
}

const refusedStatus = 409;
const keyPrefix = [13, 15, 37, 217];
const keyHashPrefix = [6, 161, 159];
const signaturePrefixes = [
  [9, 245, 205, 134, 18],
  [4, 130, 43],
];

/**
 * Judges a transcript by the chain's rules alone: no two messages for one level and round of a duty. It shares no code
 * with the signer.
 *
 * @param publicKey `edpk…`, which must be that of the `tz1…` that was asked
 */
export function judgeTezos(entries: readonly Entry[], publicKey: string): TezosJudgement {
  const asked = entries.flatMap(readable);
  const unread = entries.filter((entry) => entry.answer?.status === 200 && readable(entry).length === 0);
  const released = asked.filter(({ entry }) => entry.answer?.status === 200);
  const whole = released.filter(({ entry }) => entry.answer?.cut !== true);
  const refused = asked.filter(({ entry }) => entry.answer?.status === refusedStatus);
  const different = new Map(whole.map((one) => [`${one.message} ${one.entry.answer?.body}`, one]));
  return {
    offences: [
      ...unread.map(({ request }) => `something was signed that nobody can read: ${request.slice(0, 40)}`),
      ...strangers(entries, publicKey),
      ...[...different.values()].filter((one) => !isValid(one, publicKey)).map(invalid),
      ...doubles(released),
      ...(different.size > new Set(whole.map(({ message }) => message)).size ? ['a message has two signatures'] : []),
      ...refused.filter((one) => isNeedless(one, asked)).map((one) => `${named(one)} was refused without any cause`),
    ],
    signatures: whole.length,
    verified: different.size,
    refusals: refused.length,
  };
}

function readable(entry: Entry): readonly Asked[] {
  const message = /^"([0-9a-f]+)"$/u.exec(entry.request)?.[1] ?? '';
  const place = placeOf(message);
  return place === null ? [] : [{ entry, message, place }];
}

function strangers(entries: readonly Entry[], publicKey: string): readonly string[] {
  const key = ofBase58(publicKey, keyPrefix, 32);
  const hash = key === null ? null : blake2b(key, 20);
  const names = new Set(entries.map(({ identifier }) => identifier));
  const others = [...names].filter((name) => hash === null || ofBase58(name, keyHashPrefix, 20)?.equals(hash) !== true);
  return others.map((name) => `${publicKey} is not the key of ${name}`);
}

function isValid({ entry, message }: Asked, publicKey: string): boolean {
  const text = /^\{"signature":"([0-9A-Za-z]+)"\}\n?$/u.exec(entry.answer?.body ?? '')?.[1] ?? '';
  const signature = signaturePrefixes.map((prefix) => ofBase58(text, prefix, 64)).find((found) => found !== null);
  const key = ofBase58(publicKey, keyPrefix, 32);
  if (signature === undefined || key === null) return false;
  return ed25519.verify(signature, blake2b(Buffer.from(message, 'hex'), 32), key);
}

function doubles(released: readonly Asked[]): readonly string[] {
  const first = new Map<string, Asked>();
  return released.flatMap((one) => {
    const name = [one.entry.identifier, ...Object.values(one.place)].join(' ');
    const known = first.get(name) ?? one;
    first.set(name, known);
    return known.message === one.message ? [] : [`${named(one)} was signed for two messages`];
  });
}

/** A cause is another message at the place or above it that was asked before the refusal came, answered or not. */
function isNeedless(refused: Asked, asked: readonly Asked[]): boolean {
  const end = refused.entry.answeredAt ?? Number.POSITIVE_INFINITY;
  return !asked.some((other) => other.entry.askedAt < end && stopsIt(other, refused));
}

function stopsIt(first: Asked, second: Asked): boolean {
  const [a, b] = [first.place, second.place];
  const isSameLane = a.duty === b.duty && a.chain === b.chain && first.entry.identifier === second.entry.identifier;
  if (!isSameLane || first.message === second.message) return false;
  return a.level > b.level || (a.level === b.level && a.round >= b.round);
}

function invalid(one: Asked): string {
  return `a signature of ${named(one)} does not verify over its message`;
}

function named({ entry, place }: Asked): string {
  return `the ${place.duty} ${place.level}/${place.round} of ${entry.identifier.slice(0, 10)}…`;
}
