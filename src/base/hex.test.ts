import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from './fault.ts';
import { fromHex, toHex } from './hex.ts';

test('every byte survives both ways, in either case', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.deepEqual(Uint8Array.from(fromHex(toHex(bytes))), bytes);
  assert.deepEqual(Uint8Array.from(fromHex(toHex(bytes).toUpperCase())), bytes);
  assert.equal(fromHex('').length, 0);
});

for (const [text, message] of [
  ['0g', "encoding/hex: invalid byte: U+0067 'g'"],
  ['0x00', "encoding/hex: invalid byte: U+0078 'x'"],
  ['00 ', "encoding/hex: invalid byte: U+0020 ' '"],
  ['0', 'encoding/hex: odd length hex string'],
  ['\u0130\u0130', "encoding/hex: invalid byte: U+0130 'İ'"],
  ['\uff11\uff11', "encoding/hex: invalid byte: U+FF11 '１'"],
] as const) {
  test(`${JSON.stringify(text)} is refused: ${message}`, () => {
    assert.throws(
      () => fromHex(text),
      (error) => isFault(error, 'hex_invalid') && error.message === message,
    );
  });
}
