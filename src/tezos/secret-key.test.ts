import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault, messageOf } from '../base/fault.ts';
import { encode } from './base58.ts';
import { parseSecretKey } from './secret-key.ts';

// Made for tests, worth nothing.
const seed = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

test('the nine forms of a secret key are told apart', () => {
  const cases = [
    ['edsk', 32, 'ed25519', 'seed'],
    ['edsk64', 64, 'ed25519', 'pair'],
    ['spsk', 32, 'secp256k1', 'seed'],
    ['p2sk', 32, 'p256', 'seed'],
    ['BLsk', 32, 'bls12_381', 'seed'],
    ['edesk', 56, 'ed25519', 'encrypted'],
    ['spesk', 56, 'secp256k1', 'encrypted'],
    ['p2esk', 56, 'p256', 'encrypted'],
    ['BLesk', 56, 'bls12_381', 'encrypted'],
  ] as const;
  for (const [prefix, length, curve, form] of cases) {
    const payload = Uint8Array.from({ length }, (_, index) => index);
    const key = parseSecretKey(encode(prefix, payload));
    assert.deepEqual([key.curve, key.form], [curve, form]);
    assert.deepEqual([...key.payload.reveal()], [...payload]);
  }
});

test('nothing of a damaged secret reaches the error', () => {
  const text = encode('edsk', seed);
  const odd = `${text.slice(0, 20)}!${text.slice(21)}`;
  for (const damaged of [odd, text.slice(0, -1), `${text}0`, text.slice(4), '', 'z'.repeat(500)]) {
    assert.throws(
      () => parseSecretKey(damaged),
      (error) => {
        assert.ok(isFault(error, 'key_invalid'));
        assert.equal(messageOf(error), 'this is not a Tezos secret key: its base58check text is damaged (not shown)');
        assert.equal(error.cause, undefined);
        assert.deepEqual(error.facts, {});
        return true;
      },
    );
  }
});

test('a public text where a secret is expected is named by its kind', () => {
  assert.throws(() => parseSecretKey(encode('edpk', seed)), /Tezos edpk text, not a secret key/u);
});
