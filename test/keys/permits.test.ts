import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { toHex } from '../../src/base/hex.ts';
import { blake2b256 } from '../../src/crypto/blake2b.ts';
import { type Curve, curves } from '../../src/crypto/curve.ts';
import { LocalSigner } from '../../src/crypto/local-signer.ts';
import { openCurveKey } from '../../src/crypto/open-curve-key.ts';
import { type Key, provesPossession } from '../../src/keys/key.ts';
import { tezosKey } from '../../src/keys/tezos-key.ts';
import { Permit } from '../../src/protection/permit.ts';
import { permitFor } from '../support/permit.ts';
import { newTezosSecret } from '../support/tezos-secret.ts';

const signer = new LocalSigner({ onThreadLost: (text) => assert.fail(text) });
after(async () => await signer.end());

async function newKey(curve: Curve): Promise<Key> {
  return tezosKey(await signer.load(curve, newTezosSecret(curve).secret), 'Mem');
}

for (const curve of curves) {
  test(`a key on ${curve} signs a permit once, and only its own`, async () => {
    const key = await newKey(curve);
    const other = await newKey(curve);
    const message = randomBytes(80);
    const permit = await permitFor(key.id, message);
    await assert.rejects(other.sign(permit), /a permit is for the key it names/u);
    await key.sign(permit);
    await assert.rejects(key.sign(permit), /a permit is used once/u);

    const content = { key: key.id, message, root: toHex(blake2b256(message)) };
    const forged = Object.create(Permit.prototype, { content: { value: content } }) as Permit;
    await assert.rejects(key.sign(forged), /this permit was not made by the guard/u);
    const copied: Permit = structuredClone(await permitFor(key.id, message));
    await assert.rejects(key.sign(copied), /this permit was not made by the guard/u);
  });

  test(`a key on ${curve} signs the same request the same way, in every thread`, async () => {
    const key = await newKey(curve);
    const message = randomBytes(80);
    const sign = async () => toHex(await key.sign(await permitFor(key.id, message)));
    // Each thread is given a few orders at a time, so twenty at once reach them all.
    const signatures = await Promise.all(Array.from({ length: 20 }, sign));
    assert.equal(new Set(signatures).size, 1);
    assert.equal(key.deterministic, true);
  });

  test(`a key on ${curve} ${curve === 'bls12_381' ? 'proves' : 'does not prove'} possession`, async () => {
    assert.equal(provesPossession(await newKey(curve)), curve === 'bls12_381');
  });
}

test('tz4 signs the message, augmented when told so, and proves possession; tz1 to tz3 know one way', async () => {
  const { curve, secret } = newTezosSecret('bls12_381');
  const reference = openCurveKey('bls12_381', Uint8Array.from(secret.reveal()));
  const key = tezosKey(await signer.load(curve, secret), 'Mem');
  const message = randomBytes(78);
  const standard = await key.sign(await permitFor(key.id, message));
  const augmented = await key.sign(await permitFor(key.id, message), { scheme: 'augmented' });
  assert.ok(reference.verify(standard, message, 'standard'));
  assert.ok(reference.verify(augmented, message, 'augmented'));
  assert.ok(provesPossession(key));
  assert.ok(reference.verify(await key.provePossession(), key.publicKey, 'possession'));

  const tz2 = await newKey('secp256k1');
  const plain = await tz2.sign(await permitFor(tz2.id, message));
  assert.deepEqual(await tz2.sign(await permitFor(tz2.id, message), { scheme: 'augmented' }), plain);
});
