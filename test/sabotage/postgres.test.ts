import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contractFailures } from '../contract/mark-store.ts';
import { note } from '../not-run.ts';
import { reportSuite } from '../suites.ts';
import { openOn } from '../support/postgres-fixture.ts';
import { serverOfFile } from '../support/postgres-server.ts';
import { brokenStatements } from './broken-statements.ts';

const server = await serverOfFile();
let caught = 0;
test.after(() => {
  if (caught > 0) note(`sabotage, Postgres: ${caught} planted faults, each caught`);
});

if (server !== null) {
  reportSuite('sabotage', 'postgres');
  for (const { name, make, breaks } of brokenStatements) {
    test(`sabotage: the contract catches, in Postgres: ${name}`, async () => {
      const only = { histories: 12, stopsInStore: true, only: breaks };
      const failures = await contractFailures(openOn(server, {}, make), only);
      assert(
        failures.some((failure) => failure.startsWith(breaks)),
        `not caught by "${breaks}" but by ${JSON.stringify(failures)}`,
      );
      caught += 1;
    });
  }
}
