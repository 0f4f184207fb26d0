import autocannon from 'autocannon';
import { composeAttestation } from '../src/tezos/compose.ts';
import { ScratchFolder, SignerProcess } from '../test/support/signer-process.ts';
import { sampleKey, writeSetup } from '../test/support/setup.ts';
import { bareCommit, rawEd25519 } from './bare.ts';
import { latencyOf, median, rate, timed } from './measure.ts';

const connections = 64;
const runMs = 8_000;
const runs = 3;

interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
}

/**
 * tz1 attestations over HTTP on the durable file store: how many a second at 64 connections, one key each, with the
 * client on the same machine, beside the bare cost of a commit and of a signature in the same run.
 */
export async function benchTezosAttestations(): Promise<readonly string[]> {
  const folder = new ScratchFolder();
  const commit = await bareCommit();
  try {
    const keys = Array.from({ length: connections }, () => sampleKey('ed25519'));
    const pkhs = keys.map(({ pkh }) => pkh);
    const { configFile } = writeSetup(folder, { keys });
    const signer = await SignerProcess.start(configFile);
    const rows: string[] = [];
    const ratios: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const bare = latencyOf(await timed(1_500, commit.step)).p50;
      const raw = await rate(1_500, 32, rawEd25519());
      const lone = await load(signer.api, { pkhs: pkhs.slice(0, 1), levelStart: (2 * run + 1) * 10_000_000 });
      const many = await load(signer.api, { pkhs, levelStart: (2 * run + 2) * 10_000_000 });
      ratios.push(many.perSecond);
      rows.push(
        `| ${run + 1} | ${many.perSecond.toFixed(0)} | ${many.p50} | ${many.p99} | ${many.refused} ` +
          `| ${(many.perSecond / (1000 / bare)).toFixed(2)} | ${(many.perSecond / raw).toFixed(3)} ` +
          `| ${lone.p50} | ${bare.toFixed(2)} | ${(1000 / lone.perSecond / bare).toFixed(2)} |`,
      );
    }
    await signer.stop();
    return [...header, ...rows, '', `Median: ${median(ratios).toFixed(0)} attestations a second at ${connections} connections.`];
  } finally {
    await commit.end();
    folder.remove();
  }
}

const header = [
  '## tz1 attestations, durable file store, 64 connections, one key each',
  '',
  '| run | signed/s | p50 ms | p99 ms | not 200 | ratio to bare commits/s | ratio to raw ed25519/s | lone p50 ms | bare commit p50 ms | lone mean ÷ bare commit |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

async function load(api: string, { pkhs, levelStart }: { pkhs: readonly string[]; levelStart: number }): Promise<Load> {
  let nextClient = 0;
  const result = await autocannon({
    url: api,
    connections: pkhs.length,
    duration: runMs / 1000,
    requests: [
      {
        method: 'POST',
        headers,
        // The context is the connection's own: it keeps its key and its level.
        setupRequest: (request, context: { path?: string; level?: number }) => {
          context.path ??= `/keys/${pkhs[nextClient++ % pkhs.length]}`;
          context.level = (context.level ?? levelStart) + 1;
          return { ...request, path: context.path, body: bodyOf(context.level) };
        },
      },
    ],
  });
  return {
    perSecond: result['2xx'] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    refused: result.non2xx + result.errors,
  };
}

const headers = { 'content-type': 'application/json' };

function bodyOf(level: number): string {
  const message = composeAttestation({ chainId: 'NetXo5iVw1vBoxM', level, round: 0 });
  return JSON.stringify(Buffer.from(message).toString('hex'));
}
