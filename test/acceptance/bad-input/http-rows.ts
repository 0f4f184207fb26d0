import assert from 'node:assert/strict';
import { limits } from '../../../src/base/limits.ts';
import { composeBatch } from '../../../src/tezos/compose.ts';
import { rawRequest } from './raw-request.ts';
import { head, sized as sizedBody } from './raw-text.ts';
import { rawReply, replyOf } from './reply.ts';
import type { Row, Target } from './row.ts';

const goodBody = '"0300"';
const overruled = 'Signatory takes a body whatever its type says';

function body(row: number, input: string, bytes: string | Uint8Array, code: string): Row {
  return {
    row,
    input,
    status: 400,
    code,
    send: async ({ signer, key }) => replyOf(await signer.post(`/keys/${key.pkh}`, bytes)),
  };
}

function raw(row: Omit<Row, 'send'>, request: (target: Target) => readonly (string | Uint8Array)[], pauseMs = 0): Row {
  return {
    ...row,
    send: async (target) => rawReply(await rawRequest(target.signer.api, request(target), { pauseMs })),
  };
}

function sized(path: string, lines: readonly string[], content = goodBody, host = 'localhost'): string {
  return sizedBody(path, lines, content, host);
}

/** A request that is signed without a record. */
function transferOf(pkh: string): string {
  const message = composeBatch([{ kind: 'transaction', source: pkh, destination: pkh, amount: 1n }]);
  return JSON.stringify(Buffer.from(message).toString('hex'));
}

const bodies: readonly Row[] = [
  body(1, 'an empty body', '', 'body_empty'),
  body(2, 'null', 'null', 'truncated'),
  body(2, '[]', '[]', 'json_type'),
  body(2, '"x"', '"x"', 'hex_invalid'),
  body(2, '5', '5', 'json_type'),
  body(3, 'truncated JSON', '"03', 'json_syntax'),
  body(4, 'bytes after the JSON', '"03" 1', 'json_trailing'),
  body(5, 'a byte order mark', '\ufeff"03"', 'json_encoding'),
  body(5, 'UTF-16', Buffer.from('"03"', 'utf16le'), 'json_syntax'),
  body(5, 'invalid UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'json_encoding'),
  body(6, 'a key twice', '{"a":1,"a":2}', 'json_duplicate_key'),
  body(7, '__proto__ as a key', '{"__proto__":1}', 'json_forbidden_key'),
  body(7, 'constructor as a key', '{"constructor":1}', 'json_forbidden_key'),
  body(8, '200,000 nested arrays', '['.repeat(200_000), 'json_too_deep'),
  body(9, '100,000 keys', `{${Array.from({ length: 100_000 }, (_, i) => `"${i}":0`).join(',')}}`, 'json_too_complex'),
];

const sizes: readonly Row[] = [
  {
    ...body(10, 'one byte over the limit', `"${'0'.repeat(limits.requestBodyBytes - 1)}"`, 'body_too_large'),
    status: 413,
  },
  raw({ row: 10, input: 'endless chunks', status: 413, code: 'body_too_large' }, ({ key }) => [
    head(`/keys/${key.pkh}`, ['Transfer-Encoding: chunked']),
    ...Array.from({ length: 40 }, () => `8000\r\n${'0'.repeat(0x8000)}\r\n`),
  ]),
  raw({ row: 11, input: '10 bytes promised, 2 sent', status: 408, code: 'request_timeout' }, ({ key }) => [
    `${head(`/keys/${key.pkh}`, ['Content-Length: 10'])}"0`,
  ]),
  raw(
    { row: 12, input: 'headers one byte at a time', status: 408, code: 'request_timeout' },
    () => ['POST / HTTP/1.1\r\n', ...Array.from({ length: 30 }, () => 'x')],
    300,
  ),
  raw({ row: 16, input: 'headers of 17 KiB', status: 431, code: 'headers_too_large' }, ({ key }) => [
    sized(`/keys/${key.pkh}`, [`X-Filler: ${'x'.repeat(17 * 1024)}`]),
  ]),
];

const heads: readonly Row[] = [
  raw({ row: 13, input: 'Content-Length and Transfer-Encoding', status: 400, code: 'http_malformed' }, ({ key }) => [
    `${head(`/keys/${key.pkh}`, ['Content-Length: 6', 'Transfer-Encoding: chunked'])}6\r\n${goodBody}\r\n0\r\n\r\n`,
  ]),
  ...[
    ['Content-Type: text/plain'],
    ['Content-Type: application/json\tx'],
    ['Content-Type:   application/json'],
    [],
  ].map((lines) =>
    raw(
      { row: 14, input: `the header ${JSON.stringify(lines[0] ?? 'none')}`, status: 200, code: null, overruled },
      ({ key }) => [sized(`/keys/${key.pkh}`, lines, transferOf(key.pkh))],
    ),
  ),
  raw({ row: 15, input: 'Content-Encoding: gzip', status: 415, code: 'content_encoding' }, ({ key }) => [
    sized(`/keys/${key.pkh}`, ['Content-Encoding: gzip']),
  ]),
  ...['/keys/../healthz', '/keys/%2e%2e/healthz', '//keys', '/keys/\u0001', `/${'k'.repeat(10 * 1024)}`].map((path) =>
    raw(
      {
        row: 17,
        input: `path ${JSON.stringify(path.slice(0, 30))}`,
        status: 400,
        code: path.includes('\u0001') ? 'http_malformed' : 'path_invalid',
      },
      () => [sized(path, [])],
    ),
  ),
  ...['evil.example', ''].map((host) =>
    raw({ row: 28, input: `Host ${JSON.stringify(host)}`, status: 403, code: 'host_not_allowed' }, ({ key }) => [
      sized(`/keys/${key.pkh}`, [], goodBody, host),
    ]),
  ),
];

const routes: readonly Row[] = [
  {
    row: 18,
    input: 'DELETE on a key',
    status: 405,
    code: null,
    send: async ({ signer, key }) => {
      const response = await fetch(`${signer.api}/keys/${key.pkh}`, { method: 'DELETE' });
      assert.equal(response.headers.get('allow'), 'GET, POST');
      assert.equal(await response.text(), '');
      return { status: response.status, code: response.headers.get('tidemark-error') };
    },
  },
  {
    row: 19,
    input: 'an unknown path',
    status: 404,
    code: 'no_route',
    send: async ({ signer }) => {
      const answer = await signer.get('/nothing');
      assert.equal(answer.body, '404 page not found\n');
      return replyOf(answer);
    },
  },
];

export const httpRows: readonly Row[] = [...bodies, ...sizes, ...heads, ...routes];
