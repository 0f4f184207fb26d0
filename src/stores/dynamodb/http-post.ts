import { Agent as HttpAgent, type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { crc32 } from 'node:zlib';

export interface HttpReply {
  readonly status: number;
  readonly body: string;
  /** The server's clock, as it wrote it; empty when it did not. */
  readonly date: string;
}

export interface TryLimits {
  /** From the moment that there is a connection. */
  readonly answerMs: number;
  /** Together with the making of a connection. */
  readonly totalMs: number;
}

/** Connections at once: more than one signer's slot needs, fewer than a process has descriptors. */
const socketsMax = 256;
/** Servers close what is idle for longer; one that we close ourselves breaks no request. */
const idleMs = 20_000;
/** A page of a scan has at most 1 MB of items; in JSON that is less than this. */
const answerBytesMax = 8 * 1024 * 1024;

/** The error of a try that got no whole answer. Whether the server did what was asked is not known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** A short word for the metrics: `TimeoutError`, `ECONNRESET` and the like. */
  readonly type: string;

  constructor(type: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.type = type;
  }
}

/** Posts to one address over connections that are kept. */
export class HttpPost {
  readonly #endpoint: URL;
  readonly #agent: HttpAgent;
  readonly #request: typeof httpRequest;

  constructor(endpoint: URL) {
    const options = { keepAlive: true, maxSockets: socketsMax, maxFreeSockets: socketsMax, timeout: idleMs };
    const secure = endpoint.protocol === 'https:';
    this.#endpoint = endpoint;
    this.#agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
    this.#request = secure ? httpsRequest : httpRequest;
  }

  /** @throws NoAnswer */
  post(headers: OutgoingHttpHeaders, body: Buffer, limits: TryLimits): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const { protocol, hostname, port, pathname: path } = this.#endpoint;
      const fail = (type: string, message: string, cause?: unknown): void => {
        clearTimeout(timer);
        reject(new NoAnswer(type, message, cause));
        request.destroy();
      };
      const expire = (ms: number) => setTimeout(() => fail('TimeoutError', `no answer in ${ms} ms`), ms);
      let timer = expire(limits.totalMs);
      const connected = (): void => {
        clearTimeout(timer);
        timer = expire(Math.min(limits.answerMs, limits.totalMs));
      };
      const options = {
        protocol,
        host: unbracketed(hostname),
        port,
        path,
        method: 'POST',
        headers,
        agent: this.#agent,
      };
      const request = this.#request(options, (response) => {
        read(response)
          .then((reply) => {
            clearTimeout(timer);
            resolve(reply);
          })
          .catch((error: unknown) => fail(typeOf(error), 'the answer was cut off or damaged', error));
      });
      request.on('error', (error) => fail(typeOf(error), 'the connection failed', error));
      request.on('socket', (socket) => {
        if (!socket.connecting) connected();
        else socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', connected);
      });
      request.end(body);
    });
  }

  end(): void {
    this.#agent.destroy();
  }
}

async function read(response: IncomingMessage): Promise<HttpReply> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > answerBytesMax) throw new NoAnswer('TooLarge', `the answer is larger than ${answerBytesMax} bytes`);
    chunks.push(bytes);
  }
  if (!response.complete) throw new NoAnswer('ECONNRESET', 'the connection ended in the middle of the answer');
  const body = chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks);
  const sum = response.headers['x-amz-crc32'];
  // The service sends it with every answer: a bit that flipped on the way must not become a yes.
  if (typeof sum === 'string' && Number(sum) !== crc32(body)) throw new NoAnswer('CRC32CheckFailed', 'checksum');
  return { status: response.statusCode ?? 0, body: body.toString('utf8'), date: response.headers.date ?? '' };
}

function typeOf(error: unknown): string {
  if (error instanceof NoAnswer) return error.type;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'NetworkingError';
}

function unbracketed(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
