import assert from 'node:assert/strict';
import { limits } from '../../../src/base/limits.ts';
import { attestationBody } from '../../support/ethereum-bodies.ts';
import { type EthereumKey, signPath } from '../../support/ethereum-setup.ts';
import type { SignerProcess } from '../../support/signer-process.ts';
import { rawRequest } from './raw-request.ts';
import { head, sized } from './raw-text.ts';
import { rawReply, replyOf } from './reply.ts';
import type { Row } from './row.ts';

/** What the rows of Ethereum's signing route are sent to. */
interface EthereumTarget {
  readonly signer: SignerProcess;
  readonly key: EthereumKey;
}

type EthereumHttpRow = Row<EthereumTarget>;

const overruled = 'Web3Signer takes a body whatever its type says';
/** Signed once before the rows: whoever gets this far is answered with the same signature, and nothing is recorded. */
export const knownBody = attestationBody({ source: 5, target: 6 });

function body(row: number, input: string, bytes: string | Uint8Array, code: string): EthereumHttpRow {
  return {
    ...{ row, input, status: 400, code },
    send: async ({ signer, key }) => replyOf(await signer.post(signPath(key.publicKey), bytes)),
  };
}

type Chunks = readonly (string | Uint8Array)[];

function raw(row: Omit<EthereumHttpRow, 'send'>, request: (path: string) => Chunks, pauseMs = 0): EthereumHttpRow {
  const send: EthereumHttpRow['send'] = async ({ signer, key }) =>
    rawReply(await rawRequest(signer.api, request(signPath(key.publicKey)), { pauseMs }));
  return { ...row, send };
}

/** A good body with a member more. */
function withMember(text: string): string {
  return knownBody.replace('{', `{${text},`);
}

const bodies: readonly EthereumHttpRow[] = [
  body(1, 'an empty body', '', 'body_empty'),
  body(1, 'white space', ' \r\n\t', 'json_syntax'),
  ...['null', '[]', '"x"', '5', 'true'].map((text) => body(2, text, text, 'field_invalid')),
  body(3, 'truncated JSON', knownBody.slice(0, -1), 'json_syntax'),
  body(3, 'a comment', withMember('/* a comment */"a":1'), 'json_syntax'),
  body(3, 'single quotes', "{'type':'ATTESTATION'}", 'json_syntax'),
  body(3, 'a comma too much', knownBody.replace(/\}$/u, ',}'), 'json_syntax'),
  body(4, 'bytes after the JSON', `${knownBody} 1`, 'json_trailing'),
  body(4, 'two requests', knownBody + knownBody, 'json_trailing'),
  body(5, 'a byte order mark', `\ufeff${knownBody}`, 'json_encoding'),
  body(5, 'UTF-16', Buffer.from(knownBody, 'utf16le'), 'json_syntax'),
  body(5, 'invalid UTF-8', Buffer.from(withMember('"a":"\xff"'), 'latin1'), 'json_encoding'),
  body(5, 'half a surrogate pair', withMember('"a":"\\ud800"'), 'json_encoding'),
  body(6, 'a type twice', withMember('"type":"BLOCK_V2"'), 'json_duplicate_key'),
  body(6, 'a type twice, once escaped', withMember('"\\u0074ype":"BLOCK_V2"'), 'json_duplicate_key'),
  body(6, 'an epoch twice', knownBody.replace('"epoch":"6"', '"epoch":"6","epoch":"7"'), 'json_duplicate_key'),
  ...['__proto__', 'constructor', 'prototype'].map((name) =>
    body(7, `${name} as a key`, withMember(`"${name}":1`), 'json_forbidden_key'),
  ),
  body(8, '200,000 nested arrays', '['.repeat(200_000), 'json_too_deep'),
  body(8, '17 nested objects', withMember(`"a":${'{"a":'.repeat(17)}1${'}'.repeat(17)}`), 'json_too_deep'),
  body(9, '200,001 keys', `{${Array.from({ length: 200_001 }, (_, i) => `"${i}":0`).join(',')}}`, 'json_too_complex'),
];

const sizes: readonly EthereumHttpRow[] = [
  raw({ row: 10, input: 'one byte over the limit', status: 413, code: 'body_too_large' }, (path) => [
    head(path, [`Content-Length: ${limits.ethereumBodyBytes + 1}`]),
  ]),
  raw({ row: 10, input: 'endless chunks', status: 413, code: 'body_too_large' }, (path) => [
    head(path, ['Transfer-Encoding: chunked']),
    ...Array.from({ length: 340 }, () => `8000\r\n${'0'.repeat(0x8000)}\r\n`),
  ]),
  raw({ row: 11, input: '10 bytes promised, 2 sent', status: 408, code: 'request_timeout' }, (path) => [
    `${head(path, ['Content-Length: 10'])}{"`,
  ]),
  raw(
    { row: 12, input: 'headers one byte at a time', status: 408, code: 'request_timeout' },
    (path) => [`POST ${path} HTTP/1.1\r\n`, ...Array.from({ length: 30 }, () => 'x')],
    300,
  ),
  raw({ row: 16, input: 'headers of 17 KiB', status: 431, code: 'headers_too_large' }, (path) => [
    sized(path, [`X-Filler: ${'x'.repeat(17 * 1024)}`], knownBody),
  ]),
];

const contentTypes = ['text/plain', 'application/xml', 'application/json\tx', '  application/json', null];

const heads: readonly EthereumHttpRow[] = [
  raw({ row: 13, input: 'Content-Length and Transfer-Encoding', status: 400, code: 'http_malformed' }, (path) => [
    `${head(path, ['Content-Length: 6', 'Transfer-Encoding: chunked'])}6\r\n"0300"\r\n0\r\n\r\n`,
  ]),
  raw({ row: 13, input: 'Content-Length twice', status: 400, code: 'http_malformed' }, (path) => [
    sized(path, ['Content-Length: 3'], knownBody),
  ]),
  raw({ row: 13, input: 'lines that end without a carriage return', status: 400, code: 'http_malformed' }, (path) => [
    sized(path, [], knownBody).replaceAll('\r\n', '\n'),
  ]),
  ...contentTypes.map((type) =>
    raw({ row: 14, input: `Content-Type: ${JSON.stringify(type)}`, status: 200, code: null, overruled }, (path) => [
      sized(path, type === null ? [] : [`Content-Type: ${type}`], knownBody),
    ]),
  ),
  raw({ row: 15, input: 'Content-Encoding: gzip', status: 415, code: 'content_encoding' }, (path) => [
    sized(path, ['Content-Encoding: gzip'], knownBody),
  ]),
  ...['evil.example', ''].map((host) =>
    raw({ row: 28, input: `Host ${JSON.stringify(host)}`, status: 403, code: 'host_not_allowed' }, (path) => [
      sized(path, [], knownBody, host),
    ]),
  ),
  raw({ row: 28, input: 'the page of another site', status: 403, code: 'host_not_allowed' }, (path) => [
    sized(path, ['Origin: https://evil.example'], knownBody),
  ]),
];

function path(input: string, code: string, change: (path: string) => string): EthereumHttpRow {
  return raw({ row: 17, input, status: 400, code }, (good) => [sized(change(good), [], knownBody)]);
}

const paths: readonly EthereumHttpRow[] = [
  path('a path with ..', 'path_invalid', (good) => good.replace('sign/', 'sign/../sign/')),
  path('a path with %2e%2e', 'path_invalid', (good) => good.replace('sign/', 'sign/%2e%2e/sign/')),
  path('a path with //', 'path_invalid', (good) => good.replace('/sign/', '//sign/')),
  path('an escaped key', 'path_invalid', (good) => good.replace('0x', '%30x')),
  path('NUL after the key', 'http_malformed', (good) => `${good}\u0000`),
  path('an escaped NUL after the key', 'path_invalid', (good) => `${good}%00`),
  path('a key of 10 KiB', 'path_invalid', (good) => good + '0'.repeat(10 * 1024)),
];

function nowhere(input: string, change: (path: string) => string): EthereumHttpRow {
  return raw({ row: 19, input, status: 404, code: 'no_route' }, (good) => [sized(change(good), [], knownBody)]);
}

const routes: readonly EthereumHttpRow[] = [
  ...['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'].map((method): EthereumHttpRow => {
    const send: EthereumHttpRow['send'] = async ({ signer, key }) => {
      const response = await fetch(`${signer.api}${signPath(key.publicKey)}`, { method });
      assert.equal(response.headers.get('allow'), 'POST');
      await response.text();
      return { status: response.status, code: response.headers.get('tidemark-error') };
    };
    return { row: 18, input: `${method} on a key`, status: 405, code: 'method_not_allowed', send };
  }),
  nowhere('an unknown path', (good) => good.replace('sign', 'sing')),
  nowhere('another version', (good) => good.replace('v1', 'v2')),
  nowhere('a path in upper case', (good) => good.toUpperCase()),
  nowhere('a slash after the key', (good) => `${good}/`),
  nowhere('no key and no slash', () => '/api/v1/eth2/sign'),
];

export const ethereumHttpRows: readonly EthereumHttpRow[] = [...bodies, ...sizes, ...heads, ...paths, ...routes];
