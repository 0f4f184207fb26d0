import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault, type FaultCode } from '../base/fault.ts';
import { fromHex } from '../base/hex.ts';
import { composeAttestation, composeBatch, composeBlock, composePreattestation } from './compose.ts';
import { parseRequest, type SigningVersion } from './request.ts';

const chainId = 'NetXo5iVw1vBoxM';
const source = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const versions: readonly SigningVersion[] = [0, 1, 2];
const inputCodes: readonly FaultCode[] = [
  'truncated',
  'unknown_kind',
  'trailing_bytes',
  'number_range',
  'malformed_request',
];

function outcome(message: Uint8Array, version: SigningVersion = 2): string {
  try {
    return parseRequest(message, version).kind;
  } catch (error) {
    if (!isFault(error) || !inputCodes.includes(error.code)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

test('no bytes are a request that is cut short, in the words that clients know', () => {
  assert.equal(
    outcome(new Uint8Array(0)),
    'truncated: gotez: buffer is too short, at least 1 byte(s) were expected, had 0',
  );
});

test('no other first byte can be signed', () => {
  for (let magic = 0; magic < 256; magic += 1) {
    if ([0x03, 0x05, 0x11, 0x12, 0x13].includes(magic)) continue;
    const message = Uint8Array.of(magic, ...new Uint8Array(200));
    assert.equal(outcome(message), `unknown_kind: gotez: unknown tag ${magic}`);
  }
});

test('packed data is one expression and nothing after it', () => {
  for (const hex of ['050a00000016000032041dca76bac940b478aae673e362bd15847ed8', '050000000a68656c6c6f']) {
    const bytes = fromHex(hex);
    const expected = hex.startsWith('050a') ? 'pack' : 'trailing_bytes';
    assert.equal(outcome(bytes).split(':')[0], expected);
    assert.equal(outcome(Uint8Array.of(...bytes, 0)).split(':')[0], 'trailing_bytes');
    assert.equal(outcome(bytes, 1), 'unknown_kind: gotez: unknown tag 5');
  }
  assert.equal(outcome(Uint8Array.of(5)).split(':')[0], 'truncated');
});

const samples = [
  composeBlock({ chainId, level: 5, round: 1, lockedRound: 0 }),
  composePreattestation({ chainId, level: 5, round: 1 }),
  composeAttestation({ chainId, level: 5, round: 1, dal: 500n }),
  composeAttestation({ chainId, level: 5, round: 1, tag: 41 }),
  composeBatch([
    { kind: 'transaction', source, destination: source, amount: 7n, entrypoint: 6 },
    { kind: 'delegation', source, delegate: source },
    { kind: 'delegation', source, delegate: null },
  ]),
];

test('random bytes end in a request or in a fault of bad input, in every version', () => {
  const magic = fc.constantFrom(0x03, 0x05, 0x11, 0x12, 0x13);
  fc.assert(
    fc.property(magic, fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...versions), (magic, rest, version) => {
      void outcome(Uint8Array.of(magic, ...rest), version);
    }),
    { numRuns: 5000 },
  );
});

test('damaged requests end in a request or in a fault of bad input', () => {
  const damage = fc.array(fc.tuple(fc.nat(250), fc.nat(255)), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...samples), damage, fc.constantFrom(...versions), (sample, changes, version) => {
      const message = Uint8Array.from(sample);
      for (const [offset, byte] of changes) if (offset < message.length) message[offset] = byte;
      void outcome(message, version);
    }),
    { numRuns: 5000 },
  );
});

test('a request is read the same wherever its bytes lie in memory', () => {
  for (const sample of samples) {
    const shifted = Uint8Array.of(1, 2, 3, ...sample, 4, 5).subarray(3, 3 + sample.length);
    assert.deepEqual(parseRequest(shifted, 2), parseRequest(sample, 2));
  }
});
