import { Agent, type IncomingMessage, request } from 'node:http';
import type { Answer } from '../oracle/entry.ts';

/** What came back, and why it is no signature, as the signer calls it. */
export interface Reply extends Answer {
  readonly cut: boolean;
  /** The code of the error; null where none was given. */
  readonly code: string | null;
}

/** Connections to one signer that stay open, so that what is sent together arrives together. */
export class Channel {
  readonly #agent: Agent;
  readonly #port: number;

  /** @param api `http://127.0.0.1:…` */
  constructor(api: string, width: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: width, maxFreeSockets: width });
    this.#port = Number(new URL(api).port);
  }

  /** @throws Error when not even the head of an answer came */
  async post(path: string, body: string): Promise<Reply> {
    return await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const options = { agent: this.#agent, host: '127.0.0.1', port: this.#port, path, method: 'POST', headers };
      const asked = request(options, (response) => resolve(replyOf(response)));
      asked.on('error', reject);
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** From the head on it is an answer, whatever becomes of the rest. */
async function replyOf(response: IncomingMessage): Promise<Reply> {
  const code = response.headers['tidemark-error'];
  let body = '';
  const end = new Promise<void>((resolve) => {
    response.once('close', resolve).on('error', () => {});
  });
  response.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  await end;
  return {
    status: response.statusCode ?? 0,
    body,
    cut: !response.complete,
    code: typeof code === 'string' ? code : null,
  };
}
