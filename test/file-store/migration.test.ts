import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import type { Duty, Lane } from '../../src/protection/lane.ts';
import type { Mark } from '../../src/protection/mark.ts';
import { encode } from '../../src/tezos/base58.ts';
import { mark, root, tezosLane } from '../contract/samples.ts';
import type { Gate } from './simulated-disk.ts';
import type { SimulatedMachine } from './simulated-machine.ts';
import { baseDir, listener, newMachine, openOn } from './trace.ts';

const hash = 'vh2UEcdXfsAWcTP1omYSp1q54H5S2x3zqfr2YqAcZ2Neyjauix1K';
const digest = '68b40132d9c1ce77c914f5b631464c21bfda94ddf0e926bd2545926ea70e3e6b';
const [a, b] = [tezosLane('a').key, tezosLane('b').key];
const mainnet = tezosLane('a').network;
const second = encode('Net', Buffer.alloc(4, 7));

const v1 = { [a]: { level: 20, round: 1, order: 2, hash }, [b]: { level: 9, round: null, order: 0, hash: null } };
const v0 = { block: { [a]: { level: 30, round: 0, hash } }, endorsement: { [b]: { level: 25, round: 2, hash } } };

function lane(key: string, duty: Duty, network = mainnet): Lane {
  return { chain: 'tezos', network, key, duty };
}

/** A machine with older folders of Signatory: for each, the files by chain. */
function withLegacies(folders: Readonly<Record<string, Readonly<Record<string, unknown>>>>): SimulatedMachine {
  const machine = newMachine();
  for (const [name, files] of Object.entries(folders)) {
    machine.create(`${baseDir}/${name}`, 'folder');
    for (const [network, content] of Object.entries(files)) {
      machine.put(`${baseDir}/${name}/${network}.json`, Buffer.from(JSON.stringify(content)));
    }
  }
  machine.sync(machine.get(baseDir));
  return machine;
}

function both(): SimulatedMachine {
  return withLegacies({ watermark_v1: { [mainnet]: v1 }, watermark: { [mainnet]: v0, [second]: v0 } });
}

/** What the two folders say together: the higher of each. */
const expected: readonly (readonly [Lane, Mark | null])[] = [
  [lane(a, 'attestation'), mark(20n, { round: 1n, root: digest })],
  [lane(a, 'preattestation'), mark(20n, { round: 1n, root: null })],
  [lane(a, 'block'), mark(30n, { root: digest })],
  [lane(b, 'block'), mark(9n, { root: null })],
  [lane(b, 'attestation'), mark(25n, { round: 2n, root: digest })],
  [lane(a, 'block', second), mark(30n, { root: digest })],
  [lane(a, 'attestation', second), null],
];

async function assertMigrated(machine: SimulatedMachine): Promise<readonly string[]> {
  const observer = listener();
  const store = await openOn(machine, { observer });
  for (const [one, held] of expected) assert.deepEqual((await store.read(one)).mark, held);
  const conflict = await store.advance(lane(a, 'block'), mark(30n, { root: root(1) }));
  assert.equal(conflict.kind, 'refused');
  await store.end();
  return observer.lines.filter((line) => !line.endsWith('success'));
}

const migrated = (name: string) =>
  `info: Watermark data migrated successfully to watermark_v2. Old watermark storage directory ${baseDir}/${name} can now be safely removed`;
const deprecated = (name: string) =>
  `warn: Watermark storage directory ${baseDir}/${name} is deprecated and must be removed manually`;

test("older folders are migrated once, in Signatory's words, and stay as they are", async () => {
  const machine = both();
  const before = machine.paths().map((path) => [path, machine.bytesOf(path)]);
  assert.deepEqual(await assertMigrated(machine), [migrated('watermark_v1'), migrated('watermark')]);
  assert.deepEqual(await assertMigrated(machine), [deprecated('watermark_v1'), deprecated('watermark')]);
  for (const [path, bytes] of before) assert.deepEqual(machine.bytesOf(String(path)), bytes);
  const file = Buffer.from(machine.bytesOf(`${baseDir}/watermark_v2/${mainnet}.json`)).toString();
  assert(file.includes('"attestation"') && !file.includes('endorsement'));
});

test('where watermark_v2 exists, even empty, nothing is migrated over it', async () => {
  const machine = withLegacies({ watermark_v2: {}, watermark: { [mainnet]: v0 } });
  const observer = listener();
  const store = await openOn(machine, { observer });
  assert.equal((await store.read(lane(a, 'block'))).mark, null);
  assert.deepEqual(
    observer.lines.filter((line) => line.startsWith('warn')),
    [deprecated('watermark')],
  );
});

test('an older file that is damaged stops the start, and nothing was made of the others', async () => {
  const machine = both();
  const path = `${baseDir}/watermark/${second}.json`;
  machine.put(path, Buffer.from('{}'));
  await assert.rejects(openOn(machine), (error) => isFault(error, 'store_corrupt') && error.facts['path'] === path);
  assert.equal(machine.find(`${baseDir}/watermark_v2`), null);
});

test('whoever is killed during the migration, or loses power, begins anew', async () => {
  let total = 0;
  const counting = both();
  const count: Gate = async () => {
    total += 1;
    return 'done';
  };
  await openOn(counting, { gate: count });
  for (let killed = 1; killed <= total; killed += 1) {
    const machine = both();
    let calls = 0;
    await new Promise<void>((resolve) => {
      const gate: Gate = async () => {
        calls += 1;
        if (calls < killed) return 'done';
        resolve();
        return await new Promise(() => {});
      };
      void openOn(machine, { gate });
    });
    for (const survives of [
      () => false,
      () => true,
      (choice: number) => choice % 2 === 0,
      (choice: number) => choice % 2 === 1,
    ]) {
      await assertMigrated(machine.afterPowerCut(survives));
    }
    await assertMigrated(machine);
  }
});
