import { after } from 'node:test';
import { emulatorKinds } from '../dynamodb/emulators.ts';
import { notRun } from '../not-run.ts';
import { reportSuite } from '../suites.ts';
import { openOn } from '../support/dynamodb-fixture.ts';
import { markStoreContract } from './mark-store.ts';

// Whatever emulators there are: without Java it is the one in this process alone, and the summary says so.
reportSuite('contract', 'dynamodb');

for (const kind of emulatorKinds) {
  if (kind.problem !== null) {
    notRun(`mark store contract on ${kind.name}`, kind.problem);
    continue;
  }
  const emulator = await kind.start();
  after(() => emulator.end());
  markStoreContract(`dynamodb on ${kind.name}`, openOn(emulator), { histories: 6, stopsInStore: true });
  markStoreContract(
    `dynamodb on ${kind.name}, shared with Signatory`,
    openOn(emulator, { sharedWithSignatory: true }),
    {
      histories: 2,
      stopsInStore: true,
    },
  );
}
