import { availableParallelism } from 'node:os';
import { EthereumSigner, onlySigned } from './ethereum-signer.ts';
import { httpLoad, type LoadResult, requestBytes } from './http-load.ts';
import { median } from './measure.ts';
import { cpuMsOf } from './process-cpu.ts';
import { rawBlst } from './raw-blst.ts';

const connections = 64;
const runMs = 6_000;
const runs = 3;
/** More than a connection gets signed in one run; together they stay below the clock of the test network. */
const each = 1_500;

/**
 * Ethereum attestations over HTTP on the durable sqlite store, one key per connection, beside raw blst in the same run:
 * throughput against all cores, the server's processor time for one against blst's own, and health meanwhile.
 */
export async function benchEthereumAttestations(): Promise<readonly string[]> {
  await using signer = await EthereumSigner.start(connections);
  const outcomes: Run[] = [];
  for (let run = 0; run < runs; run += 1) outcomes.push(await runOnce(signer));
  const rows = outcomes.map((run, index) => `| ${[index + 1, ...figuresOf(run)].join(' | ')} |`);
  const middle = (of: (run: Run) => number): string => median(outcomes.map(of)).toFixed(2);
  return [
    `## Ethereum attestations, durable sqlite store, ${connections} connections, one key each`,
    '',
    `| run | signed/s | p50 ms | p99 ms | ÷ raw blst/s on ${availableParallelism()} cores | server CPU ms | raw CPU ms | ÷ raw CPU | health p99 ms | client CPU ms |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Median: ${middle(throughputRatio)} of raw blst on all cores (at least 0.6 is wanted), ` +
      `${middle(cpuRatio)} times its processor time (at most 1.35).`,
  ];
}

interface Run {
  readonly raw: Awaited<ReturnType<typeof rawBlst>>;
  readonly load: LoadResult;
  readonly health: LoadResult;
  /** Processor time of the server for one signature, in milliseconds. */
  readonly cpuMs: number;
}

async function runOnce(signer: EthereumSigner): Promise<Run> {
  const raw = await rawBlst(2_000);
  const requests = signer.attestations(connections, each);
  const health = httpLoad({
    ...signer.address,
    requests: [[requestBytes('/healthcheck', null)]],
    until: { ms: runMs },
    pauseMs: 10,
  });
  const pid = signer.process.child.pid ?? 0;
  const before = cpuMsOf(pid);
  const load = await httpLoad({ ...signer.address, requests, until: { ms: runMs } });
  const cpuMs = (cpuMsOf(pid) - before) / load.count;
  onlySigned(load.statuses);
  return { raw, load, health: await health, cpuMs };
}

function throughputRatio({ load, raw }: Run): number {
  return load.count / load.seconds / raw.perSecond;
}

function cpuRatio({ cpuMs, raw }: Run): number {
  return cpuMs / raw.cpuMs;
}

function figuresOf(run: Run): readonly string[] {
  const { load, raw, health, cpuMs } = run;
  return [
    (load.count / load.seconds).toFixed(0),
    load.latency.p50.toFixed(1),
    load.latency.p99.toFixed(1),
    throughputRatio(run).toFixed(2),
    cpuMs.toFixed(3),
    raw.cpuMs.toFixed(3),
    cpuRatio(run).toFixed(2),
    health.latency.p99.toFixed(1),
    (load.clientCpuMs / load.count).toFixed(3),
  ];
}
