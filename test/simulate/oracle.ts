import type { Lane } from '../../src/protection/lane.ts';

/** A signature that left the signer, as an outsider sees it. */
export interface Released {
  readonly lane: Lane;
  readonly height: bigint;
  readonly round: bigint;
  readonly floor: bigint;
  readonly root: string;
  readonly signature: string;
}

/** Why two released signatures together cost the validator its stake. */
export interface Offence {
  readonly kind: 'double' | 'surround';
  readonly first: Released;
  readonly second: Released;
}

/**
 * Every pair that a chain would punish, by comparing all pairs. It shares no code with the rule in `src/protection`:
 * these are the chains' own definitions. Tezos: two messages for one level and round of a duty; a block's hash covers
 * its signature, so two signatures of one block are two blocks. Ethereum: two headers for one slot, and
 * `is_slashable_attestation_data` of the consensus specs.
 */
export function offences(released: readonly Released[]): readonly Offence[] {
  const histories = new Map<string, Released[]>();
  for (const one of released) histories.set(nameOf(one), [...(histories.get(nameOf(one)) ?? []), one]);
  return [...histories.values()].flatMap(pairsOf);
}

function nameOf({ lane }: Released): string {
  return [lane.chain, lane.network, lane.key, lane.duty].join(' ');
}

function pairsOf(history: readonly Released[]): readonly Offence[] {
  return history.flatMap((second, index) =>
    history.slice(0, index).flatMap((first): readonly Offence[] => {
      const kind = offence(first, second);
      return kind === null ? [] : [{ kind, first, second }];
    }),
  );
}

function offence(a: Released, b: Released): Offence['kind'] | null {
  if (a.height === b.height && a.round === b.round && differ(a, b)) return 'double';
  return surrounds(a, b) || surrounds(b, a) ? 'surround' : null;
}

function differ(a: Released, b: Released): boolean {
  if (a.root !== b.root || a.floor !== b.floor) return true;
  return a.lane.chain === 'tezos' && a.lane.duty === 'block' && a.signature !== b.signature;
}

function surrounds(outer: Released, inner: Released): boolean {
  const votes = outer.lane.chain === 'ethereum' && outer.lane.duty === 'attestation';
  return votes && outer.floor < inner.floor && inner.height < outer.height;
}
