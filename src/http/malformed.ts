import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { errnoOf, Fault } from '../base/fault.ts';
import { limits } from '../base/limits.ts';
import { statusOf } from './errors.ts';
import { codeHeader, type ErrorBody } from './refusal.ts';

type AnsweringSocket = Socket & { readonly _httpMessage?: ServerResponse };

/** Answers what Node's parser refused, while there is still a socket to answer on. */
export function answerMalformed(error: Error, socket: AnsweringSocket, errorBody: ErrorBody): void {
  if (!socket.writable || socket._httpMessage?.headersSent === true) return void socket.destroy();
  const fault = faultOf(error);
  const { code, message } = fault;
  const status = statusOf(fault);
  const path = socket._httpMessage?.req.url?.split('?', 1)[0] ?? pathOf(error);
  const body = errorBody({ status, code, message }, path);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      `Content-Type: application/json; charset=utf-8\r\n${codeHeader}: ${code}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // Closed at once, what the client still sends would take the answer away from it; never closed, it would keep a slot.
  setTimeout(() => socket.destroy(), limits.lingerMs).unref();
}

function faultOf(error: Error): Fault {
  switch (errnoOf(error)) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Fault('request_timeout', `the request did not arrive within ${limits.requestReceiveMs} ms`);
    case 'HPE_HEADER_OVERFLOW':
      return new Fault('headers_too_large', `the headers are larger than ${limits.headerBytes} bytes`);
    default:
      return new Fault('http_malformed', 'this is not a well-formed HTTP/1.1 request');
  }
}

/** The path of a request line that arrived whole, or nothing: only the envelope depends on it. */
function pathOf(error: Error & { readonly rawPacket?: unknown }): string {
  const start = error.rawPacket instanceof Uint8Array ? Buffer.from(error.rawPacket.subarray(0, 512)) : Buffer.alloc(0);
  return /^[A-Z]+ (\/[^ ?\r\n]*)/u.exec(start.toString('latin1'))?.[1] ?? '';
}
