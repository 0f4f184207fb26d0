import { connect } from 'node:net';

const answerMs = 20_000;

export interface RawAnswer {
  /** 0 when the server closed without an answer. */
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
  /** The value of a header, or null. */
  readonly header: (name: string) => string | null;
}

export interface RawOptions {
  /** Between two chunks. */
  readonly pauseMs?: number;
  /** Read all answers, until the server closes. */
  readonly untilClosed?: boolean;
}

/**
 * Writes bytes to a socket as they are, for requests that no HTTP client would send, and reads until the server closes
 * or the first answer is whole.
 */
export async function rawRequest(
  api: string,
  chunks: readonly (string | Uint8Array)[],
  options: RawOptions = {},
): Promise<RawAnswer> {
  const { pauseMs = 0, untilClosed = false } = options;
  const { hostname, port } = new URL(api);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const started = performance.now();
  let text = '';
  const done = new Promise<void>((resolve, reject) => {
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (!untilClosed && isWhole(text)) resolve();
    });
    socket.on('end', resolve);
    socket.on('error', resolve);
    setTimeout(() => reject(new Error(`no answer within ${answerMs} ms; so far: ${text}`)), answerMs).unref();
  });
  const writing = write(socket, chunks, pauseMs);
  await done;
  socket.destroy();
  await writing;
  return answerOf(text, performance.now() - started);
}

/** Sends a request and goes away as soon as the bytes are out. */
export async function askAndLeave(api: string, text: string): Promise<void> {
  const { hostname, port } = new URL(api);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('close', () => resolve()).end(text, () => socket.destroy()));
}

async function write(
  socket: ReturnType<typeof connect>,
  chunks: readonly (string | Uint8Array)[],
  pauseMs: number,
): Promise<void> {
  for (const chunk of chunks) {
    if (socket.destroyed) return;
    socket.write(chunk);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = /content-length: (\d+)/iu.exec(text)?.[1];
  return end >= 0 && length !== undefined && text.length >= end + 4 + Number(length);
}

function answerOf(text: string, milliseconds: number): RawAnswer {
  const head = text.split('\r\n\r\n', 1)[0] ?? '';
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'imu').exec(head)?.[1]?.trim() ?? null;
  return { status: Number(/^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1] ?? 0), text, milliseconds, header };
}
