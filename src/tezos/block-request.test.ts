import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, isFault } from '../base/fault.ts';
import { composeBlock } from './compose.ts';
import { parseRequest } from './request.ts';

const chainId = 'NetXo5iVw1vBoxM';
const seedNonceHash = new Uint8Array(32).fill(9);
/** Where the fitness begins. */
const fitnessAt = 87;

const plain = composeBlock({ chainId, level: 34, round: 4 });
const locked = composeBlock({ chainId, level: 34, round: 4, lockedRound: 2 });
const everyForm = [
  plain,
  locked,
  composeBlock({ chainId, level: 34, round: 4, seedNonceHash }),
  composeBlock({ chainId, level: 34, round: 4, payloadRound: 1, lockedRound: 1, seedNonceHash }),
];

function refusal(message: Uint8Array): [FaultCode, string] | 'accepted' {
  try {
    parseRequest(message, 2);
  } catch (error) {
    if (isFault(error)) return [error.code, error.message];
    throw error;
  }
  return 'accepted';
}

/** A copy with other bytes at an offset. */
function changed(message: Uint8Array, offset: number, ...bytes: number[]): Uint8Array {
  const copy = Uint8Array.from(message);
  copy.set(bytes, offset);
  return copy;
}

test('a block is read with and without a locked round and a seed nonce', () => {
  assert.deepEqual(
    everyForm.map(({ length }) => length),
    [198, 202, 230, 234],
  );
  for (const message of everyForm) {
    assert.deepEqual(parseRequest(message, 2), { kind: 'block', chainId, level: 34n, round: 4n, operations: [] });
  }
});

test('the round is that of the fitness: a payload that is proposed again has a lower one of its own', () => {
  for (const lockedRound of [0, 3]) {
    const again = parseRequest(composeBlock({ chainId, level: 34, round: 7, payloadRound: 0, lockedRound }), 2);
    assert.ok(again.kind === 'block');
    assert.equal(again.round, 7n);
  }
});

test('any level and round is read back, to the largest', () => {
  const int31 = fc.nat(0x7fff_ffff);
  const anyParts = fc.record(
    { level: int31, round: int31, payloadRound: int31, lockedRound: int31, seedNonceHash: fc.constant(seedNonceHash) },
    { requiredKeys: ['level', 'round'] },
  );
  fc.assert(
    fc.property(anyParts, (parts) => {
      const request = parseRequest(composeBlock({ chainId, ...parts }), 2);
      assert.ok(request.kind === 'block');
      assert.deepEqual([request.level, request.round], [BigInt(parts.level), BigInt(parts.round)]);
    }),
  );
});

test('every block that is cut short is refused, and every byte after its end', () => {
  for (const message of everyForm) {
    for (let length = 1; length < message.length; length += 1) {
      assert.equal(refusal(message.subarray(0, length))[0], 'truncated', `${length} of ${message.length}`);
    }
    assert.equal(refusal(Uint8Array.of(...message, 0))[0], 'trailing_bytes');
    assert.equal(refusal(Uint8Array.of(...message, ...message))[0], 'trailing_bytes');
  }
});

test('negative numbers are refused, each by its name', () => {
  const cases = [
    [{ level: -1 }, 'level -1 is negative'],
    [{ level: -(2 ** 31) }, 'level -2147483648 is negative'],
    [{ round: -1, payloadRound: 0 }, 'round -1 is negative'],
    [{ payloadRound: -1 }, 'payload round -1 is negative'],
    [{ lockedRound: -1 }, 'locked round -1 is negative'],
  ] as const;
  for (const [parts, sentence] of cases) {
    const message = composeBlock({ chainId, level: 34, round: 4, ...parts });
    assert.deepEqual(refusal(message), ['number_range', sentence]);
  }
});

test('a fitness that lies about its length is refused', () => {
  for (const length of [0, 1, 32, 34, 36, 38, 255]) {
    assert.equal(refusal(changed(plain, fitnessAt - 4, 0, 0, 0, length))[0], 'malformed_request');
  }
  assert.equal(refusal(changed(plain, fitnessAt - 4, 0xff, 0xff, 0xff, 0xff))[0], 'malformed_request');
  // The other of the two lengths, where the bytes are not those of the other form.
  assert.notEqual(refusal(changed(plain, fitnessAt - 1, 37)), 'accepted');
  assert.notEqual(refusal(changed(locked, fitnessAt - 1, 33)), 'accepted');
});

test('a fitness of another level than the header is refused', () => {
  const other = ['malformed_request', 'the fitness says another level than the header'];
  assert.deepEqual(refusal(changed(plain, 8, 35)), other);
  assert.deepEqual(refusal(changed(plain, fitnessAt + 12, 35)), other);
});

test('every changed byte of the fitness is refused, but for the numbers that may differ', () => {
  // Offsets in a fitness with a locked round: that round, the predecessor's and the round itself.
  const free = [17, 18, 19, 20, 25, 26, 27, 28, 33, 34, 35, 36];
  for (let offset = 0; offset < 37; offset += 1) {
    const byte = locked[fitnessAt + offset] ?? 0;
    const outcome = refusal(changed(locked, fitnessAt + offset, byte ^ 1));
    assert.equal(outcome === 'accepted', free.includes(offset), `byte ${offset}: ${String(outcome)}`);
  }
});

test("a predecessor's round that is not a complement is refused", () => {
  const place = "the fitness has a malformed predecessor's round";
  assert.deepEqual(refusal(changed(plain, fitnessAt + 21, 0, 0, 0, 0)), ['malformed_request', place]);
});

test('a seed nonce flag that is neither yes nor no is refused', () => {
  for (const flag of [1, 2, 0x7f, 0xfe]) assert.equal(refusal(changed(plain, 196, flag))[0], 'malformed_request');
});
