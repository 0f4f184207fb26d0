import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, isFault } from '../base/fault.ts';
import { composeAttestation, composePreattestation } from './compose.ts';
import { parseRequest, type SigningVersion } from './request.ts';

const chainId = 'NetXo5iVw1vBoxM';
const position = { chainId, level: 34, round: 4 };

/** One request of each operation tag, with its kind. */
const requests = [
  [20, composePreattestation(position), 'preattestation'],
  [21, composeAttestation(position), 'attestation'],
  [23, composeAttestation({ ...position, dal: 0x3fffn }), 'attestation_with_dal'],
  [40, composePreattestation({ ...position, tag: 40 }), 'preattestation'],
  [41, composeAttestation({ ...position, tag: 41 }), 'attestation'],
] as const;

const levelAt = (tag: number): number => (tag >= 40 ? 38 : 40);

function refusal(message: Uint8Array, version: SigningVersion = 2): [FaultCode, string] | 'accepted' {
  try {
    parseRequest(message, version);
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

test('each operation of consensus is read as its kind, chain, level and round', () => {
  for (const [tag, message, kind] of requests) {
    assert.equal(message[37], tag);
    assert.deepEqual(parseRequest(message, 2), { kind, chainId, level: 34n, round: 4n, operations: [] });
  }
});

test('any level and round is read back, to the largest', () => {
  const int31 = fc.nat(0x7fff_ffff);
  const anyParts = fc.record({
    level: int31,
    round: int31,
    slot: fc.nat(0xffff),
    tag: fc.constantFrom(20, 21, 23, 40, 41),
  });
  fc.assert(
    fc.property(anyParts, fc.bigInt(0n, 2n ** 64n), ({ level, round, slot, tag }, dal) => {
      const parts = { chainId, level, round, slot, tag };
      const attestation = composeAttestation(tag === 23 ? { ...parts, dal } : parts);
      const message = tag === 20 || tag === 40 ? composePreattestation(parts) : attestation;
      const request = parseRequest(message, 2);
      assert.ok(request.chainId !== null);
      assert.deepEqual([request.level, request.round], [BigInt(level), BigInt(round)]);
    }),
  );
});

test('every request that is cut short is refused as such', () => {
  for (const [tag, message] of requests) {
    for (let length = 1; length < message.length; length += 1) {
      assert.equal(refusal(message.subarray(0, length))[0], 'truncated', `tag ${tag}, ${length} bytes`);
    }
  }
  const text = 'gotez: buffer is too short, at least 80 byte(s) were expected, had 79';
  assert.deepEqual(refusal(requests[0][1].subarray(0, 79)), ['truncated', text]);
});

test('bytes after the end are refused, a second operation too', () => {
  for (const [, message] of requests) {
    assert.equal(refusal(Uint8Array.of(...message, 0))[0], 'trailing_bytes');
    assert.equal(refusal(Uint8Array.of(...message, ...message.subarray(37)))[0], 'trailing_bytes');
  }
});

test('DAL content must be one number, written without a needless byte and not without end', () => {
  const withDal = (...dal: number[]): Uint8Array => Uint8Array.of(...requests[2][1].subarray(0, 80), ...dal);
  assert.equal(refusal(withDal(0)), 'accepted');
  assert.equal(refusal(withDal(0x80, 1)), 'accepted');
  assert.equal(refusal(withDal())[0], 'truncated');
  assert.equal(refusal(withDal(0x80))[0], 'truncated');
  assert.equal(refusal(withDal(0x80, 0))[0], 'malformed_request');
  assert.equal(refusal(withDal(1, 1))[0], 'trailing_bytes');
  assert.equal(refusal(withDal(...Array.from({ length: 5000 }, () => 0xff), 1))[0], 'malformed_request');
});

test('negative levels and rounds are refused', () => {
  for (const [tag, message] of requests) {
    const at = levelAt(tag);
    const [minusOne, largest] = [
      [0xff, 0xff, 0xff, 0xff],
      [0x7f, 0xff, 0xff, 0xff],
    ];
    assert.deepEqual(refusal(changed(message, at, ...minusOne)), ['number_range', 'level -1 is negative']);
    assert.deepEqual(refusal(changed(message, at, 0x80, 0, 0, 1)), ['number_range', 'level -2147483647 is negative']);
    assert.deepEqual(refusal(changed(message, at + 4, ...minusOne)), ['number_range', 'round -1 is negative']);
    assert.equal(refusal(changed(message, at, ...largest, ...largest)), 'accepted');
  }
});

test('an operation under the other magic byte, and any unknown tag, is refused', () => {
  for (const [tag, message] of requests) {
    const other = message[0] === 0x12 ? 0x13 : 0x12;
    assert.deepEqual(refusal(changed(message, 0, other)), ['unknown_kind', `gotez: unknown tag ${tag}`]);
  }
  const known = [20, 21, 23, 40, 41];
  for (let tag = 0; tag < 256; tag += 1) {
    if (!known.includes(tag)) assert.equal(refusal(changed(requests[1][1], 37, tag))[0], 'unknown_kind');
  }
});

test('version 1 knows no operation of tz4 keys and one name for attestations', () => {
  const kinds = requests.map(([, message]) => {
    const found = refusal(message, 1);
    return found === 'accepted' ? parseRequest(message, 1).kind : found[0];
  });
  assert.deepEqual(kinds, ['preattestation', 'attestation', 'attestation', 'unknown_kind', 'unknown_kind']);
});

test('version 0 reads like version 2', () => {
  for (const [, message] of requests) assert.deepEqual(parseRequest(message, 0), parseRequest(message, 2));
});
