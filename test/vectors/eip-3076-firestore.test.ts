import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { StandIn } from '../firestore/stand-in.ts';
import { notGiven } from '../not-run.ts';
import { reportSuite } from '../suites.ts';
import { openOn } from '../support/firestore-fixture.ts';
import { vectorsFolder } from '../vectors.ts';
import { ownCases } from './eip-3076-own.ts';
import { playCases, plays, questionsIn, readCases } from './eip-3076.ts';

const folder = join(vectorsFolder() ?? '', 'eip-3076');
const published = vectorsFolder() !== null && existsSync(folder) ? await readCases(folder) : null;
if (published === null) notGiven('EIP-3076', 'set TIDEMARK_VECTORS to the folder that holds eip-3076');

const standIn = await StandIn.start();
after(() => standIn.end());

reportSuite('EIP-3076', 'firestore');
for (const cases of [ownCases, published ?? []]) {
  for (const play of plays) {
    test(`EIP-3076 on Firestore: ${cases.length} cases, ${play}`, async () => {
      const { asked, failures } = await playCases(cases, openOn(standIn), play);
      assert.deepEqual(failures, []);
      assert.equal(asked, questionsIn(cases));
    });
  }
}
