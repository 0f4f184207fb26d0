import type { Claim } from './message.ts';

/** A signature that left the signer. */
export interface Released {
  /** 96 hex digits. */
  readonly publicKey: string;
  readonly signingRoot: string;
  readonly claim: Claim;
}

/**
 * Every pair that the chain would punish, as a sentence, by comparing all with all. The definitions are those of the
 * consensus specifications: two headers of one proposer for one slot, and `is_slashable_attestation_data`.
 */
export function slashablePairs(released: readonly Released[]): readonly string[] {
  const histories = new Map<string, Released[]>();
  for (const one of distinct(released)) {
    const name = [one.claim.duty, one.claim.network, one.publicKey].join(' ');
    const known = histories.get(name);
    if (known === undefined) histories.set(name, [one]);
    else known.push(one);
  }
  return [...histories.values()].flatMap(pairsOf);
}

/** The same message twice is one message. */
function distinct(released: readonly Released[]): readonly Released[] {
  return [...new Map(released.map((one) => [nameOf(one), one])).values()];
}

function nameOf({ publicKey, signingRoot, claim }: Released): string {
  return [publicKey, claim.duty, claim.network, signingRoot].join(' ');
}

function pairsOf(history: readonly Released[]): readonly string[] {
  return history.flatMap((second, index) =>
    history.slice(0, index).flatMap((first) => {
      const offence = offenceOf(first.claim, second.claim);
      return offence === null ? [] : [`0x${second.publicKey.slice(0, 12)}… ${offence}`];
    }),
  );
}

/** The claims are of different messages. */
function offenceOf(a: Claim, b: Claim): string | null {
  if (a.duty === 'block' && b.duty === 'block')
    return a.slot === b.slot ? `signed two blocks for slot ${a.slot}` : null;
  if (a.duty !== 'attestation' || b.duty !== 'attestation') return null;
  if (a.target === b.target) return `signed two votes for target ${a.target}`;
  if (surrounds(a, b)) return `signed ${votes(a)}, which surrounds ${votes(b)}`;
  return surrounds(b, a) ? `signed ${votes(b)}, which surrounds ${votes(a)}` : null;
}

type Vote = Extract<Claim, { duty: 'attestation' }>;

function surrounds(outer: Vote, inner: Vote): boolean {
  return outer.source < inner.source && inner.target < outer.target;
}

function votes({ source, target }: Vote): string {
  return `${source}→${target}`;
}
