import { after, before, describe, test } from 'node:test';
import { notRun } from '../not-run.ts';
import type { Emulator, EmulatorKind } from './emulator.ts';
import { emulatorKinds } from './emulators.ts';
import type { AddTest, Suite } from './suite.ts';
import { World } from './world.ts';

/** Registers a suite for each emulator that runs here, and says which does not. */
export function onEmulators(suite: Suite): void {
  for (const kind of emulatorKinds) {
    if (kind.problem === null) register(suite, kind);
    else notRun(`DynamoDB store on ${kind.name}`, kind.problem);
  }
}

function register({ title, cases, atOnce = 1 }: Suite, kind: EmulatorKind): void {
  describe(`${title} (${kind.name})`, { concurrency: atOnce }, () => {
    let emulator: Emulator | undefined;
    before(async () => {
      emulator = await kind.start();
    });
    after(async () => await emulator?.end());
    const makeWorld = async (): Promise<World> => {
      if (emulator === undefined) throw new Error('a world is made inside a test');
      return await World.make(emulator);
    };
    const add: AddTest = (name, run) => {
      test(name, run);
    };
    cases({ test: add, makeWorld, kind });
  });
}
