import { composeAttestation } from '../src/tezos/compose.ts';
import { ScratchFolder, SignerProcess } from '../test/support/signer-process.ts';
import { sampleKey, writeSetup } from '../test/support/setup.ts';
import { bareCommit, rawEd25519 } from './bare.ts';
import { type Load, load } from './load.ts';
import { latencyOf, median, rate, timed } from './measure.ts';

const connections = 64;
const runMs = 8_000;
const runs = 3;

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
      const lone = await attest(signer.api, pkhs.slice(0, 1), (2 * run + 1) * 10_000_000);
      const many = await attest(signer.api, pkhs, (2 * run + 2) * 10_000_000);
      ratios.push(many.perSecond);
      const figures = [
        run + 1,
        many.perSecond.toFixed(0),
        many.p50.toFixed(1),
        many.p99.toFixed(1),
        ((many.perSecond * bare) / 1000).toFixed(2),
        (many.perSecond / raw).toFixed(3),
        lone.p50.toFixed(2),
        bare.toFixed(2),
        (lone.p50 / bare).toFixed(2),
      ];
      rows.push(`| ${figures.join(' | ')} |`);
    }
    await signer.stop();
    return [
      ...header,
      ...rows,
      '',
      `Median: ${median(ratios).toFixed(0)} attestations a second at ${connections} connections.`,
    ];
  } finally {
    await commit.end();
    folder.remove();
  }
}

const header = [
  '## tz1 attestations, durable file store, 64 connections, one key each',
  '',
  '| run | signed/s | p50 ms | p99 ms | ÷ bare commits/s | ÷ raw ed25519/s | lone p50 ms | bare commit p50 ms | lone ÷ bare |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

/** Each connection has its key, and asks for one level after the other. */
async function attest(api: string, pkhs: readonly string[], levelStart: number): Promise<Load> {
  const levels = pkhs.map(() => levelStart);
  const next = (connection: number) => {
    const level = (levels[connection] ?? 0) + 1;
    levels[connection] = level;
    return { path: `/keys/${pkhs[connection]}`, body: bodyOf(level) };
  };
  const result = await load({ api, connections: pkhs.length, ms: runMs, next });
  const others = [...result.answers.keys()].filter((status) => status !== 200);
  if (others.length > 0) throw new Error(`not all were signed: ${others.join(', ')}`);
  return result;
}

function bodyOf(level: number): string {
  const message = composeAttestation({ chainId: 'NetXo5iVw1vBoxM', level, round: 0 });
  return JSON.stringify(Buffer.from(message).toString('hex'));
}
