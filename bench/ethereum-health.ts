import { availableParallelism } from 'node:os';
import { EthereumSigner } from './ethereum-signer.ts';
import { httpLoad, type LoadResult, requestBytes } from './http-load.ts';
import { median } from './measure.ts';

const connections = 64;
const runMs = 6_000;
const pauseMs = 5;
const runs = 3;

/**
 * How long does `/healthcheck` take while the signer is as busy as it can be, with a core left to the event loop and
 * with none? Beside it the same of an idle signer: what this machine takes anyway.
 */
export async function benchEthereumHealth(): Promise<readonly string[]> {
  const cores = availableParallelism();
  const rows: string[] = [];
  const ends: string[] = [];
  for (const threads of [Math.max(1, cores - 1), cores]) {
    await using signer = await EthereumSigner.start(connections, threads);
    await signer.warmUp();
    const p99s: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      const idle = await probe(signer);
      const [busy, load] = await Promise.all([probe(signer), signer.attest(connections, runMs)]);
      p99s.push(busy.latency.p99);
      const { p50, p99, max } = busy.latency;
      const times = [idle.latency.p99, p50, p99, max].map((ms) => ms.toFixed(1));
      rows.push(`| ${[threads, run, ...times, (load.count / load.seconds).toFixed(0)].join(' | ')} |`);
    }
    ends.push(`${median(p99s).toFixed(1)} ms with signing.threads: ${threads}`);
  }
  return [
    `### /healthcheck while ${connections} connections ask for attestations, client on the same ${cores} cores`,
    '',
    '| signing.threads | run | idle p99 ms | p50 ms | p99 ms | slowest ms | signed/s |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Median p99: ${ends.join(', ')} (below 5 ms is wanted with a core left to the event loop).`,
    '',
  ];
}

async function probe(signer: EthereumSigner): Promise<LoadResult> {
  const requests = [[requestBytes('/healthcheck', null)]];
  return await httpLoad({ ...signer.address, requests, until: { ms: runMs }, pauseMs });
}
