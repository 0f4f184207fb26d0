import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Lane } from '../src/protection/lane.ts';
import { FileStore } from '../src/stores/file/file-store.ts';
import { ethereumLane, mark, rootOf, tezosLane } from '../test/contract/samples.ts';
import { bareAppend, bareCommit } from './bare.ts';
import { latencyOf, rate, timed } from './measure.ts';

const observer = { operation: () => {}, info: () => {}, warn: () => {} };
const callers = 64;
const runMs = 3_000;
const manyKeys = 100_000;

/** The file store by itself, beside what the disk asks for the same writes in the same run. */
export async function benchFileStore(): Promise<readonly string[]> {
  return ['## File store', '', ...(await small()), '', ...(await large())];
}

async function small(): Promise<readonly string[]> {
  const rows: string[] = [];
  const bare = { tezos: await bareCommit(), ethereum: await bareAppend() };
  await withStore(async (store) => {
    for (const chain of ['ethereum', 'tezos'] as const) {
      const laneOf = (number: number): Lane =>
        chain === 'tezos' ? tezosLane(String.fromCharCode(65 + number)) : ethereumLane(number);
      const floor = latencyOf(await timed(runMs, bare[chain].step));
      const lone = latencyOf(await timed(runMs, climber(store, laneOf(callers))));
      const climbers = Array.from({ length: callers }, (_, number) => climber(store, laneOf(number)));
      let next = 0;
      const perSecond = await rate(runMs, callers, async () => await climbers[next++ % callers]?.());
      rows.push(
        `| ${chain} | ${floor.p50.toFixed(2)} | ${lone.p50.toFixed(2)} | ${(lone.p50 / floor.p50).toFixed(2)} ` +
          `| ${perSecond.toFixed(0)} | ${(perSecond / (1000 / floor.p50)).toFixed(1)} |`,
      );
    }
  });
  await bare.tezos.end();
  await bare.ethereum.end();
  return [
    `| marks | bare commit p50 ms | lone p50 ms | ratio | a second at ${callers} callers | ratio to bare commits/s |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

async function large(): Promise<readonly string[]> {
  const baseDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const filling = await FileStore.open({ baseDir, observer });
  const lanes = Array.from({ length: manyKeys }, (_, key) =>
    (['block', 'attestation'] as const).map((duty) => ethereumLane(key, duty)),
  ).flat();
  for (let from = 0; from < lanes.length; from += 10_000) {
    await filling.advanceAll(lanes.slice(from, from + 10_000).map((lane) => ({ lane, next: mark(0n) })));
  }
  await filling.end();
  const before = process.memoryUsage();
  const started = performance.now();
  const store = await FileStore.open({ baseDir, observer });
  const openMs = performance.now() - started;
  const after = process.memoryUsage();
  const bytes = (after.arrayBuffers - before.arrayBuffers) / lanes.length;
  const load = await underLoad(store, lanes);
  await store.end();
  rmSync(baseDir, { recursive: true });
  return [
    `${lanes.length} Ethereum lanes: opened in ${(openMs / 1000).toFixed(2)} s, ${bytes.toFixed(0)} bytes a lane; ` +
      `${load.perSecond.toFixed(0)} advances a second at ${callers} callers while snapshots are written, ` +
      `p50 ${load.p50.toFixed(1)} ms, p99 ${load.p99.toFixed(1)} ms, slowest ${load.slowest.toFixed(0)} ms, ` +
      `event loop never blocked for more than ${load.blockedMs.toFixed(0)} ms.`,
  ];
}

/** Long enough for several snapshots: one is written each time as much was recorded as all lanes take. */
async function underLoad(store: FileStore, lanes: readonly Lane[]) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const samples: number[] = [];
  const started = performance.now();
  let next = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - started < 4 * runMs) {
      const number = next++;
      const from = performance.now();
      await store.advance(
        lanes[number % lanes.length] ?? ethereumLane(0),
        mark(BigInt(1 + Math.floor(number / lanes.length))),
      );
      samples.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const perSecond = (samples.length * 1000) / (performance.now() - started);
  return {
    perSecond,
    ...latencyOf(samples),
    slowest: samples.reduce((a, b) => Math.max(a, b), 0),
    blockedMs: delay.max / 1e6,
  };
}

function climber(store: FileStore, lane: Lane): () => Promise<void> {
  let height = 0;
  return async () => {
    height += 1;
    await store.advance(lane, mark(BigInt(height), { root: rootOf(height) }));
  };
}

async function withStore(use: (store: FileStore) => Promise<void>): Promise<void> {
  const baseDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const store = await FileStore.open({ baseDir, observer });
  await use(store);
  await store.end();
  rmSync(baseDir, { recursive: true });
}
