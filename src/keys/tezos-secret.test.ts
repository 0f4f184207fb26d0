import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { SecretBytes } from '../base/secret-bytes.ts';
import { type Curve, curves } from '../crypto/curve.ts';
import { publicKeyOf } from '../crypto/open-curve-key.ts';
import { sealSecret } from '../crypto/secretbox.ts';
import { encode, type Prefix } from '../tezos/base58.ts';
import { encryptedText, plainText, readTezosSecret } from './tezos-secret.ts';
import { newTezosSecret } from '../../test/support/tezos-secret.ts';

const bytesOf = (text: string) => new SecretBytes(Buffer.from(text));
const nobody = () => Promise.reject(new Error('nobody should be asked'));

/** Orders of the curves, from their standards. */
const orders: Record<Exclude<Curve, 'ed25519'>, bigint> = {
  secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  p256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  bls12_381: 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n,
};
const plainPrefixes = { secp256k1: 'spsk', p256: 'p2sk', bls12_381: 'BLsk' } as const;

for (const curve of curves) {
  test(`a new secret on ${curve} is read back from its plain and its encrypted text`, async () => {
    const made = newTezosSecret(curve);
    const expected = Buffer.from(made.secret.reveal()).toString('hex');
    const plain = plainText(made);
    assert.equal(plainText(made), plain, 'writing the text leaves the secret as it was');
    const encrypted = await encryptedText(made, bytesOf('right'));
    assert.notEqual(await encryptedText(made, bytesOf('right')), encrypted, 'each has a salt of its own');
    const opened = await readTezosSecret(encrypted, async () => bytesOf('right'));
    for (const read of [await readTezosSecret(plain, nobody), opened]) {
      assert.equal(read.curve, curve);
      assert.equal(Buffer.from(read.secret.reveal()).toString('hex'), expected);
    }
  });

  test(`a wrong password for a key on ${curve} is not taken for a damaged key, and it is wiped`, async () => {
    const encrypted = await encryptedText(newTezosSecret(curve), bytesOf('right'));
    const typed = Buffer.from('wrong');
    const reading = readTezosSecret(encrypted, async () => new SecretBytes(typed));
    await assert.rejects(reading, (error) => isFault(error, 'password_wrong'));
    assert.ok(typed.every((byte) => byte === 0));
    const damaged = `${encrypted.slice(0, -1)}${encrypted.endsWith('2') ? '3' : '2'}`;
    await assert.rejects(readTezosSecret(damaged, nobody), (error) => isFault(error, 'key_invalid'));
  });
}

test('the long form of edsk is taken when its halves fit', async () => {
  const { secret } = newTezosSecret('ed25519');
  const publicKey = publicKeyOf('ed25519', secret.reveal());
  const text = encode('edsk64', Buffer.concat([secret.reveal(), publicKey]));
  assert.deepEqual((await readTezosSecret(text, nobody)).secret.reveal(), Uint8Array.from(secret.reveal()));

  const other = publicKeyOf('ed25519', newTezosSecret('ed25519').secret.reveal());
  const wrong = encode('edsk64', Buffer.concat([secret.reveal(), other]));
  await refused(wrong, /the public half of this edsk text is not the public key of its secret half/u);
});

test('a secret of zero, or from the order on, is refused, plain and encrypted', async () => {
  for (const curve of ['secp256k1', 'p256', 'bls12_381'] as const) {
    for (const number of [0n, orders[curve], orders[curve] + 1n, 2n ** 256n - 1n]) {
      const payload = Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
      if (curve === 'bls12_381') payload.reverse();
      await refused(encode(plainPrefixes[curve], payload), /no secret key of the curve/u);
      const sealed = await sealSecret(new SecretBytes(Uint8Array.from(payload)), bytesOf('right'));
      const prefix: Prefix = ({ secp256k1: 'spesk', p256: 'p2esk', bls12_381: 'BLesk' } as const)[curve];
      await refused(encode(prefix, sealed), /no secret key of the curve/u);
    }
  }
});

test('a BLsk text holds its scalar with the lowest byte first', async () => {
  const one = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 1 : 0));
  const { secret } = await readTezosSecret(encode('BLsk', one), nobody);
  assert.deepEqual(secret.reveal(), one.toReversed());
});

async function refused(text: string, sentence: RegExp): Promise<void> {
  await assert.rejects(
    readTezosSecret(text, async () => bytesOf('right')),
    (error) => {
      assert.ok(isFault(error, 'key_invalid'));
      assert.match(error.message, sentence);
      assert.ok(!error.message.includes(text.slice(4, 12)));
      return true;
    },
  );
}
