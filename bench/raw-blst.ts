import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** What blst itself does on some threads when nothing else is asked of them. */
export interface RawBlst {
  readonly perSecond: number;
  /** Processor time of one signature, in milliseconds. */
  readonly cpuMs: number;
}

/** @param ms how long each thread signs */
export async function rawBlst(ms: number, threads = availableParallelism()): Promise<RawBlst> {
  const url = new URL('./raw-blst-worker.js', import.meta.url);
  const workers = Array.from({ length: threads }, () => new Worker(url));
  for (const ready of workers.map((worker) => once(worker, 'message'))) await ready;
  const cpu = process.cpuUsage();
  const started = performance.now();
  const counts = await Promise.all(
    workers.map(async (worker) => {
      worker.postMessage(ms);
      const [count] = (await once(worker, 'message')) as [number];
      return count;
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await Promise.all(workers.map(async (worker) => await worker.terminate()));
  const count = counts.reduce((sum, each) => sum + each, 0);
  return { perSecond: count / seconds, cpuMs: (user + system) / 1000 / count };
}
