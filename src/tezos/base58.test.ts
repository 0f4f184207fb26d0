import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { decode, encode, prefixes } from './base58.ts';

const baker = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';

function refusal(text: string): string {
  try {
    decode(text);
  } catch (error) {
    if (isFault(error, 'base58check')) return error.message;
    throw error;
  }
  return 'accepted';
}

test('every prefix carries its payload there and back', () => {
  const entry = fc.constantFrom(...prefixes);
  const pair = entry.chain(({ name, length }) =>
    fc.tuple(fc.constant(name), fc.uint8Array({ minLength: length, maxLength: length })),
  );
  fc.assert(
    fc.property(pair, ([name, payload]) => {
      const { prefix, payload: back } = decode(encode(name, payload));
      assert.equal(prefix, name);
      assert.deepEqual([...back], [...payload]);
    }),
  );
});

test('a text begins with the name of its prefix', () => {
  for (const { name, length } of prefixes) {
    const written = name === 'edsk64' ? 'edsk' : name;
    for (const byte of [0, 127, 255]) {
      const text = encode(name, new Uint8Array(length).fill(byte));
      assert.ok(text.startsWith(written), `${name}: ${text}`);
    }
  }
});

test('no prefix begins with another, so a text has one reading', () => {
  for (const one of prefixes) {
    const bytes: readonly number[] = one.bytes;
    const begins = prefixes.filter((other) => other.bytes.every((byte, index) => bytes[index] === byte));
    assert.deepEqual(begins, [one]);
  }
});

test('damaged texts are refused in the words that clients know', () => {
  assert.equal(refusal(baker.replace('W', 'X')), 'gotez: base58Check decoding error: invalid checksum');
  assert.equal(refusal(baker.slice(0, -1)), 'gotez: base58Check decoding error: invalid checksum');
  assert.equal(refusal('1'.repeat(36)), 'gotez: base58Check decoding error: invalid checksum');
  assert.equal(refusal(''), 'gotez: base58Check decoding error: data is too short: 0');
  assert.equal(refusal('tz1'), 'gotez: base58Check decoding error: data is too short: 3');
  assert.equal(refusal('tz1labc'), 'gotez: base58 decoding error: unexpected character at position 3: l');
  assert.equal(refusal('0OIl'), 'gotez: base58 decoding error: unexpected character at position 0: 0');
  assert.equal(refusal(`${baker} `), 'gotez: base58 decoding error: unexpected character at position 36:  ');
  // An address of a Bitcoin key: right checksum, no prefix of ours.
  assert.equal(refusal('1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'), 'gotez: unknown Tezos base58 prefix');
});

test('a payload of another length than the prefix wants is refused', () => {
  // tz1 prefix before 19 and before 21 bytes, made with the checksum of those bytes.
  const wrong = 'gotez: invalid base58 message length: expected 20';
  assert.equal(refusal('Cn64KMmtQACuxa9Ua7EV7F4CLQK8Khnbbt3'), `${wrong}, got 19`);
  assert.equal(refusal('4xScRGSU5JekTx2wqa89HggQHcDrYPLcRM7gwq'), `${wrong}, got 21`);
});

test('a long text is refused before the decoder sees it', () => {
  assert.equal(refusal('1'.repeat(161)), 'base58 text of 161 characters, more than 160');
  assert.match(refusal('z'.repeat(1_000_000)), /^base58 text of 1000000 characters/u);
});

test('any other text is refused with a fault, never another error', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      assert.notEqual(refusal(text), 'accepted');
    }),
  );
});

test('to encode a payload of the wrong length is an error of the program', () => {
  assert.throws(() => encode('tz1', new Uint8Array(19)), /assertion failed/u);
});
