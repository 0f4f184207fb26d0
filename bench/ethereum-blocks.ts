import { EthereumSigner, onlySigned } from './ethereum-signer.ts';
import { httpLoad, type LoadResult } from './http-load.ts';
import { median } from './measure.ts';

const proofs = 10_000;
const blocks = 50;
const runs = 3;

/** How long a block takes while so many selection proofs wait, as at the start of an epoch; alone, for comparison. */
export async function benchEthereumBlocks(): Promise<readonly string[]> {
  await using signer = await EthereumSigner.start(64);
  const rows: string[] = [];
  const p99s: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const alone = await askBlocks(signer);
    const burst = httpLoad({ ...signer.address, requests: signer.selectionProofs(proofs), until: 'sent' });
    const crowded = await askBlocks(signer);
    const { statuses, seconds } = await burst;
    p99s.push(crowded.latency.p99);
    const told = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
    const figures = [alone.latency.p50, alone.latency.p99, crowded.latency.p50, crowded.latency.p99];
    rows.push(
      `| ${[run + 1, ...figures.map((ms) => ms.toFixed(1)), told.join(', '), seconds.toFixed(1)].join(' | ')} |`,
    );
  }
  return [
    `## Blocks while ${proofs} selection proofs wait`,
    '',
    '| run | alone p50 ms | alone p99 ms | crowded p50 ms | crowded p99 ms | proofs | took s |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Median p99 of a block in the crowd: ${median(p99s).toFixed(1)} ms.`,
  ];
}

async function askBlocks(signer: EthereumSigner): Promise<LoadResult> {
  const result = await httpLoad({ ...signer.address, requests: [signer.blocks(blocks)], until: 'sent' });
  onlySigned(result.statuses);
  return result;
}
