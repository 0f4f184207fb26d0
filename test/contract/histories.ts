import * as fc from 'fast-check';
import type { Lane } from '../../src/protection/lane.ts';
import type { Mark } from '../../src/protection/mark.ts';
import type { Stop } from '../../src/protection/stop.ts';
import type { Claim } from '../../src/protection/store.ts';
import { ethereumLane, int32Max, root as sampleRoot, tezosLane, uint64Max } from './samples.ts';

/** One call of the store port. `reopen` does nothing where marks die with the process. */
export type Step =
  | { readonly kind: 'advance'; readonly claim: Claim }
  | { readonly kind: 'advanceAll'; readonly claims: readonly Claim[] }
  | { readonly kind: 'raise'; readonly claim: Claim }
  | { readonly kind: 'close' | 'open' | 'read'; readonly lane: Lane }
  | { readonly kind: 'setStop'; readonly network: string; readonly stop: Stop | null }
  | { readonly kind: 'list' | 'reopen' };

/** Around these implementations go wrong: 32 bits, the end of exact doubles, the sign bit, the end of uint64. */
const tezosCentres = [3n, int32Max - 2n];
const ethereumCentres = [3n, 2n ** 31n, 2n ** 53n, 2n ** 63n, uint64Max - 2n];

const tezosLanes = [tezosLane('a'), tezosLane('a', 'preattestation'), tezosLane('a', 'attestation'), tezosLane('b')];
const ethereumLanes = [ethereumLane(1), ethereumLane(1, 'block'), ethereumLane(2)];

/** Long enough that lanes fill up; `size` stops fast-check from preferring short ones. */
const lengths = { minLength: 10, maxLength: 80, size: 'max' } as const;

const roots = fc.constantFrom<(string | null)[]>(sampleRoot(0xaa), sampleRoot(0xbb), sampleRoot(0x0c), null);

/** Histories of a few lanes around one centre for each chain, so that claims meet, tie and cross. */
export const histories: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.constantFrom(...tezosCentres), fc.constantFrom(...ethereumCentres))
  .chain(([tezos, ethereum]) => fc.array(step(fc.oneof(tezosClaim(tezos), ethereumClaim(ethereum))), lengths));

function step(claim: fc.Arbitrary<Claim>): fc.Arbitrary<Step> {
  const lane = fc.constantFrom(...tezosLanes, ...ethereumLanes);
  return fc.oneof(
    { weight: 12, arbitrary: claim.map((one): Step => ({ kind: 'advance', claim: one })) },
    { weight: 4, arbitrary: fc.array(claim, { maxLength: 6 }).map((claims): Step => ({ kind: 'advanceAll', claims })) },
    { weight: 3, arbitrary: claim.map((one): Step => ({ kind: 'raise', claim: one })) },
    { weight: 1, arbitrary: lane.map((one): Step => ({ kind: 'close', lane: one })) },
    { weight: 2, arbitrary: lane.map((one): Step => ({ kind: 'open', lane: one })) },
    { weight: 1, arbitrary: lane.map((one): Step => ({ kind: 'read', lane: one })) },
    { weight: 1, arbitrary: stops },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'list' }, { kind: 'reopen' }) },
  );
}

const stopNumbers = fc.constantFrom(0n, 2n ** 53n + 1n, 2n ** 63n, uint64Max);

const stops: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom(sampleRoot(0x4b), sampleRoot(0x4c)), stopNumbers, stopNumbers, fc.boolean())
  .map(([network, slot, epoch, none]) => ({
    kind: 'setStop',
    network: `0x${network}`,
    stop: none ? null : { slot, epoch },
  }));

function tezosClaim(centre: bigint): fc.Arbitrary<Claim> {
  const rounds = fc.constantFrom(0n, 0n, 1n, 2n, int32Max);
  const marks = fc.tuple(near(centre, int32Max), rounds, roots);
  return claims(
    tezosLanes,
    marks.map(([height, round, root]) => ({ height, round, floor: 0n, root })),
  );
}

function ethereumClaim(centre: bigint): fc.Arbitrary<Claim> {
  const height = near(centre, uint64Max);
  const floor = fc.oneof({ weight: 4, arbitrary: near(centre, uint64Max) }, { weight: 1, arbitrary: fc.constant(0n) });
  const marks = fc
    .tuple(height, floor, roots)
    .map(([top, bottom, root]) => ({ height: top, round: 0n, floor: bottom, root }));
  return claims(ethereumLanes, marks).map(withoutBlockFloor);
}

function withoutBlockFloor({ lane, next }: Claim): Claim {
  return { lane, next: lane.duty === 'block' ? { ...next, floor: 0n } : next };
}

function claims(lanes: readonly Lane[], marks: fc.Arbitrary<Mark>): fc.Arbitrary<Claim> {
  return fc.tuple(fc.constantFrom(...lanes), marks).map(([lane, next]) => ({ lane, next }));
}

function near(centre: bigint, max: bigint): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: centre - 3n, max: centre + 4n > max ? max : centre + 4n });
}
