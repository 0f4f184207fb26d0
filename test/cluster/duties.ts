import { composeAttestation, composeBlock, composePreattestation } from '../../src/tezos/compose.ts';
import { chainId } from '../support/attestations.ts';
import { attestationBody, blockBody } from '../support/ethereum-bodies.ts';

/** What can be asked of a key, place by place. */
export interface Duty {
  readonly what: string;
  readonly chain: 'ethereum' | 'tezos';
  /**
   * The request for a place. Another variant is another message, and whichever of a place's is signed, it conflicts
   * with all the others of that place; places rise.
   */
  readonly bodyAt: (place: number, variant: number) => string;
}

/** How many messages a place has. */
export const variants = 80;

/** Votes reach so far to either side of their middle. */
const depths = 20;
const firstEpoch = 60_000;
const firstSlot = 2_000_000;

const duties: readonly Duty[] = [
  { what: 'votes that are double, surround or are surrounded', chain: 'ethereum', bodyAt: voteAt },
  { what: 'blocks for one slot', chain: 'ethereum', bodyAt: slotAt },
  { what: 'Tezos blocks', chain: 'tezos', bodyAt: (place, variant) => hex(composeBlock(tezosAt(place, variant))) },
  {
    what: 'preattestations',
    chain: 'tezos',
    bodyAt: (place, variant) => hex(composePreattestation(tezosAt(place, variant))),
  },
  {
    what: 'attestations with and without DAL content',
    chain: 'tezos',
    bodyAt: (place, variant) => {
      const parts = tezosAt(place, Math.floor(variant / 2));
      return hex(composeAttestation(variant % 2 === 0 ? parts : { ...parts, dal: 1n }));
    },
  },
];

/** The duties that a key has. */
export function dutiesOf({ chain }: Pick<Duty, 'chain'>): readonly Duty[] {
  return duties.filter((duty) => duty.chain === chain);
}

/** Of any two, one surrounds the other, or both have one target. */
function voteAt(place: number, variant: number): string {
  const middle = firstEpoch + place * (2 * depths + 1);
  const depth = variant % depths;
  const fill = 1 + Math.floor(variant / depths);
  return attestationBody({ source: middle - depth - 1, target: middle + depth, fill });
}

function slotAt(place: number, variant: number): string {
  return blockBody({ slot: firstSlot + place, fill: variant });
}

function tezosAt(place: number, variant: number) {
  return { chainId, level: 1 + place, round: place % 3, payloadHash: new Uint8Array(32).fill(variant) };
}

function hex(message: Uint8Array): string {
  return JSON.stringify(Buffer.from(message).toString('hex'));
}
