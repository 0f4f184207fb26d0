import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { StandIn } from '../firestore/stand-in.ts';
import { attestation, chainId } from '../support/attestations.ts';
import { allowAll, sampleKey, writeSetup } from '../support/setup.ts';
import { ScratchFolder, SignerProcess } from '../support/signer-process.ts';

const key = sampleKey('ed25519');
const folder = new ScratchFolder();
const conflict = { id: 'failure', kind: 'temporary', msg: 'watermark validation failed' };
let standIn: StandIn;
let signer: SignerProcess;

before(async () => {
  standIn = await StandIn.start();
  const extra = `watermark:
  driver: gcp
  config:
    project: my-baker-123
    emulator_host: ${standIn.host}
`;
  signer = await SignerProcess.start(writeSetup(folder, { keys: [key], policy: allowAll, extra }).configFile);
});

after(async () => {
  await signer.stop();
  await standIn.end();
  folder.remove();
});

test('serve with watermark.driver: gcp signs, records, and refuses the double', async () => {
  assert.equal((await signer.sign(key.pkh, attestation(10))).status, 200);
  const name = `projects/my-baker-123/databases/(default)/documents/watermark/${chainId}/attestation/${key.pkh}`;
  const fields = standIn.documents.fields(name) ?? assert.fail('nothing was recorded');
  assert.equal(fields['lvl']?.['integerValue'], '10');
  const { status, body } = await signer.sign(key.pkh, attestation(10, 2));
  assert.equal(status, 409);
  assert.deepEqual(JSON.parse(body), [conflict]);
  assert.equal((await signer.sign(key.pkh, attestation(11))).status, 200);
});
