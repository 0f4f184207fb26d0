import { EthereumSigner, onlySigned } from './ethereum-signer.ts';
import { httpLoad, type LoadResult } from './http-load.ts';
import { median } from './measure.ts';

const proofs = 10_000;
const blocks = 100;
const runs = 3;

/**
 * How long a block takes when so many selection proofs come at once, as at the start of an epoch: while they arrive,
 * each over a connection of its own, and while they wait for their turn. Alone, for comparison.
 */
export async function benchEthereumBlocks(): Promise<readonly string[]> {
  await using signer = await EthereumSigner.start(64);
  await signer.warmUp();
  const rows: string[] = [];
  const p99s: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const alone = await askBlocks(signer, blocks);
    const before = await proofsOf(signer);
    const burst = httpLoad({ ...signer.address, requests: signer.selectionProofs(proofs), until: 'sent' });
    await untilArrived(signer, before, 1);
    const arriving = await askBlocks(signer, 5);
    await untilArrived(signer, before, proofs);
    const crowded = await askBlocks(signer, blocks);
    const { waiting: left } = await proofsOf(signer);
    const { statuses, seconds } = await burst;
    p99s.push(crowded.latency.p99);
    const told = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
    const times = [
      alone.latency.p50,
      alone.latency.p99,
      arriving.latency.max,
      crowded.latency.p50,
      crowded.latency.p99,
    ];
    const figures = [...times.map((ms) => ms.toFixed(1)), left, told.join(', '), seconds.toFixed(1)];
    rows.push(`| ${[run, ...figures].join(' | ')} |`);
  }
  return [
    `### Blocks while ${proofs} selection proofs wait`,
    '',
    '| run | alone p50 ms | alone p99 ms | slowest while they arrive ms | crowded p50 ms | crowded p99 ms | proofs left then | proofs | took s |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Median p99 of a block in the crowd: ${median(p99s).toFixed(1)} ms.`,
    '',
  ];
}

async function askBlocks(signer: EthereumSigner, count: number): Promise<LoadResult> {
  const result = await httpLoad({ ...signer.address, requests: [signer.blocks(count)], until: 'sent' });
  onlySigned(result.statuses);
  return result;
}

/** What the signer's metrics say of selection proofs. */
interface Proofs {
  /** Wait or are being made. */
  readonly waiting: number;
  readonly answered: number;
}

async function proofsOf(signer: EthereumSigner): Promise<Proofs> {
  const page = await signer.process.scrape();
  const answered = page.matchAll(/^containment_signing_requests_total\{operation="AGGREGATION_SLOT",.*\} (\d+)$/gmu);
  return {
    waiting: Number(/^tidemark_signing_queue_depth\{priority="selection"\} (\d+)$/mu.exec(page)?.[1]),
    answered: [...answered].reduce((sum, [, count]) => sum + Number(count), 0),
  };
}

/** Looks until so many have been read since `before`. */
async function untilArrived(signer: EthereumSigner, before: Proofs, count: number): Promise<void> {
  let now = before;
  while (now.waiting + now.answered - before.answered < count) now = await proofsOf(signer);
}
