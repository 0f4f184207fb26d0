import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { emulatorKinds } from '../dynamodb/emulators.ts';
import { notRun } from '../not-run.ts';
import { reportSuite } from '../suites.ts';
import { openOn } from '../support/dynamodb-fixture.ts';
import { vectorsFolder } from '../vectors.ts';
import { ownCases } from './eip-3076-own.ts';
import { playCases, plays, questionsIn, readCases } from './eip-3076.ts';

/** The questions of `eip-3076.test.ts`, all of them, to the DynamoDB store. */
const folder = join(vectorsFolder() ?? '', 'eip-3076');
const published = vectorsFolder() !== null && existsSync(folder) ? await readCases(folder) : [];
const cases = [...ownCases, ...published];

reportSuite('EIP-3076', 'dynamodb');

for (const kind of emulatorKinds) {
  if (kind.problem !== null) {
    notRun(`EIP-3076 on ${kind.name}`, kind.problem);
    continue;
  }
  const emulator = await kind.start();
  after(() => emulator.end());
  for (const play of plays) {
    test(`EIP-3076: ${cases.length} cases to the DynamoDB store on ${kind.name}, ${play}`, async () => {
      const { asked, failures } = await playCases(cases, openOn(emulator), play);
      assert.deepEqual(failures, []);
      assert.equal(asked, questionsIn(cases));
    });
  }
}
