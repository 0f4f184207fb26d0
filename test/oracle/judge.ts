import type { Entry } from './entry.ts';
import { slashablePairs } from './history.ts';
import { type Claim, type Message, messageOf } from './message.ts';
import { isNeedless, type Refused } from './refusal.ts';
import { Unreadable } from './request-text.ts';
import { Verifier } from './verify.ts';

/** What an outsider finds about a signer who was asked all this. */
export interface Judgement {
  /** Each a sentence; none is what everybody hopes for. */
  readonly offences: readonly string[];
  /** How many answers held a signature, how many different signatures were checked against key and root. */
  readonly signatures: number;
  readonly verified: number;
  /** Answers with 412. */
  readonly refusals: number;
  /** Signatures over messages that the oracle has no roots of: nothing is said about them. */
  readonly unjudged: number;
}

export interface JudgeOptions {
  /** Verifies one signature of so many; 1 is all. The choice falls by the signature's own digits. */
  readonly oneOf?: number;
  /** Takes signatures that other runs of the same keys have checked already. */
  readonly verifier?: Verifier;
}

/** A request that could be read, with its key in lower-case hex. */
interface Asked {
  readonly entry: Entry;
  readonly publicKey: string;
  readonly message: Message;
}

interface Signed extends Asked {
  readonly signature: string;
}

const refusedStatus = 412;

/** Judges a transcript by the chain's rules alone. It shares no code with the signer. */
export function judge(
  entries: readonly Entry[],
  { oneOf = 1, verifier = new Verifier() }: JudgeOptions = {},
): Judgement {
  const { asked, offences: unread } = readAll(entries);
  const released = asked.filter(({ entry }) => entry.answer?.status === 200);
  const answered = released.filter(({ entry }) => entry.answer?.cut !== true).map(signatureOf);
  const signed = answered.filter((one) => typeof one !== 'string');
  const rooted = signed.flatMap(rootedOf);
  // The first as well, so that a sample is never empty.
  const sample = rooted.filter(({ signature }, index) => index === 0 || isDrawn(signature, oneOf));
  const invalid = sample.filter((one) => !verifier.isValid(one.publicKey, one.signingRoot, one.signature));
  const claims = released
    .flatMap(rootedOf)
    .flatMap((one) => (one.claim === null ? [] : [{ ...one, claim: one.claim }]));
  const refused = asked.filter(({ entry }) => entry.answer?.status === refusedStatus);
  return {
    offences: [
      ...unread,
      ...answered.filter((one) => typeof one === 'string'),
      ...invalid.map((one) => `a signature of ${named(one)} does not verify over the root ${one.signingRoot}`),
      ...slashablePairs(claims),
      ...changedSignatures(rooted),
      ...needless(refused, asked),
    ],
    signatures: signed.length,
    verified: new Set(sample.map(({ publicKey, signature }) => publicKey + signature)).size,
    refusals: refused.length,
    unjudged: signed.length - rooted.length,
  };
}

/** With the root that it is about; nothing where the oracle has none. */
function rootedOf<Given extends Asked>(one: Given): readonly (Given & { signingRoot: string; claim: Claim | null })[] {
  const { signingRoot, claim } = one.message;
  return signingRoot === null ? [] : [{ ...one, signingRoot, claim }];
}

/** By what the signature itself is: nobody chooses which. */
function isDrawn(signature: string, oneOf: number): boolean {
  return Number.parseInt(signature.slice(-6), 16) % oneOf === 0;
}

function readAll(entries: readonly Entry[]): { asked: readonly Asked[]; offences: readonly string[] } {
  const asked: Asked[] = [];
  const offences: string[] = [];
  for (const entry of entries) {
    const message = readable(entry.request);
    const publicKey = entry.identifier.toLowerCase().replace(/^0x/u, '');
    if (typeof message !== 'string') asked.push({ entry, publicKey, message });
    else if (entry.answer?.status === 200) offences.push(`something was signed that nobody can read: ${message}`);
  }
  return { asked, offences };
}

function readable(text: string): Message | string {
  try {
    return messageOf(text);
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

/** The answer's signature in hex without `0x`; a sentence when an answer with 200 holds none. */
function signatureOf(asked: Asked): Signed | string {
  const text = asked.entry.answer?.body ?? '';
  const signature = /^(?:\{"signature":"0x([0-9a-f]{192})"\}|0x([0-9a-f]{192}))$/u.exec(text);
  if (signature !== null) return { ...asked, signature: signature[1] ?? signature[2] ?? '' };
  return `${named(asked)} was answered with 200 and no signature: ${JSON.stringify(text.slice(0, 80))}`;
}

/** BLS signatures are deterministic: a second one for the same root is not the same key's. */
function changedSignatures(signed: readonly (Signed & { readonly signingRoot: string })[]): readonly string[] {
  const known = new Map<string, string>();
  return signed.flatMap((one) => {
    const name = `${one.publicKey} ${one.signingRoot}`;
    const first = known.get(name) ?? one.signature;
    known.set(name, first);
    return first === one.signature ? [] : [`${named(one)} was signed twice, with two signatures`];
  });
}

function needless(refused: readonly Asked[], asked: readonly Asked[]): readonly string[] {
  const claims = asked.flatMap(claimOf);
  return refused.flatMap((one) => {
    const [claim] = claimOf(one);
    if (claim === undefined) return [`${named(one)} was refused with ${refusedStatus}, but nobody is punished for it`];
    return isNeedless(claim, claims) ? [`${named(one)} was refused with ${refusedStatus} without any cause`] : [];
  });
}

function claimOf({ entry, publicKey, message: { claim, signingRoot } }: Asked): readonly Refused[] {
  if (claim === null || signingRoot === null) return [];
  const { askedAt, answeredAt } = entry;
  return [{ publicKey, signingRoot, claim, askedAt, answeredAt }];
}

function named({ publicKey, message: { type, claim } }: Asked): string {
  const key = `0x${publicKey.slice(0, 12)}…`;
  if (claim === null) return `${type} of ${key}`;
  const place = claim.duty === 'block' ? `slot ${claim.slot}` : `${claim.source}→${claim.target}`;
  return `${type} ${place} of ${key}`;
}
