import type {
  IncomingMessage,
  RequestListener,
  Server as HttpServer,
  ServerOptions as HttpOptions,
  ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { errorCode, errnoOf, Fault, messageOf } from '../base/fault.ts';
import { limits } from '../base/limits.ts';
import type { Log } from '../observe/log.ts';
import type { AllowedHosts } from './allowed-hosts.ts';
import { BodyBudget } from './body-budget.ts';
import { checkCanonicalPath } from './canonical-path.ts';
import { statusOf } from './errors.ts';
import { isEthereumPath, sendEthereumRefusal } from './ethereum-refusal.ts';
import { answerMalformed } from './malformed.ts';
import { readBody } from './read-body.ts';
import { codeHeader, type ErrorBody } from './refusal.ts';
import type { TlsFiles } from './tls.ts';

export type Server = FastifyInstance;

export interface ServerOptions {
  readonly log: Log;
  readonly hosts: AllowedHosts;
  readonly errorBody: ErrorBody;
  /** Called when a client went away before its answer could be sent. */
  readonly onDropped: () => void;
  /** Serve over TLS with these; null or absent serves plainly. Whoever opened them ends them after the server. */
  readonly tls?: TlsFiles | null;
}

const httpOptions = {
  headersTimeout: limits.requestReceiveMs,
  requestTimeout: limits.requestReceiveMs,
  keepAliveTimeout: limits.keepAliveMs,
  connectionsCheckingInterval: limits.connectionsCheckMs,
  maxHeaderSize: limits.headerBytes,
  insecureHTTPParser: false,
} satisfies HttpOptions;

/**
 * A listener with every limit set: size, depth of queue, time to send headers and body, connections. It has no routes
 * yet; whoever adds them also says which methods a path has, through `answerUnrouted`.
 */
export function createServer({ log, hosts, errorBody, onDropped, tls = null }: ServerOptions): Server {
  const server = fastify({
    bodyLimit: limits.requestBodyBytes,
    keepAliveTimeout: httpOptions.keepAliveTimeout,
    requestTimeout: httpOptions.requestTimeout,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: limits.pathBytes, caseSensitive: true },
    http: httpOptions,
    // `https` is said only so that the address, which listening answers, begins with it.
    ...(tls === null ? {} : { https: {}, serverFactory: (answer: RequestListener) => secureListener(tls, answer) }),
    clientErrorHandler: (error, socket) => answerMalformed(error, socket, errorBody),
    frameworkErrors: (error, request, reply) => void sendError(request, reply, asFault(error), errorBody),
  });
  server.server.maxConnections = limits.connections;
  const budget = new BodyBudget();
  const dropUnfinished = function (this: ServerResponse): void {
    if (!this.writableFinished) onDropped();
  };
  readBodies(server, budget);
  const closing = watchClosing(server);
  checkEachRequest(server, hosts, closing);
  whenAnswered(server, ({ raw }, reply) => {
    if (closing.begun) void reply.header('connection', 'close');
    budget.release(raw);
    if (raw.socket.destroyed) onDropped();
    else reply.raw.on('close', dropUnfinished);
  });
  server.setErrorHandler((error, request, reply) => {
    const fault = asFault(error);
    if (statusOf(fault) === 500) log.error('Request failed', { code: errorCode(fault), error: messageOf(fault) });
    return sendError(request, reply, fault, errorBody);
  });
  return server;
}

/** Fastify would make it with none of our limits for a handshake, and only one where a name has two addresses. */
function secureListener(tls: TlsFiles, answer: RequestListener): HttpServer {
  return tls.secure((secure) => {
    const listener = createHttpsServer(
      { ...httpOptions, ...secure, handshakeTimeout: limits.requestReceiveMs },
      answer,
    );
    listener.maxConnections = limits.connections;
    return listener;
  });
}

/**
 * Bodies are bytes whatever their content type claims, as in Signatory; nothing is ever chosen by that header. A hook
 * reads them: fastify's own parsers cost each request an asynchronous resource and a look-up by type.
 */
function readBodies(server: Server, budget: BodyBudget): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _payload, done) => done(null));
  server.addHttpMethod('POST', { hasBody: false, overrideExisting: true });
  server.addHook('preHandler', (request, _reply, done) => {
    if (request.raw.method !== 'POST') return done();
    readBody(request, budget, (error, body) => {
      request.body = body;
      done(error ?? undefined);
    });
  });
}

/** Whether the shutdown has begun. */
interface Closing {
  readonly begun: boolean;
}

/**
 * From the moment that shutdown begins, each answer ends its connection, so that a client which keeps it open holds up
 * nothing, and a request that comes on an open one is told to go elsewhere.
 */
function watchClosing(server: Server): Closing {
  const closing = { begun: false };
  server.addHook('preClose', (done) => {
    closing.begun = true;
    done();
  });
  return closing;
}

/**
 * Before anything is looked at. Hooks have callbacks: one that is asynchronous costs each request a turn of its own.
 * And they are few, for each request goes through all of them.
 */
function checkEachRequest(server: Server, hosts: AllowedHosts, closing: Closing): void {
  server.addHook('onRequest', (request, _reply, done) => {
    try {
      const { url = '', headers } = request.raw;
      checkCanonicalPath(url);
      hosts.check(headers.host);
      hosts.checkOrigin(headers.origin);
      headers['content-type'] = undefined;
      checkEncoding(headers['content-encoding']);
      if (closing.begun) throw new Fault('shutting_down', 'the signer is shutting down');
      done();
    } catch (error) {
      done(asError(error));
    }
  });
}

function checkEncoding(header: string | undefined): void {
  if (header !== undefined) throw new Fault('content_encoding', 'send the body as it is, without a Content-Encoding');
}

/**
 * Calls `then` once for each request, when its answer is made: that comes whether or not the client is still there. An
 * event of the response would not do, for one that waits behind another on its connection has none when that is lost.
 */
function whenAnswered(server: Server, then: (request: FastifyRequest, reply: FastifyReply) => void): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    then(request, reply);
    done(null, payload);
  });
}

/**
 * Counts what is being worked on, and answers 503 past the limit, before the body is read or anything recorded. A
 * request counts until its answer is made, even if its client has gone: the work is the same.
 *
 * @param most at once; the program's own limit unless said otherwise
 */
export function limitInFlight(server: Server, most: number = limits.requestsInFlight): void {
  const inFlight = new Set<IncomingMessage>();
  server.addHook('onRequest', (request, _reply, done) => {
    if (inFlight.size >= most) return done(new Fault('overloaded', `${most} requests are being worked on already`));
    inFlight.add(request.raw);
    done();
  });
  whenAnswered(server, ({ raw }) => inFlight.delete(raw));
}

/** A path that there is, and its methods: `GET, POST`. */
export interface PathMethods {
  readonly path: RegExp;
  readonly methods: string;
}

/**
 * Answers a path that has no such method with 405 and what it has, and any other path with 404: where Tezos clients ask
 * as Signatory does, elsewhere with a refusal that says which of the two it is.
 *
 * @param routes patterns of paths and their methods
 */
export function answerUnrouted(server: Server, routes: readonly PathMethods[]): void {
  server.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const methods = routes.find((route) => route.path.test(path))?.methods;
    if (methods !== undefined) void reply.code(405).header('allow', methods);
    if (isEthereumPath(path)) return sendEthereumRefusal(reply, unrouted(methods));
    if (methods !== undefined) return reply.send();
    return reply
      .code(404)
      .header(codeHeader, 'no_route')
      .type('text/plain; charset=utf-8')
      .send('404 page not found\n');
  });
}

function unrouted(methods: string | undefined) {
  if (methods === undefined) return { status: 404, code: 'no_route', message: 'there is nothing at this path' };
  return { status: 405, code: 'method_not_allowed', message: `this path takes ${methods}` };
}

/**
 * For the plain listener of a signer that has TLS on: probes are answered by the routes that were added, and everything
 * else is sent where it cannot be overheard.
 *
 * @param tlsPort the port of the other listener
 */
export function refusePlain(server: Server, tlsPort: number): void {
  server.setNotFoundHandler(() => {
    throw new Fault('tls_required', `this signer has TLS on: ask for https on port ${tlsPort} (tls.listen_port)`);
  });
}

function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?', 1)[0] ?? '';
}

/** Fastify's own refusals, in our words. */
function asFault(error: unknown): unknown {
  switch (errnoOf(error)) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Fault('http_malformed', messageOf(error));
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Fault('path_invalid', 'the path cannot be read');
    default:
      return error;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error));
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown, errorBody: ErrorBody): FastifyReply {
  const code = errorCode(error);
  const status = statusOf(error);
  const message = messageForClient(error);
  if (status === 413) void reply.header('connection', 'close');
  if (status === 503) void reply.header('retry-after', retryAfter(error));
  return reply
    .code(status)
    .header(codeHeader, code)
    .type('application/json; charset=utf-8')
    .send(errorBody({ status, code, message }, pathOf(request)));
}

/** In seconds: what a full queue estimates of its wait, or the shortest that can be said. */
function retryAfter(error: unknown): string {
  const waitMs = error instanceof Fault ? error.facts['waitMs'] : undefined;
  return typeof waitMs === 'number' ? String(Math.max(1, Math.ceil(waitMs / 1000))) : '1';
}

/**
 * A fault of a request is worded for whoever asked. One of a store is worded for the operator, with paths and what to
 * do: that stays in the log. Any other error's text may hold anything.
 */
function messageForClient(error: unknown): string {
  if (!(error instanceof Fault)) return 'internal error';
  return error.code.startsWith('store_') ? storeMessage : error.message;
}

const storeMessage = 'the watermark store cannot tell whether this may be signed; the log of the signer says why';
