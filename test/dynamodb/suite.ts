import type { EmulatorKind } from './emulator.ts';
import type { World } from './world.ts';

/** A test of a suite: so that `test/sabotage/` can ask the same of stores that it broke on purpose. */
export type AddTest = (name: string, run: () => Promise<void>) => void;

interface SuiteParts {
  readonly test: AddTest;
  /** An empty table with a proxy before it. */
  readonly makeWorld: () => Promise<World>;
  readonly kind: EmulatorKind;
}

/** Tests of the DynamoDB store that run on every emulator. */
export interface Suite {
  readonly title: string;
  /** How many of its tests may run side by side, for those that mostly wait; one unless said. */
  readonly atOnce?: number;
  readonly cases: (parts: SuiteParts) => void;
}
