import { connect, type Socket } from 'node:net';
import { type Latency, latencyOf } from './measure.ts';

export interface Load extends Latency {
  readonly perSecond: number;
  /** By status. */
  readonly answers: ReadonlyMap<number, number>;
}

export interface LoadOptions {
  /** `http://127.0.0.1:9000` */
  readonly api: string;
  readonly connections: number;
  readonly ms: number;
  /** The next request of a connection: its path, and its body. */
  readonly next: (connection: number) => { readonly path: string; readonly body: string };
}

/**
 * Keeps as many connections busy as it is told, each with one request after the other. It writes to the sockets itself:
 * the client runs on the same two cores as what it measures, so it has to be cheap.
 */
export async function load({ api, connections, ms, next }: LoadOptions): Promise<Load> {
  const { hostname, port } = new URL(api);
  const answers = new Map<number, number>();
  const latencies: number[] = [];
  const started = performance.now();
  const lane = async (connection: number): Promise<void> => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    while (performance.now() - started < ms) {
      const asked = performance.now();
      const status = await exchange(socket, next(connection));
      latencies.push(performance.now() - asked);
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, async (_, connection) => await lane(connection)));
  const seconds = (performance.now() - started) / 1000;
  return { ...latencyOf(latencies), perSecond: (answers.get(200) ?? 0) / seconds, answers };
}

/** One request and its whole answer. @returns the status */
async function exchange(socket: Socket, { path, body }: { path: string; body: string }): Promise<number> {
  return await new Promise((resolve, reject) => {
    let text = '';
    const take = (bytes: Buffer): void => {
      text += bytes.toString('latin1');
      const status = statusOfWhole(text);
      if (status === null) return;
      socket.off('data', take).off('error', reject);
      resolve(status);
    };
    socket.on('data', take).on('error', reject);
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(head + body);
  });
}

/** Null while the answer is not all there. */
function statusOfWhole(text: string): number | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = /content-length: (\d+)/iu.exec(text)?.[1] ?? '0';
  return text.length < end + 4 + Number(length) ? null : Number(text.slice(9, 12));
}
