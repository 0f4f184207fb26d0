import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { p256 } from '@noble/curves/nist.js';
import { InMemorySigner } from '@taquito/signer';
import { toHex } from '../../src/base/hex.ts';
import { SecretBytes } from '../../src/base/secret-bytes.ts';
import { type Curve, curves } from '../../src/crypto/curve.ts';
import { LocalSigner } from '../../src/crypto/local-signer.ts';
import { provesPossession } from '../../src/keys/key.ts';
import { openMemoryKeys } from '../../src/keys/memory/memory-keys.ts';
import { encryptedText, plainText } from '../../src/keys/tezos-secret.ts';
import { publicKeyText, signatureText } from '../../src/tezos/key-hash.ts';
import { permitFor } from '../support/permit.ts';
import { newTezosSecret } from '../support/tezos-secret.ts';

const password = 'pässword of the 日';
const signer = new LocalSigner({ onThreadLost: (text) => assert.fail(text) });
after(async () => await signer.end());

const passwords = { attemptsMax: 1, ask: async () => new SecretBytes(Buffer.from(password)) };

for (const curve of curves) {
  test(`a key on ${curve}, plain and encrypted, is for Taquito what it is for us`, async () => {
    const secret = newTezosSecret(curve);
    const plain = plainText(secret);
    const encrypted = await encryptedText(secret, new SecretBytes(Buffer.from(password)));
    const [ours] = await openMemoryKeys({ secrets: [encrypted], signer, passwords, place: 'test' });
    assert.ok(ours !== undefined);
    const theirs = await InMemorySigner.fromSecretKey(encrypted, password);

    assert.equal(await (await InMemorySigner.fromSecretKey(plain)).publicKeyHash(), ours.id);
    assert.equal(await theirs.publicKeyHash(), ours.id);
    assert.equal(await theirs.publicKey(), publicKeyText({ curve, bytes: ours.publicKey }));

    for (let round = 0; round < 10; round += 1) {
      const message = randomBytes(78);
      const signature = await ours.sign(await permitFor(ours.id, message));
      assert.equal(signatureText(curve, inTheirForm(curve, signature)), (await theirs.sign(toHex(message))).prefixSig);
    }
    if (curve !== 'bls12_381') return;
    assert.ok(provesPossession(ours));
    assert.equal(signatureText(curve, await ours.provePossession()), (await theirs.provePossession()).prefixSig);
  });
}

/** Taquito takes the lower s on P-256 too, which Tezos does not ask for; the nonce, and with it r, is the same. */
function inTheirForm(curve: Curve, signature: Uint8Array): Uint8Array {
  if (curve !== 'p256') return signature;
  const { r, s } = p256.Signature.fromBytes(signature);
  const order = p256.Point.Fn.ORDER;
  return new p256.Signature(r, s > order / 2n ? order - s : s).toBytes();
}
