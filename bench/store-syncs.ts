import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Latency } from './measure.ts';
import { median } from './measure.ts';

const program = fileURLToPath(new URL('./store-syncs-child.js', import.meta.url));
const callerCounts = [1, 16, 64];
const advances = 6_400;
const runs = 3;

/**
 * How many signatures does one flush of the disk record, by how many ask at once? The flushes are counted by strace,
 * outside the process. And what does somebody pay who asks alone, beside one commit of the same kind in the same run?
 */
export async function benchStoreSyncs(): Promise<readonly string[]> {
  const counted = spawnSync('strace', ['-V']).error === undefined;
  return [
    `### Flushes of the disk, ${advances} advances, median of ${runs}`,
    '',
    `| store | ${callerCounts.map((count) => `advances per flush at ${count}`).join(' | ')} | bare commit p50 ms | lone p50 ms | ratio |`,
    `| --- |${' --- |'.repeat(callerCounts.length + 3)}`,
    row('file', counted),
    row('sqlite', counted),
    '',
  ];
}

function row(store: string, counted: boolean): string {
  const perFlush = callerCounts.map((count) => (counted ? perFlushOf(store, count).toFixed(1) : 'no strace here'));
  const pairs = Array.from({ length: runs }, () => [timesOf(`bare-${store}`).p50, timesOf(store).p50] as const);
  const bare = median(pairs.map(([time]) => time));
  const lone = median(pairs.map(([, time]) => time));
  const ratio = median(pairs.map(([first, second]) => second / first));
  return `| ${[store, ...perFlush, bare.toFixed(3), lone.toFixed(3), ratio.toFixed(2)].join(' | ')} |`;
}

function timesOf(what: string): Latency {
  const { stdout, status } = spawnSync(process.execPath, [program, what, '1', '3000'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the bench of ${what} ended with ${status}`);
  return JSON.parse(stdout) as Latency;
}

function perFlushOf(store: string, callers: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const trace = join(folder, 'trace');
  const watch = ['-f', '--seccomp-bpf', '-e', 'trace=fsync,fdatasync', '-o', trace];
  const args = [...watch, process.execPath, program, store, String(callers), String(advances)];
  try {
    const { status } = spawnSync('strace', args);
    if (status !== 0) throw new Error(`the bench of ${store} under strace ended with ${status}`);
    // A call that another thread interrupts is two lines; the one that ends it is not counted.
    const flushes = readFileSync(trace, 'utf8').match(/^\d+ +f(?:data)?sync\(/gmu)?.length ?? 0;
    return advances / flushes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
