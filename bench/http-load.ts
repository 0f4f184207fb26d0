import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What one run of load is to do. Each connection has one request on the way at a time, as a client's pool has. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  /** For each connection the whole bytes of its requests; when they are all sent it starts again from the first. */
  readonly requests: readonly (readonly Uint8Array[])[];
  /** Stops after so long, or when each connection has sent its requests once. */
  readonly until: { readonly ms: number } | 'sent';
  /** How long a connection waits after an answer. */
  readonly pauseMs?: number;
}

export interface LoadResult {
  readonly count: number;
  readonly seconds: number;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Milliseconds from the first byte sent to the last byte received. */
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  /** Processor time of the client itself, in milliseconds: what it took away from the server on the same machine. */
  readonly clientCpuMs: number;
}

/** Runs a plan in a process of its own, so that the client's processor time is not the server's. */
export async function httpLoad(plan: LoadPlan): Promise<LoadResult> {
  const child = fork(new URL('./load-child.js', import.meta.url), { serialization: 'advanced' });
  const answered = once(child, 'message') as Promise<[LoadResult]>;
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the load ended with ${code} and no result`);
  });
  child.send(plan);
  const [result] = await Promise.race([answered, failed]);
  failed.catch(() => {});
  child.disconnect();
  return result;
}

/** The whole bytes of a request over a connection that stays open. */
export function requestBytes(path: string, body: string | null): Uint8Array {
  const method = body === null ? 'GET' : 'POST';
  const content =
    body === null ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n${content}\r\n`;
  return Buffer.from(head + (body ?? ''));
}
