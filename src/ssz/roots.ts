import { toHex } from '../base/hex.ts';
import type { Preset } from '../ethereum/network.ts';
import type { FullType, RootOf } from '../ethereum/reading.ts';
import { altairBlock, phase0Block } from './consensus-types.ts';
import { gloasAggregateAndProof, gloasBid, gloasEnvelope, hezeBid, hezeInclusionList } from './progressive-types.ts';
import type { Composite } from './shape.ts';

const shapes = new Map<Preset['name'], Readonly<Record<FullType, Composite>>>();

/** `hash_tree_root` by the library. The value is made for this one call, so that no root is remembered with it. */
export const rootOf: RootOf = ({ type, value }, preset) => {
  const known = shapes.get(preset.name) ?? shapesOf(preset);
  shapes.set(preset.name, known);
  const shape = known[type];
  return toHex(shape.type.hashTreeRoot(shape.read(value)));
};

function shapesOf(preset: Preset): Readonly<Record<FullType, Composite>> {
  return {
    'phase0.BeaconBlock': phase0Block,
    'altair.BeaconBlock': altairBlock(preset),
    'gloas.AggregateAndProof': gloasAggregateAndProof(preset),
    'gloas.ExecutionPayloadBid': gloasBid,
    'heze.ExecutionPayloadBid': hezeBid,
    'gloas.ExecutionPayloadEnvelope': gloasEnvelope,
    'heze.InclusionList': hezeInclusionList,
  };
}
