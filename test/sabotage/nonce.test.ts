import assert from 'node:assert/strict';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, test } from 'node:test';
import { fromHex, toHex } from '../../src/base/hex.ts';
import { LocalSigner } from '../../src/crypto/local-signer.ts';
import type { Key } from '../../src/keys/key.ts';
import { tezosKey } from '../../src/keys/tezos-key.ts';
import { Guard } from '../../src/protection/guard.ts';
import { Permit } from '../../src/protection/permit.ts';
import { noStops } from '../../src/protection/stop.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { parseRequest } from '../../src/tezos/request.ts';
import { toIntent } from '../../src/tezos/intent.ts';
import { attestation } from '../support/attestations.ts';
import { newTezosSecret } from '../support/tezos-secret.ts';

/** A key that takes the randomness that RFC 6979 does without: each signature of the same bytes is another one. */
function restless(key: Key, secret: Uint8Array): Key {
  return {
    ...{ id: key.id, curve: key.curve, publicKey: key.publicKey, source: key.source, deterministic: true },
    checkRoom: () => {},
    sign: async (permit) => {
      const { root } = Permit.spend(permit, key.id);
      return secp256k1.sign(fromHex(root), secret, { prehash: false, lowS: true, extraEntropy: true });
    },
  };
}

/** Asks the guard twice for the same attestation and signs both times: a repeat is harmless only if both are one. */
async function signedTwice(key: Key): Promise<readonly string[]> {
  const guard = new Guard({ store: new MemoryStore(), allowRepeat: true, heightJumpMax: null, stops: noStops });
  const message = attestation(7);
  const sign = async (): Promise<string> => {
    const admission = await guard.admit(toIntent(parseRequest(message, 2), key.id, message), key);
    assert.equal(admission.kind, 'granted');
    return toHex(await key.sign(admission.permit));
  };
  return [await sign(), await sign()];
}

describe('sabotage: a random nonce on a tz2 repeat', () => {
  test('is caught, and our own key passes', async () => {
    const signer = new LocalSigner({ threads: 1, onThreadLost: (text) => assert.fail(text) });
    const { secret } = newTezosSecret('secp256k1');
    const copy = Uint8Array.from(secret.reveal());
    const key = tezosKey(await signer.load('secp256k1', secret), 'Mem');
    const [first, again] = await signedTwice(key);
    assert.equal(first, again);
    const [other, another] = await signedTwice(restless(key, copy));
    assert.notEqual(other, another);
    await signer.end();
  });
});
