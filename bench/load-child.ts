import { connect, type Socket } from 'node:net';
import { ResponseReader } from './response-reader.ts';
import type { LoadPlan, LoadResult } from './http-load.ts';

/** So many connections are being opened at once. */
const connectingMax = 256;

/** The child of `httpLoad`: takes one plan, answers with one result. */
process.once('message', (plan: LoadPlan) => {
  void run(plan).then((result) => process.send?.(result));
});

async function run(plan: LoadPlan): Promise<LoadResult> {
  const sockets = await connectedAll(plan);
  const tally: Tally = { latencies: [], statuses: {} };
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(sockets.map(async (socket, index) => await drive(socket, plan, { index, started, tally })));
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const { latencies, statuses } = tally;
  return {
    count: latencies.length,
    seconds,
    statuses,
    latency: percentiles(latencies),
    clientCpuMs: (user + system) / 1000,
  };
}

interface Tally {
  readonly latencies: number[];
  readonly statuses: Record<number, number>;
}

interface Lane {
  readonly index: number;
  readonly started: number;
  readonly tally: Tally;
}

/** All are open before the first asks, so that everything is asked at once. The signer gives them five seconds. */
async function connectedAll(plan: LoadPlan): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < plan.requests.length) {
    const count = Math.min(connectingMax, plan.requests.length - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: count }, async () => await connected(plan)))));
  }
  return sockets;
}

async function connected({ host, port }: LoadPlan): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Keeps one connection busy. Everything happens in the socket's own event: no promise per request. */
async function drive(socket: Socket, plan: LoadPlan, { index, started, tally }: Lane): Promise<void> {
  const requests = plan.requests[index] ?? [];
  const endsAt = plan.until === 'sent' ? Number.POSITIVE_INFINITY : started + plan.until.ms;
  const countMax = plan.until === 'sent' ? requests.length : Number.POSITIVE_INFINITY;
  const reader = new ResponseReader();
  let sent = 0;
  let askedAt = 0;
  return await new Promise((resolve, reject) => {
    const next = (): void => {
      const request = requests[sent % requests.length];
      if (request === undefined || sent >= countMax || performance.now() >= endsAt) {
        socket.destroy();
        resolve();
        return;
      }
      sent += 1;
      askedAt = performance.now();
      socket.write(request);
    };
    socket.on('data', (bytes: Buffer) => {
      const status = reader.push(bytes);
      if (status === null) return;
      tally.latencies.push(performance.now() - askedAt);
      tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
      if (plan.pauseMs === undefined) next();
      else setTimeout(next, plan.pauseMs);
    });
    socket.once('error', reject);
    socket.once('end', () => reject(new Error('the server closed the connection')));
    next();
  });
}

function percentiles(latencies: readonly number[]): LoadResult['latency'] {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}
