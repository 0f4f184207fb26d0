import { availableParallelism } from 'node:os';
import { EthereumSigner } from './ethereum-signer.ts';
import type { LoadResult } from './http-load.ts';
import { median } from './measure.ts';
import { cpuMsOf, machineCpuMs } from './process-cpu.ts';
import { type RawBlst, rawBlst } from './raw-blst.ts';

const connections = 64;
const runMs = 6_000;
const rawMs = 1_500;
const runs = 3;

/**
 * Ethereum attestations over HTTP on the durable sqlite store, one key per connection, beside raw blst just before and
 * after: throughput against all cores, and the server's processor time for one against blst's own.
 */
export async function benchEthereumAttestations(): Promise<readonly string[]> {
  await using signer = await EthereumSigner.start(connections);
  await signer.warmUp();
  const outcomes: Run[] = [];
  for (let run = 0; run < runs; run += 1) outcomes.push(await runOnce(signer));
  const rows = outcomes.map((run, index) => `| ${[index + 1, ...figuresOf(run)].join(' | ')} |`);
  const middle = (of: (run: Run) => number): string => median(outcomes.map(of)).toFixed(2);
  const cores = availableParallelism();
  return [
    `### Ethereum attestations, durable sqlite store, ${connections} connections, one key each, client on the same ${cores} cores`,
    '',
    `| run | signed/s | p50 ms | p99 ms | ÷ raw blst/s on ${cores} cores | server CPU ms | raw CPU ms | ÷ raw CPU | client CPU ms | cores taken by others |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Median: ${middle(throughputRatio)} of raw blst on all cores (at least 0.6 is wanted), ` +
      `${middle(cpuRatio)} times its processor time (at most 1.35).`,
    '',
  ];
}

interface Run {
  readonly raw: RawBlst;
  readonly load: LoadResult;
  /** Processor time of the server for one signature, in milliseconds. */
  readonly cpuMs: number;
  /** How many cores neither server nor client used and yet were busy. */
  readonly others: number;
}

async function runOnce(signer: EthereumSigner): Promise<Run> {
  const pid = signer.process.child.pid ?? 0;
  const rawBefore = await rawBlst(rawMs);
  const before = { server: cpuMsOf(pid), machine: machineCpuMs() };
  const load = await signer.attest(connections, runMs);
  const server = cpuMsOf(pid) - before.server;
  const machine = machineCpuMs() - before.machine;
  const rawAfter = await rawBlst(rawMs);
  const raw = {
    perSecond: (rawBefore.perSecond + rawAfter.perSecond) / 2,
    cpuMs: (rawBefore.cpuMs + rawAfter.cpuMs) / 2,
  };
  const others = (machine - server - load.clientCpuMs) / (load.seconds * 1000);
  return { raw, load, cpuMs: server / load.count, others };
}

function throughputRatio({ load, raw }: Run): number {
  return load.count / load.seconds / raw.perSecond;
}

function cpuRatio({ cpuMs, raw }: Run): number {
  return cpuMs / raw.cpuMs;
}

function figuresOf(run: Run): readonly string[] {
  const { load, raw, cpuMs, others } = run;
  return [
    (load.count / load.seconds).toFixed(0),
    load.latency.p50.toFixed(1),
    load.latency.p99.toFixed(1),
    throughputRatio(run).toFixed(2),
    cpuMs.toFixed(3),
    raw.cpuMs.toFixed(3),
    cpuRatio(run).toFixed(2),
    (load.clientCpuMs / load.count).toFixed(3),
    others.toFixed(2),
  ];
}
