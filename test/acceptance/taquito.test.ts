import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RemoteSigner } from '@taquito/remote-signer';
import { composeBatch } from '../../src/tezos/compose.ts';
import { ScratchFolder, SignerProcess } from '../support/signer-process.ts';
import { allowAll, sampleKey, writeSetup } from '../support/setup.ts';

/** The remote signer of Taquito, as wallets and scripts use it, against the running program. */
const folder = new ScratchFolder();
const keys = (['ed25519', 'secp256k1', 'p256'] as const).map(sampleKey);
let signer: SignerProcess;

before(async () => {
  const { configFile } = writeSetup(folder, { keys, policy: allowAll });
  signer = await SignerProcess.start(configFile);
});

after(async () => {
  await signer.stop();
  folder.remove();
});

for (const { curve, pkh } of keys) {
  // The client itself checks the signature against the key before it hands it on.
  test(`Taquito lists its ${curve} key and signs an operation that verifies`, async () => {
    const remote = new RemoteSigner(pkh, signer.api);
    assert.match(await remote.publicKey(), /^(edpk|sppk|p2pk)/u);
    assert.equal(await remote.publicKeyHash(), pkh);
    const operation = Buffer.from(composeBatch([{ kind: 'transaction', source: pkh, destination: pkh, amount: 1n }]))
      .subarray(1)
      .toString('hex');
    const { prefixSig, sbytes } = await remote.sign(operation, Uint8Array.of(3));
    assert.match(prefixSig, /^(edsig|spsig1|p2sig)/u);
    assert.ok(sbytes.startsWith(operation));
  });
}

test('Taquito is refused an operation that the policy does not name', async () => {
  const [key] = keys;
  assert.ok(key !== undefined);
  const remote = new RemoteSigner(key.pkh, signer.api);
  const ballot = `${'00'.repeat(32)}06${'00'.repeat(21)}00000001${'00'.repeat(32)}00`;
  await assert.rejects(remote.sign(ballot, Uint8Array.of(3)), /not authorized|403|forbidden/iu);
});

test('Taquito is told when a key is in no vault', async () => {
  const remote = new RemoteSigner(sampleKey('ed25519').pkh, signer.api);
  await assert.rejects(remote.publicKey(), /404|not found/iu);
});
