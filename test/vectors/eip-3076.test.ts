import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stores } from '../contract/stores.ts';
import { note, notGiven } from '../not-run.ts';
import { vectorsFolder } from '../vectors.ts';
import { reportSuite } from '../suites.ts';
import { ownCases } from './eip-3076-own.ts';
import { expectedBy } from './eip-3076-strategies.ts';
import { playCases, plays, questionsIn, readCases } from './eip-3076.ts';
import type { InterchangeCase } from './interchange-case.ts';

const folder = join(vectorsFolder() ?? '', 'eip-3076');
const published = vectorsFolder() !== null && existsSync(folder) ? await readCases(folder) : null;

if (published === null) notGiven('EIP-3076', 'set TIDEMARK_VECTORS to the folder that holds eip-3076');
else note(`EIP-3076: ${published.length} files, ${questionsIn(published)} questions`);
note(`EIP-3076: ${ownCases.length} cases of our own, ${questionsIn(ownCases)} questions`);

/** Every question, to every store, in every play. The count must be that of the cases, so that none is passed over. */
function playEverywhere(name: string, cases: readonly InterchangeCase[]): void {
  describe(`EIP-3076, ${name}`, () => {
    for (const store of stores) {
      for (const play of plays) {
        test(`${store.name}, ${play}`, async () => {
          const { asked, failures } = await playCases(cases, store.open, play);
          assert.deepEqual(failures, []);
          assert.equal(asked, questionsIn(cases));
        });
      }
    }

    test('the expectations are those of both strategies, by brute force over the whole history', () => {
      for (const one of cases) {
        const attempts = one.steps.flatMap((step) => [...step.blocks, ...step.attestations]);
        assert.deepEqual(
          expectedBy('minimal', one),
          attempts.map((each) => each.should_succeed),
          `${one.name}: minimal`,
        );
        assert.deepEqual(
          expectedBy('complete', one),
          attempts.map((each) => each.should_succeed_complete),
          `${one.name}: complete`,
        );
      }
    });
  });
}

playEverywhere('cases of our own', ownCases);
if (published !== null) playEverywhere('published files', published);
for (const { name } of stores) reportSuite('EIP-3076', name);
