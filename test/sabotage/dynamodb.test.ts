import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import type { Emulator } from '../dynamodb/emulator.ts';
import { dynaliteKind } from '../dynamodb/emulators.ts';
import type { Suite } from '../dynamodb/suite.ts';
import { type Sabotage, World } from '../dynamodb/world.ts';
import { note } from '../not-run.ts';
import { reportSuite } from '../suites.ts';
import { brokenDynamoDb } from './broken-dynamodb.ts';

reportSuite('sabotage', 'dynamodb');

/** Each test of `test/dynamodb/` is worth what it finds: here it is asked about a store that was broken on purpose. */
let emulator: Emulator;
let caught = 0;

before(async () => {
  emulator = await dynaliteKind.start();
});

after(async () => {
  await emulator.end();
  note(`sabotage of the DynamoDB store: ${caught} planted faults, each caught`);
});

for (const { name, sabotage, suite, breaks } of brokenDynamoDb) {
  test(`${breaks} catches: ${name}`, async () => {
    await assert.rejects(caseOf(suite, breaks, sabotage), (error) => {
      return error instanceof assert.AssertionError || isFault(error);
    });
    caught += 1;
  });
}

/** Runs the one test whose name begins with `breaks`, on a store that was sabotaged. */
async function caseOf(suite: Suite, breaks: string, sabotage: Sabotage): Promise<void> {
  const found: (() => Promise<void>)[] = [];
  suite.cases({
    test: (name, run) => {
      if (name.startsWith(breaks)) found.push(run);
    },
    makeWorld: () => World.make(emulator, sabotage),
    kind: dynaliteKind,
  });
  const [run] = found;
  if (run === undefined) throw new RangeError(`no test begins with "${breaks}"`);
  await run();
}
