import { chmod, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { errnoOf, errorCode, Fault, messageOf } from '../base/fault.ts';
import { limits } from '../base/limits.ts';
import type { Log } from '../observe/log.ts';
import { statusOf } from './errors.ts';
import type { ExportAsked, ProtectionDesk } from './protection-desk.ts';
import { codeHeader } from './refusal.ts';

/** What the system's address of a socket holds, on the narrowest system (macOS), with the end that C wants. */
const pathBytesMax = 103;
/** An import and a few who look: the socket is the operator's own. */
const connectionsMax = 8;
const summaryTrailer = 'tidemark-summary';
const json = 'application/json; charset=utf-8';

/**
 * The door for whoever runs the signer to the marks of a store that this process alone may open: a Unix socket with
 * mode 0600, so that the system lets in the same user only. It speaks HTTP:
 *
 * - `GET /api/v1/protection/export?network=…&key=…`: an interchange file; its summary is a trailer, which only an
 *   export that is whole has;
 * - `POST /api/v1/protection/import?force=1&verbose=1`: lines of JSON, the last of which is `{"summary":…}` or
 *   `{"error":…}`;
 * - `GET /api/v1/protection/marks/KEY`.
 */
export class ProtectionSocket {
  readonly #server: Server;
  readonly #path: string;
  readonly #running = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
  }

  /** @throws Fault `config_invalid` for a place that takes no socket */
  static async open(path: string, desk: ProtectionDesk, log: Log): Promise<ProtectionSocket> {
    const server = createServer({ headersTimeout: limits.requestReceiveMs, requestTimeout: 0 });
    server.maxConnections = connectionsMax;
    const socket = new ProtectionSocket(server, path);
    server.on('request', (request, response) => socket.#serve(request, response, { desk, log }));
    await listenAt(server, path);
    return socket;
  }

  /** Takes no more, ends an import between two batches, and waits for what runs. */
  async end(): Promise<void> {
    this.#ending.abort();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#path, { force: true });
    // One that does not read on would hold up the shutdown.
    const stalled = setTimeout(() => this.#server.closeAllConnections(), limits.lingerMs);
    await Promise.allSettled([...this.#running]);
    clearTimeout(stalled);
    this.#server.closeAllConnections();
    await closed;
  }

  #serve(request: IncomingMessage, response: ServerResponse, parts: { desk: ProtectionDesk; log: Log }): void {
    const signal = this.#ending.signal;
    const running = answer(request, response, { desk: parts.desk, signal }).catch((error: unknown) => {
      if (statusHere(error) >= 500) {
        parts.log.error('Request on the protection socket failed', { code: errorCode(error), error: messageOf(error) });
      }
      refuse(response, error);
    });
    const kept = running.finally(() => this.#running.delete(kept));
    this.#running.add(kept);
  }
}

interface Answering {
  readonly desk: ProtectionDesk;
  readonly signal: AbortSignal;
}

async function answer(request: IncomingMessage, response: ServerResponse, { desk, signal }: Answering): Promise<void> {
  const url = new URL(request.url ?? '', 'http://socket');
  const [, key] = /^\/api\/v1\/protection\/marks\/([^/]+)$/u.exec(url.pathname) ?? [];
  const route = `${request.method} ${key === undefined ? url.pathname : '/marks'}`;
  if (route === 'GET /api/v1/protection/export') return await sendExport(response, desk, askedOf(url));
  if (route === 'POST /api/v1/protection/import') {
    const force = url.searchParams.get('force') === '1';
    const verbose = url.searchParams.get('verbose') === '1';
    const { summary, tell } = lines(response);
    return await summary(await desk.importFile(request, { force, verbose, signal, tell }));
  }
  if (route === 'GET /marks' && key !== undefined) {
    const body = JSON.stringify(await desk.marksOf(key));
    return void response.setHeader('content-type', json).end(body);
  }
  const body = JSON.stringify({ code: 'no_route', message: 'there is nothing at this path' });
  response.writeHead(404, { 'content-type': json, [codeHeader]: 'no_route' }).end(body);
}

function askedOf({ searchParams }: URL): ExportAsked {
  const keys = searchParams.getAll('key');
  return { network: searchParams.get('network'), keys: keys.length === 0 ? null : keys };
}

async function sendExport(response: ServerResponse, desk: ProtectionDesk, asked: ExportAsked): Promise<void> {
  const { pieces, summary } = await desk.exportFile(asked);
  response.setHeader('content-type', json).setHeader('trailer', summaryTrailer);
  for await (const piece of pieces) await send(response, piece);
  response.addTrailers({ [summaryTrailer]: JSON.stringify(summary()) });
  response.end();
}

/** Lines of JSON: the first one sends the status. */
function lines(response: ServerResponse) {
  response.setHeader('content-type', 'application/x-ndjson');
  const tell = async (line: object): Promise<void> => await send(response, `${JSON.stringify(line)}\n`);
  const summary = async (line: object): Promise<void> => {
    await tell({ summary: line });
    response.end();
  };
  return { tell, summary };
}

/** Waits until there is room. @throws Fault `request_timeout` when nobody listens any more */
async function send(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed) throw new Fault('request_timeout', 'whoever asked has gone');
  if (response.write(text)) return;
  await Promise.race([once(response, 'drain'), once(response, 'close')]);
}

/** After the first line the status is told: an import says it in its last line, an export breaks off. */
function refuse(response: ServerResponse, error: unknown): void {
  const code = errorCode(error);
  const message = messageOf(error);
  if (!response.headersSent) {
    const headers = { 'content-type': json, [codeHeader]: code, connection: 'close' };
    response.writeHead(statusHere(error), headers).end(JSON.stringify({ code, message }));
  } else if (response.getHeader('content-type') === 'application/x-ndjson') {
    response.end(`${JSON.stringify({ error: { code, message } })}\n`);
  } else {
    response.destroy();
  }
}

/** Here it is the asker's configuration or file that is meant, not the signer's. */
function statusHere(error: unknown): number {
  return errorCode(error) === 'config_invalid' ? 400 : statusOf(error);
}

/**
 * Binds in a folder that nobody else may enter, and moves the socket to its place when it has its mode: there is no
 * moment at which another user could connect.
 */
async function listenAt(server: Server, path: string): Promise<void> {
  try {
    await checkPlace(path);
    const folder = await mkdtemp(join(dirname(path), '.tide-'));
    try {
      const building = join(folder, 's');
      if (Buffer.byteLength(building) > pathBytesMax) throw tooLong(path);
      server.listen(building);
      await once(server, 'listening');
      await chmod(building, 0o600);
      await rename(building, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    server.close();
    if (error instanceof Fault) throw error;
    throw new Fault('config_invalid', `no socket can be made at ${path} (${messageOf(error)})`, { cause: error });
  }
}

/** A socket that was left by a process that was killed is replaced; nothing else is. */
async function checkPlace(path: string): Promise<void> {
  if (Buffer.byteLength(path) > pathBytesMax) throw tooLong(path);
  const isSocket = await lstat(path).then(
    (found) => found.isSocket(),
    (error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    },
  );
  if (isSocket === null) return;
  if (!isSocket) throw new Fault('config_invalid', `no socket can be made at ${path}: something else is there`);
  if (await answers(path)) throw new Fault('config_invalid', `no socket can be made at ${path}: another signer has it`);
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function tooLong(path: string): Fault {
  return new Fault('config_invalid', `no socket can be made at ${path}: the path is longer than the system takes`);
}
