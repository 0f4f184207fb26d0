import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, isFault } from '../base/fault.ts';
import { fromHex } from '../base/hex.ts';
import { skipMicheline, skipMichelineField } from './micheline.ts';
import { Reader } from './reader.ts';

/** The fault of reading these bytes as one expression, or how many bytes it left. */
function outcome(bytes: Uint8Array, skip = skipMicheline): FaultCode | number {
  const reader = new Reader(bytes);
  try {
    skip(reader);
  } catch (error) {
    if (isFault(error)) return error.code;
    throw error;
  }
  return reader.left;
}

/** One expression of each tag. */
const expressions = [
  '0001', // 1
  '00ffffff7f', // a longer number
  '0041', // -1
  '01000000026869', // "hi"
  '0200000000', // {}
  '02000000040001030b', // {1; Unit}
  '030b', // Unit
  '040b000000022561', // Unit %a
  '05050001', // Left 1
  '060500010000000125', // Left 1 %
  '0707000103 0b', // Pair 1 Unit
  '0807000103 0b0000000125', // Pair %
  '0907000000060001000200030000 0000', // Pair 1 2 3
  '0a00000002cafe', // 0xcafe
].map((hex) => fromHex(hex.replaceAll(' ', '')));

test('expressions of all tags are read to their last byte', () => {
  for (const bytes of expressions) {
    assert.equal(outcome(bytes), 0, Buffer.from(bytes).toString('hex'));
    assert.equal(outcome(Uint8Array.of(...bytes, 7)), 1);
  }
});

test('every expression that is cut short is refused', () => {
  for (const bytes of expressions) {
    for (let length = 0; length < bytes.length; length += 1) {
      assert.equal(outcome(bytes.subarray(0, length)), 'truncated', `${Buffer.from(bytes).toString('hex')} ${length}`);
    }
  }
});

test('other tags are refused', () => {
  for (let tag = 11; tag < 256; tag += 1) assert.equal(outcome(Uint8Array.of(tag, 0, 0, 0, 0, 0)), 'unknown_kind');
});

test('a length that lies is refused, in sequences too', () => {
  assert.equal(outcome(fromHex('0200000003000103')), 'truncated');
  assert.equal(outcome(fromHex('02ffffffff0001')), 'truncated');
  assert.equal(outcome(fromHex('01ffffffff68')), 'truncated');
});

test('a field holds one expression, no more and no less', () => {
  assert.equal(outcome(fromHex('00000002030b'), skipMichelineField), 0);
  assert.equal(outcome(fromHex('00000002030b0c'), skipMichelineField), 1);
  assert.equal(outcome(fromHex('00000003030b0c'), skipMichelineField), 'malformed_request');
  assert.equal(outcome(fromHex('00000001030b'), skipMichelineField), 'truncated');
  assert.equal(outcome(fromHex('00000000'), skipMichelineField), 'truncated');
});

test('depth is bounded, however an expression gets deep', () => {
  const left = (depth: number): Uint8Array => Uint8Array.of(...new Uint8Array(2 * depth).fill(5), 3, 11);
  assert.equal(outcome(left(1000)), 0);
  assert.equal(outcome(left(1001)), 'malformed_request');
  assert.equal(outcome(left(50_000)), 'malformed_request');
  let nested = Buffer.from([3, 11]);
  for (let depth = 0; depth < 1001; depth += 1) {
    const head = Buffer.from([2, 0, 0, 0, 0]);
    head.writeUInt32BE(nested.length, 1);
    nested = Buffer.concat([head, nested]);
  }
  assert.equal(outcome(nested), 'malformed_request');
  assert.equal(outcome(nested.subarray(5)), 0);
});

test('the number of nodes is bounded', () => {
  const sequence = (nodes: number): Uint8Array => {
    const bytes = Buffer.alloc(5 + 2 * nodes, Buffer.from([3, 11]));
    bytes[0] = 2;
    bytes.writeUInt32BE(2 * nodes, 1);
    for (let at = 5; at < bytes.length; at += 2) bytes.set([3, 11], at);
    return bytes;
  };
  assert.equal(outcome(sequence(65_535)), 0);
  assert.equal(outcome(sequence(65_536)), 'malformed_request');
});
