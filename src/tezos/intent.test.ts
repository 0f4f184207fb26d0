import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../base/hex.ts';
import { blake2b256 } from '../crypto/blake2b.ts';
import type { Intent } from '../protection/intent.ts';
import { composeAttestation, composeBatch, composeBlock, composePreattestation } from './compose.ts';
import { toIntent } from './intent.ts';
import { parseRequest } from './request.ts';

const key = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const position = { chainId: 'NetXo5iVw1vBoxM', level: 34, round: 4 };

function intentOf(message: Uint8Array): Intent {
  return toIntent(parseRequest(message, 2), key, message);
}

test('a request that can be slashed for claims its position on its lane, with the digest of the whole message', () => {
  const cases = [
    [composeBlock(position), 'block'],
    [composePreattestation(position), 'preattestation'],
    [composePreattestation({ ...position, tag: 40 }), 'preattestation'],
    [composeAttestation(position), 'attestation'],
    [composeAttestation({ ...position, dal: 1n }), 'attestation'],
    [composeAttestation({ ...position, tag: 41 }), 'attestation'],
  ] as const;
  for (const [message, duty] of cases) {
    assert.deepEqual(intentOf(message), {
      kind: 'guarded',
      lane: { chain: 'tezos', network: 'NetXo5iVw1vBoxM', key, duty },
      next: { height: 34n, round: 4n, floor: 0n, root: toHex(blake2b256(message)) },
      message,
    });
  }
});

test('every byte of the message counts for its root', () => {
  const one = composeAttestation({ ...position, slot: 1 });
  const two = composeAttestation({ ...position, slot: 2 });
  assert.notDeepEqual(intentOf(one), intentOf(two));
});

test('operations and packed data are free', () => {
  const batch = composeBatch([{ kind: 'delegation', source: key, delegate: null }]);
  for (const message of [batch, Uint8Array.of(5, 3, 0x0b)]) {
    assert.deepEqual(intentOf(message), { kind: 'free', key, root: toHex(blake2b256(message)), message });
  }
});
