import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { SecretBytes } from '../src/base/secret-bytes.ts';
import type { LoadedKey } from '../src/crypto/loaded-key.ts';
import { LocalSigner } from '../src/crypto/local-signer.ts';
import { newSecret } from '../src/crypto/new-secret.ts';
import type { Priority } from '../src/crypto/priority.ts';
import { type Latency, latencyOf, median, rate } from './measure.ts';

const inFlight = 64;
const runMs = 2_000;
const runs = 3;
const selectionProofs = 10_000;
const keyCounts = [1_000, 100_000] as const;

/** What each of so many threads does without a pool: one signature after the other. */
const rawProgram = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { SecretKey } = require(workerData.blst);
  const key = SecretKey.fromKeygen(Buffer.alloc(32, 7));
  const message = Buffer.alloc(32, 9);
  let signatures = 0;
  const until = performance.now() + workerData.ms;
  while (performance.now() < until) { key.sign(message).toBytes(); signatures += 1; }
  parentPort.postMessage(signatures);
`;

/** Signatures a second, and milliseconds of processor time of the whole process that each took. */
interface Throughput {
  readonly perSecond: number;
  readonly cpuMs: number;
}

/**
 * The signing pool beside the curve library in a tight loop in as many threads, in the same run; how long a block waits
 * behind 10,000 selection proofs; and what a key costs in memory.
 */
export async function benchBlsPool(): Promise<readonly string[]> {
  const threads = 2;
  const rows: string[] = [];
  const ratios: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const raw = await rawBls(threads);
    const pool = await pooled(threads, 'on_load');
    const verified = await pooled(threads, 'always');
    ratios.push(pool.perSecond / raw.perSecond);
    const figures = [
      run + 1,
      raw.perSecond.toFixed(0),
      pool.perSecond.toFixed(0),
      (pool.perSecond / raw.perSecond).toFixed(3),
      raw.cpuMs.toFixed(3),
      pool.cpuMs.toFixed(3),
      (pool.cpuMs / raw.cpuMs).toFixed(3),
      (verified.cpuMs / raw.cpuMs).toFixed(2),
    ];
    rows.push(`| ${figures.join(' | ')} |`);
  }
  const block = await blockLatency(threads);
  return [
    ...header(threads),
    ...rows,
    '',
    `Median: ${median(ratios).toFixed(3)} of raw blst.`,
    `Blocks while ${selectionProofs} selection proofs wait: p50 ${block.p50.toFixed(1)} ms, p99 ${block.p99.toFixed(1)} ms.`,
    ...(await memoryOfKeys(threads)),
    '',
  ];
}

function header(threads: number): readonly string[] {
  return [
    `### BLS pool of ${threads} threads, ${inFlight} in flight`,
    '',
    '| run | raw blst/s | pool/s | ratio | raw CPU ms | pool CPU ms | ratio | with every signature verified |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
}

async function rawBls(threads: number): Promise<Throughput> {
  const workerData = { blst: import.meta.resolve('@chainsafe/blst').slice('file://'.length), ms: runMs };
  return await measured(async () => {
    const counts = Array.from({ length: threads }, async () => {
      const worker = new Worker(rawProgram, { eval: true, workerData });
      return await new Promise<number>((resolve, reject) => worker.on('message', resolve).on('error', reject));
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  });
}

async function pooled(threads: number, verify: 'always' | 'on_load'): Promise<Throughput> {
  const signer = openSigner(threads);
  const key = await signer.load('bls12_381', newSecret('bls12_381'), verify);
  const sign = async (): Promise<void> => await signed(key, 'attestation');
  // Until the code is compiled.
  await rate(1_000, inFlight, sign);
  const result = await measured(async () => (await rate(runMs, inFlight, sign)) * (runMs / 1000));
  await signer.end();
  return result;
}

async function measured(run: () => Promise<number>): Promise<Throughput> {
  const before = process.cpuUsage();
  const count = await run();
  const { user, system } = process.cpuUsage(before);
  return { perSecond: count / (runMs / 1000), cpuMs: (user + system) / 1000 / count };
}

/** Blocks are asked for one after the other, until the proofs are made. */
async function blockLatency(threads: number): Promise<Latency> {
  const signer = openSigner(threads);
  const key = await signer.load('bls12_381', newSecret('bls12_381'), 'on_load');
  const made: unknown[] = [];
  const proofs = Array.from({ length: selectionProofs }, async () => {
    made.push(await signed(key, 'selection'));
  });
  const samples: number[] = [];
  while (made.length < selectionProofs * 0.95) {
    const asked = performance.now();
    await signed(key, 'block');
    samples.push(performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(proofs);
  await signer.end();
  return latencyOf(samples);
}

async function memoryOfKeys(threads: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const count of keyCounts) {
    const signer = openSigner(threads);
    // The first ones pay for code and buffers.
    const first = await loadMany(signer, 500);
    const before = await settledMemory();
    const started = performance.now();
    const keys = await loadMany(signer, count);
    const seconds = (performance.now() - started) / 1000;
    const after = await settledMemory();
    const perKey = (bytes: keyof NodeJS.MemoryUsage) => ((after[bytes] - before[bytes]) / keys.length).toFixed(0);
    const figures = `${perKey('heapUsed')} bytes of heap, ${perKey('arrayBuffers')} of buffers, ${perKey('rss')} resident`;
    lines.push(`${count} keys beside ${first.length}: each ${figures}; loaded in ${seconds.toFixed(1)} s.`);
    await signer.end();
  }
  return lines;
}

/** As the key sources do it: some at once. */
async function loadMany(signer: LocalSigner, count: number): Promise<readonly LoadedKey[]> {
  const keys: LoadedKey[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      // Not zero, and below the order.
      const secret = randomBytes(32);
      secret[0] = 1;
      keys.push(await signer.load('bls12_381', new SecretBytes(secret), 'on_load'));
    }
  };
  await Promise.all(Array.from({ length: 256 }, lane));
  return keys;
}

async function settledMemory(): Promise<NodeJS.MemoryUsage> {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  await new Promise((resolve) => setTimeout(resolve, 200));
  return process.memoryUsage();
}

async function signed(key: LoadedKey, priority: Priority): Promise<void> {
  key.checkRoom(priority);
  await key.sign(randomBytes(32), { priority });
}

function openSigner(threads: number): LocalSigner {
  const onThreadLost = (text: string): never => {
    throw new Error(text);
  };
  return new LocalSigner({ threads, deadlineMs: 60_000, onThreadLost });
}
