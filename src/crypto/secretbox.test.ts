import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SecretBytes } from '../base/secret-bytes.ts';
import { openSecret, sealSecret } from './secretbox.ts';

const secret = () => new SecretBytes(Uint8Array.from({ length: 32 }, (_, index) => index));
const password = (text: string) => new SecretBytes(Buffer.from(text));

test('what was sealed is opened with the same password, and each seal is another', async () => {
  const sealed = await sealSecret(secret(), password('pässword'));
  assert.equal(sealed.length, 56);
  assert.deepEqual((await openSecret(sealed, password('pässword')))?.reveal(), secret().reveal());
  assert.notDeepEqual(await sealSecret(secret(), password('pässword')), sealed);
});

test('a wrong password, or one flipped bit anywhere, opens nothing', async () => {
  const sealed = await sealSecret(secret(), password('right'));
  assert.equal(await openSecret(sealed, password('Right')), null);
  assert.equal(await openSecret(sealed, password('')), null);
  for (const index of [0, 7, 8, 23, 24, 55]) {
    const damaged = Uint8Array.from(sealed);
    damaged[index] = (damaged[index] ?? 0) ^ 1;
    assert.equal(await openSecret(damaged, password('right')), null, `byte ${index}`);
  }
});
