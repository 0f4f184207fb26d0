import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { notGiven } from '../not-run.ts';
import { reportSuite } from '../suites.ts';
import { openOn } from '../support/postgres-fixture.ts';
import { serverOfFile } from '../support/postgres-server.ts';
import { vectorsFolder } from '../vectors.ts';
import { ownCases } from './eip-3076-own.ts';
import { playCases, plays, questionsIn, readCases } from './eip-3076.ts';

const server = await serverOfFile();
const folder = join(vectorsFolder() ?? '', 'eip-3076');
const published = vectorsFolder() !== null && existsSync(folder) ? await readCases(folder) : null;
if (published === null) notGiven('EIP-3076', 'set TIDEMARK_VECTORS to the folder that holds eip-3076');

if (server !== null) {
  reportSuite('EIP-3076', 'postgres');
  for (const cases of [ownCases, published ?? []]) {
    for (const play of plays) {
      test(`EIP-3076 on Postgres: ${cases.length} cases, ${play}`, async () => {
        const { asked, failures } = await playCases(cases, openOn(server), play);
        assert.deepEqual(failures, []);
        assert.equal(asked, questionsIn(cases));
      });
    }
  }
}
