/** Latencies of one measurement, in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

export function latencyOf(samples: readonly number[]): Latency {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Runs `step` one after the other for `ms`. @returns each step's time in milliseconds */
export async function timed(ms: number, step: () => Promise<void>): Promise<number[]> {
  const samples: number[] = [];
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const started = performance.now();
    await step();
    samples.push(performance.now() - started);
  }
  return samples;
}

/** Runs `step` in `lanes` lanes at once for `ms`. @returns steps per second */
export async function rate(ms: number, lanes: number, step: () => Promise<void>): Promise<number> {
  const started = performance.now();
  const perLane = await Promise.all(Array.from({ length: lanes }, async () => await timed(ms, step)));
  return (perLane.flat().length * 1000) / (performance.now() - started);
}

export function median(values: readonly number[]): number {
  return latencyOf(values).p50;
}
