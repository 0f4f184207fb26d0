import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../base/fault.ts';
import { messageFromBody } from './tezos-body.ts';

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
}

const read: readonly [string, string][] = [
  ['"03ff"', '03ff'],
  [' \r\n\t"03FF"\n', '03ff'],
  ['"\\u0030\\u0033"', '03'],
  ['""', ''],
  ['null', ''],
];

for (const [body, hex] of read) {
  test(`reads ${JSON.stringify(body)}`, () =>
    assert.equal(Buffer.from(messageFromBody(bytesOf(body))).toString('hex'), hex));
}

const refused: readonly [string | Uint8Array, string, RegExp][] = [
  ['', 'body_empty', /^unexpected end of JSON input$/u],
  ['  \n', 'body_empty', /^unexpected end of JSON input$/u],
  [Uint8Array.of(3), 'json_syntax', /^invalid character '\\x03' looking for beginning of value$/u],
  ['5', 'json_type', /^json: cannot unmarshal number into Go value of type string$/u],
  ['{}', 'json_type', /cannot unmarshal object/u],
  ['[]', 'json_type', /cannot unmarshal array/u],
  ['true', 'json_type', /cannot unmarshal bool/u],
  ['"03', 'json_syntax', /./u],
  ['"03" 1', 'json_trailing', /./u],
  ['"03f"', 'hex_invalid', /^encoding\/hex: odd length hex string$/u],
  ['"03fZ"', 'hex_invalid', /^encoding\/hex: invalid byte: U\+005A 'Z'$/u],
  ['"0x03"', 'hex_invalid', /^encoding\/hex: invalid byte: U\+0078 'x'$/u],
  ['\ufeff"03"', 'json_encoding', /./u],
  [Uint8Array.of(0x22, 0xff, 0x22), 'json_encoding', /./u],
  [Buffer.from('"03"', 'utf16le'), 'json_syntax', /./u],
  ['['.repeat(200_000), 'json_too_deep', /./u],
  ['{"a":1,"a":2}', 'json_duplicate_key', /./u],
  ['{"__proto__":1}', 'json_forbidden_key', /./u],
];

for (const [body, code, message] of refused) {
  test(`refuses ${JSON.stringify(String(body).slice(0, 30))} as ${code}`, () => {
    assert.throws(
      () => messageFromBody(bytesOf(body)),
      (error) => error instanceof Fault && error.code === code && message.test(error.message),
    );
  });
}
