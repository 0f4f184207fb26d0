import assert from 'node:assert/strict';
import { test } from 'node:test';
import { note } from '../not-run.ts';
import { everyInterleaving, type Scene } from './interleavings.ts';
import { badOperator, badWeather, simulate, soundDisk, soundSigner } from './simulate.ts';
import type { Report } from './world.ts';

const seed = Number(process.env['TIDEMARK_SEED'] ?? '1');
const worlds = Number(process.env['TIDEMARK_WORLDS'] ?? '150');
/** `TIDEMARK_INTERLEAVINGS=all` lets both clients ask again: forty times as many. */
const asks: Scene['asks'] = process.env['TIDEMARK_INTERLEAVINGS'] === 'all' ? [2, 2] : [2, 1];
const sound = { start: soundSigner, disk: soundDisk };

function sum(reports: readonly Report[], of: (report: Report) => number): number {
  return reports.reduce((total, report) => total + of(report), 0);
}

function faultsOf(reports: readonly Report[]): Record<string, number> {
  const kinds = [...new Set(reports.flatMap(({ faults }) => Object.keys(faults)))].toSorted();
  return Object.fromEntries(kinds.map((kind) => [kind, sum(reports, ({ faults }) => faults[kind] ?? 0)]));
}

/** The numbers that a reader needs to weigh the claim. No failure in n requests bounds the rate by 3/n (95 %). */
function tell(name: string, reports: readonly Report[]): void {
  const [requests, released, refused] = [
    sum(reports, (r) => r.requests),
    sum(reports, (r) => r.released),
    sum(reports, (r) => r.refused),
  ];
  const faults = Object.entries(faultsOf(reports)).map(([kind, count]) => `${count} ${kind}`);
  note(
    `simulation, ${name}: seeds ${seed} to ${seed + worlds - 1}, ${requests} requests, ${released} released, ${refused} refused, ${faults.join(', ')}; no offence`,
  );
}

test('two signers on one store in bad weather release nothing that is punished', async () => {
  const reports = await simulate(worlds, { ...badWeather, ...sound, seed });
  for (const { seed: failing, failures } of reports) assert.deepEqual(failures, [], `seed ${failing}`);
  const faults = faultsOf(reports);
  for (const kind of ['before', 'after', 'late', 'restart'])
    assert((faults[kind] ?? 0) > worlds / 4, `${kind} happened`);
  assert.equal(faults['lane_frozen'] ?? 0, 0, 'nothing was lost, so nothing froze');
  assert(sum(reports, ({ released }) => released) > worlds * 10, 'it did sign');
  tell('two signers', reports);
});

test('a signer whose store is put back to an earlier state releases nothing that is punished', async () => {
  const reports = await simulate(worlds, { ...badOperator, ...sound, seed });
  for (const { seed: failing, failures } of reports) assert.deepEqual(failures, [], `seed ${failing}`);
  const faults = faultsOf(reports);
  assert((faults['restore'] ?? 0) > worlds / 4 && (faults['lane_frozen'] ?? 0) > 0);
  tell('store put back', reports);
});

test('no interleaving of two conflicting requests releases both', async () => {
  const { runs, signed, failure } = await everyInterleaving({ ...sound, asks });
  assert.equal(failure, null);
  assert(runs > 1_000 && signed > runs / 10);
  note(
    `simulation, two conflicting requests at two signers: all ${runs} interleavings, ${signed} signed one; no offence`,
  );
});

test('a seed fixes everything', async () => {
  const [first, second] = [
    await simulate(3, { ...badWeather, ...sound, seed }),
    await simulate(3, { ...badWeather, ...sound, seed }),
  ];
  assert.deepEqual(first, second);
  assert.notDeepEqual(first, await simulate(3, { ...badWeather, ...sound, seed: seed + 1 }));
});
