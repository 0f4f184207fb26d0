import type { Lane } from '../../src/protection/lane.ts';
import { ethereumLane, tezosLane } from '../contract/samples.ts';

/** The lanes that a child of the crash tests advances, one caller to each; the first lane has two. */
export const loadedLanes: readonly Lane[] = [
  tezosLane('a'),
  ethereumLane(1),
  tezosLane('b', 'attestation'),
  ethereumLane(2, 'block'),
  tezosLane('a'),
];
