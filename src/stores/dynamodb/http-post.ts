import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import { crc32 } from 'node:zlib';
import { errnoOf, messageOf } from '../../base/fault.ts';

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
  async post(headers: OutgoingHttpHeaders, body: Buffer, limits: TryLimits): Promise<HttpReply> {
    const { protocol, hostname, port, pathname: path } = this.#endpoint;
    const place = { protocol, host: unbracketed(hostname), port, path };
    const request = this.#request({ ...place, method: 'POST', headers, agent: this.#agent });
    const patience = new Patience(request, limits);
    try {
      const response = responseTo(request);
      request.end(body);
      return await read(await response);
    } catch (error) {
      if (error instanceof NoAnswer) throw error;
      if (patience.over) throw new NoAnswer('TimeoutError', `no answer in ${Math.ceil(patience.ms)} ms`, error);
      throw new NoAnswer(errnoOf(error) ?? 'NetworkingError', `the connection failed (${messageOf(error)})`, error);
    } finally {
      patience.end();
    }
  }

  end(): void {
    this.#agent.destroy();
  }
}

/** Gives a request up after its time. */
class Patience {
  readonly #request: ClientRequest;
  #timer: NodeJS.Timeout | null = null;
  /** How long it had. */
  ms = 0;
  over = false;

  constructor(request: ClientRequest, { answerMs, totalMs }: TryLimits) {
    this.#request = request;
    this.#start(totalMs);
    const connected = (): void => {
      if (this.#timer !== null) this.#start(answerMs);
    };
    request.once('socket', (socket) => {
      if (!socket.connecting) connected();
      else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected);
    });
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #start(ms: number): void {
    this.end();
    this.ms = ms;
    this.#timer = setTimeout(() => {
      this.over = true;
      this.#request.destroy();
    }, ms);
  }
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // It stays: a connection that fails after the answer was given up is nobody's matter.
    request.on('error', reject);
  });
}

async function read(response: IncomingMessage): Promise<HttpReply> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > answerBytesMax) throw new NoAnswer('TooLarge', `the answer is larger than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new NoAnswer('ECONNRESET', 'the connection ended in the middle of the answer');
  const body = chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks);
  const sum = response.headers['x-amz-crc32'];
  // The service sends it with every answer: a bit that flipped on the way must not become a yes.
  if (typeof sum === 'string' && Number(sum) !== crc32(body)) throw new NoAnswer('CRC32CheckFailed', 'checksum');
  return { status: response.statusCode ?? 0, body: body.toString('utf8'), date: response.headers.date ?? '' };
}

function unbracketed(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
