import type { Claim } from './message.ts';

/** A request for something that is punished, and when it was asked and answered. */
export interface Refused {
  readonly publicKey: string;
  readonly signingRoot: string;
  readonly claim: Claim;
  readonly askedAt: number;
  readonly answeredAt: number | null;
}

/**
 * Was there no reason to refuse? A reason is in the message itself, or in another one that had been asked, signed or
 * not, before the refusal came: one that stands above it, or beside it with another root (EIP-3076, minimal strategy,
 * and the same message may be signed again).
 */
export function isNeedless(refused: Refused, asked: readonly Refused[]): boolean {
  if (refused.claim.duty === 'attestation' && refused.claim.source > refused.claim.target) return false;
  const end = refused.answeredAt ?? Number.POSITIVE_INFINITY;
  return !asked.some((other) => {
    const before = other.publicKey === refused.publicKey && other.askedAt < end;
    return before && stopsIt(other.claim, refused.claim, other.signingRoot === refused.signingRoot);
  });
}

/** Does having signed `first` make it unsafe to sign `second`? */
function stopsIt(first: Claim, second: Claim, isSame: boolean): boolean {
  if (isSame || first.network !== second.network) return false;
  if (first.duty === 'block' && second.duty === 'block') return first.slot >= second.slot;
  if (first.duty !== 'attestation' || second.duty !== 'attestation') return false;
  return first.target >= second.target || first.source > second.source;
}
