import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { errorCode, errnoOf, Fault, messageOf } from '../base/fault.ts';
import { limits } from '../base/limits.ts';
import type { Log } from '../observe/log.ts';
import type { AllowedHosts } from './allowed-hosts.ts';
import { checkCanonicalPath } from './canonical-path.ts';
import { statusOf } from './errors.ts';

export type Server = FastifyInstance;

/** How this listener words an error; Signatory's clients expect another envelope than its metrics port. */
type ErrorBody = (message: string) => string;

export interface ServerOptions {
  readonly log: Log;
  readonly hosts: AllowedHosts;
  readonly errorBody: ErrorBody;
  /** Called when a client went away before its answer could be sent. */
  readonly onDropped: () => void;
}

/** The header that carries an error's machine code: Signatory's envelope has no room for one. */
export const codeHeader = 'tidemark-error';

/**
 * A listener with every limit set: size, depth of queue, time to send headers and body, connections. It has no routes
 * yet; whoever adds them also says which methods a path has, through `allowMethods`.
 */
export function createServer({ log, hosts, errorBody, onDropped }: ServerOptions): Server {
  const server = fastify({
    bodyLimit: limits.requestBodyBytes,
    keepAliveTimeout: limits.keepAliveMs,
    requestTimeout: limits.requestReceiveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: limits.pathBytes, caseSensitive: true },
    http: {
      headersTimeout: limits.requestReceiveMs,
      connectionsCheckingInterval: limits.connectionsCheckMs,
      maxHeaderSize: limits.headerBytes,
      insecureHTTPParser: false,
    },
    clientErrorHandler: (error, socket) => answerMalformed(error, socket, errorBody),
    frameworkErrors: (error, _request, reply) => void sendError(reply, asFault(error), errorBody),
  });
  server.server.maxConnections = limits.connections;
  // Bodies are bytes whatever their content type claims, as in Signatory; nothing is ever chosen by that header.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => body);
  server.addHook('onRequest', async (request) => {
    checkCanonicalPath(request.raw.url ?? '');
    hosts.check(request.headers.host);
    delete request.raw.headers['content-type'];
    if (request.headers['content-encoding'] !== undefined) {
      throw new Fault('content_encoding', 'send the body as it is, without a Content-Encoding');
    }
  });
  closeBehindAnswers(server);
  server.addHook('onRequest', async (_request, reply) => {
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) onDropped();
    });
  });
  server.setErrorHandler((error, _request, reply) => {
    const fault = asFault(error);
    if (statusOf(fault) === 500) log.error('Request failed', { code: errorCode(fault), error: messageOf(fault) });
    return sendError(reply, fault, errorBody);
  });
  return server;
}

/**
 * From the moment that shutdown begins, each answer ends its connection: a client that keeps it open holds up nothing.
 */
function closeBehindAnswers(server: Server): void {
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
  });
  server.addHook('onSend', async (_request, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
}

/** Counts what is being worked on, and answers 503 past the limit, before the body is read or anything recorded. */
export function limitInFlight(server: Server): void {
  let inFlight = 0;
  server.addHook('onRequest', async (_request, reply) => {
    if (inFlight >= limits.requestsInFlight) {
      throw new Fault('overloaded', `${limits.requestsInFlight} requests are being worked on already`);
    }
    inFlight += 1;
    reply.raw.once('close', () => {
      inFlight -= 1;
    });
  });
}

/**
 * Answers a path that has no such method with 405 and what it has, and any other path with 404, as Signatory does.
 *
 * @param routes patterns of paths and their methods
 */
export function answerUnrouted(server: Server, routes: readonly { path: RegExp; methods: string }[]): void {
  server.setNotFoundHandler((request, reply) => {
    const path = (request.raw.url ?? '').split('?', 1)[0] ?? '';
    const known = routes.find((route) => route.path.test(path));
    if (known !== undefined) return reply.code(405).header('allow', known.methods).send();
    return reply
      .code(404)
      .header(codeHeader, 'no_route')
      .type('text/plain; charset=utf-8')
      .send('404 page not found\n');
  });
}

/** Fastify's own refusals, in our words. */
function asFault(error: unknown): unknown {
  switch (errnoOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Fault('body_too_large', `the body is larger than ${limits.requestBodyBytes} bytes`);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Fault('http_malformed', messageOf(error));
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_PARAM_LENGTH':
      return new Fault('path_invalid', 'the path cannot be read');
    default:
      return error;
  }
}

function sendError(reply: FastifyReply, error: unknown, errorBody: ErrorBody): FastifyReply {
  const status = statusOf(error);
  const message = messageForClient(error);
  if (status === 413) void reply.header('connection', 'close');
  if (status === 503) void reply.header('retry-after', '1');
  return reply
    .code(status)
    .header(codeHeader, errorCode(error))
    .type('application/json; charset=utf-8')
    .send(errorBody(message));
}

/**
 * A fault of a request is worded for whoever asked. One of a store is worded for the operator, with paths and what to
 * do: that stays in the log. Any other error's text may hold anything.
 */
function messageForClient(error: unknown): string {
  if (!(error instanceof Fault)) return 'internal error';
  return statusOf(error) === 503 && error.code.startsWith('store_') ? storeMessage : error.message;
}

const storeMessage = 'the watermark store cannot tell whether this may be signed; the log of the signer says why';

/** Answers what Node's parser refused, while there is still a socket to answer on. */
function answerMalformed(error: Error, socket: Socket, errorBody: ErrorBody): void {
  if (!socket.writable || alreadyAnswering(socket)) return void socket.destroy();
  const fault = malformed(error);
  const body = errorBody(fault.message);
  const status = statusOf(fault);
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Bad Request'}\r\n` +
      `Content-Type: application/json; charset=utf-8\r\n${codeHeader}: ${fault.code}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function malformed(error: Error): Fault {
  switch (errnoOf(error)) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Fault('request_timeout', `the request did not arrive within ${limits.requestReceiveMs} ms`);
    case 'HPE_HEADER_OVERFLOW':
      return new Fault('headers_too_large', `the headers are larger than ${limits.headerBytes} bytes`);
    default:
      return new Fault('http_malformed', 'this is not a well-formed HTTP/1.1 request');
  }
}

/** A response that has begun on this socket must not be cut into by an error page. */
function alreadyAnswering(socket: Socket & { _httpMessage?: ServerResponse }): boolean {
  return socket._httpMessage?.headersSent === true;
}
