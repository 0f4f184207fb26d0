import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contractFailures } from '../contract/mark-store.ts';
import { killLoop } from '../crash/kill-loop.ts';
import { note } from '../not-run.ts';
import {
  badOperator,
  badWeather,
  firstFailure,
  moodyKey,
  signWith,
  soundDisk,
  soundGuard,
  soundSigner,
} from '../simulate/simulate.ts';
import { everyInterleaving } from '../simulate/interleavings.ts';
import type { StartSigner } from '../simulate/world.ts';
import { fileFixture, memoryFixture } from '../contract/stores.ts';
import { reportSuite } from '../suites.ts';
import { brokenRules, historyPromise, rebuiltRules } from './broken-rules.ts';
import { brokenGuards, brokenSigners, brokenStops } from './broken-signers.ts';
import { brokenStores, onShelf, SplitStore } from './broken-stores.ts';
import { eagerFixture } from './eager-store.ts';
import { type Rules, RuledStore } from './ruled-store.ts';

/** A broken part must be found out within so many worlds; a sound one passes all of them. */
const worldsMax = 200;

const openRuled = (rules: Rules) => async () => {
  const store = new RuledStore(rules);
  return { store, destroy: () => store.end() };
};

reportSuite('sabotage', 'memory');
reportSuite('sabotage', 'file');

/** How many planted faults were caught, for the summary. */
let caught = 0;
test.after(() => note(`sabotage: ${caught} planted faults, each caught`));

function assertBreaks(failures: readonly string[], promise: string): void {
  assert(
    failures.some((failure) => failure.startsWith(promise)),
    `not caught by "${promise}" but by ${JSON.stringify(failures)}`,
  );
  caught += 1;
}

describe('sabotage: what is sound passes', () => {
  test('the contract', async () => {
    assert.deepEqual(await contractFailures(openRuled(rebuiltRules)), []);
    assert.deepEqual(await contractFailures(onShelf((shelf) => shelf)), []);
  });

  test('the simulation', async () => {
    for (const world of [badWeather, badOperator]) {
      const disk = (): RuledStore => new RuledStore(rebuiltRules);
      assert.equal(await firstFailure(20, { ...world, start: soundSigner, disk, seed: 1 }), null);
      const start: StartSigner = (store) => signWith(soundGuard(store), moodyKey(false));
      assert.equal(await firstFailure(20, { ...world, start, disk, seed: 1 }), null);
    }
  });
});

describe('sabotage: the contract catches', () => {
  for (const { name, rules, breaks = historyPromise } of brokenRules) {
    test(`the rule: ${name}`, async () => {
      assertBreaks(await contractFailures(openRuled(rules)), breaks);
    });
  }

  for (const { name, open, breaks } of brokenStores) {
    test(`the store: ${name}`, async () => assertBreaks(await contractFailures(open), breaks));
  }

  for (const { name, makeGuard, breaks } of [...brokenGuards, ...brokenStops]) {
    test(`the guard: ${name}`, async () =>
      assertBreaks(await contractFailures(memoryFixture.open, { makeGuard }), breaks));
  }
});

describe('sabotage: a kill under load catches', () => {
  test('the store: answers before it is durable', async () => {
    const { lost, acknowledged } = await killLoop(eagerFixture.name, fileFixture.openIn, 2);
    assert(lost.length > 0, `nothing was lost of ${acknowledged}`);
    caught += 1;
  });
});

describe('sabotage: the simulation catches', () => {
  for (const { name, start, world, inTwoRequests } of brokenSigners) {
    test(`the signer: ${name}`, async () => {
      const failure = await firstFailure(worldsMax, { ...world, start, disk: soundDisk, seed: 1 });
      assert.match(String(failure), /double|surround/u);
      caught += 1;
    });
    if (inTwoRequests !== true) continue;
    test(`the signer, in two requests: ${name}`, async () => {
      const { failure } = await everyInterleaving({ start, disk: soundDisk, asks: [1, 1] });
      assert.match(String(failure), /double/u);
    });
  }

  test('the store: check and record split by an await', async () => {
    const disk = (): SplitStore => new SplitStore();
    const failure = await firstFailure(worldsMax, { ...badWeather, start: soundSigner, disk, seed: 1 });
    assert.match(String(failure), /double|surround/u);
    caught += 1;
  });
});
