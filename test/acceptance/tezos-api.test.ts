import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { decode } from '../../src/tezos/base58.ts';
import { composeAttestation, composeBlock, composePreattestation } from '../../src/tezos/compose.ts';
import { attestation, chainId } from '../support/attestations.ts';
import { type Answer, ScratchFolder, SignerProcess } from '../support/signer-process.ts';
import { allowAll, sampleKey, writeSetup } from '../support/setup.ts';

/** Signatory's API as its clients see it: statuses, bodies and envelope (tezos.md §1). */
const folder = new ScratchFolder();
const tz1 = sampleKey('ed25519');
const tz4 = sampleKey('bls12_381');
const shyTz4 = sampleKey('bls12_381');
const defaultPolicy = sampleKey('ed25519');
let signer: SignerProcess;

before(async () => {
  const proving = allowAll.replace(/\}$/u, ', allow_proof_of_possession: true }');
  const policies = `  ${shyTz4.pkh}: ${allowAll}\n  ${defaultPolicy.pkh}:\n`;
  const { configFile } = writeSetup(folder, { keys: [tz1, tz4], policy: proving });
  const vault = `  more:\n    driver: mem\n    config: ["${shyTz4.secret}", "${defaultPolicy.secret}"]\n`;
  const text = readFileSync(configFile, 'utf8').replace('tezos:\n', `${vault}tezos:\n${policies}`);
  folder.write('tidemark.yaml', text);
  signer = await SignerProcess.start(configFile);
});

after(async () => {
  await signer.stop();
  folder.remove();
});

function assertFailure({ status, body, headers }: Answer, expected: { status: number; msg: string }): void {
  assert.deepEqual(
    { status, body, type: headers.get('content-type') },
    {
      status: expected.status,
      body: `[{"id":"failure","kind":"temporary","msg":${JSON.stringify(expected.msg)}}]\n`,
      type: 'application/json; charset=utf-8',
    },
  );
}

test('GET /keys/{pkh} answers any key of any vault, and 404 for others', async () => {
  const found = await signer.get(`/keys/${tz1.pkh}`);
  assert.equal(found.status, 200);
  assert.match(found.body, /^\{"public_key":"edpk[1-9A-HJ-NP-Za-km-z]{50}"\}\n$/u);
  assert.match((await signer.get(`/keys/${tz4.pkh}`)).body, /^\{"public_key":"BLpk/u);
  const missing = await signer.get(`/keys/${sampleKey('ed25519').pkh}`);
  assertFailure(missing, { status: 404, msg: 'this key not found in any vault' });
});

test('GET /authorized_keys says that no client keys are configured', async () => {
  const { status, body } = await signer.get('/authorized_keys');
  assert.deepEqual({ status, body }, { status: 200, body: '{}\n' });
});

test('a signature comes in the form of its curve, with the body that clients read', async () => {
  const signed = await signer.sign(tz1.pkh, attestation(1));
  assert.equal(signed.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.match(signed.body, /^\{"signature":"edsig[1-9A-HJ-NP-Za-km-z]+"\}\n$/u);
  assert.match((await signer.sign(tz4.pkh, attestation(1))).body, /^\{"signature":"BLsig/u);
});

test('upper-case hex, white space and unknown query parameters change nothing', async () => {
  const hex = Buffer.from(attestation(2)).toString('hex');
  const lower = await signer.post(`/keys/${tz1.pkh}`, `"${hex}"`);
  const upper = await signer.post(`/keys/${tz1.pkh}?authentication=x&foo=bar`, ` "${hex.toUpperCase()}"\n`);
  assert.equal(upper.body, lower.body);
});

test('every consensus request has its own watermark, and DAL content does not make another attestation', async () => {
  const at = { chainId, level: 10, round: 1 };
  const requests = [composeBlock(at), composePreattestation(at), composeAttestation(at)];
  for (const request of requests) assert.equal((await signer.sign(tz1.pkh, request)).status, 200);
  const withDal = await signer.sign(tz1.pkh, composeAttestation({ ...at, dal: 3n }));
  assertFailure(withDal, { status: 409, msg: 'watermark validation failed' });
  assert.equal((await signer.sign(tz4.pkh, composePreattestation({ ...at, tag: 40 }))).status, 200);
  assert.equal((await signer.sign(tz4.pkh, composeAttestation({ ...at, tag: 41 }))).status, 200);
});

test('the default policy allows consensus without DAL content, and nothing else', async () => {
  const at = { chainId, level: 10, round: 0 };
  assert.equal((await signer.sign(defaultPolicy.pkh, composeAttestation(at))).status, 200);
  const denied = await signer.sign(defaultPolicy.pkh, composeAttestation({ ...at, level: 11, dal: 1n }));
  assertFailure(denied, { status: 403, msg: "request kind `attestation_with_dal' is not allowed" });
});

test('the order of checks is Signatory’s: policy before bytes, bytes before vaults', async () => {
  const stranger = sampleKey('ed25519').pkh;
  const listed = await signer.post(`/keys/${stranger}`, '"ff"');
  assertFailure(listed, { status: 403, msg: `${stranger} is not listed in config` });
  assertFailure(await signer.post(`/keys/${stranger}`, '"f"'), {
    status: 400,
    msg: 'encoding/hex: odd length hex string',
  });
});

test('a proof of possession verifies; it is refused to keys that may not or cannot', async () => {
  const { status, body } = await signer.get(`/bls_prove_possession/${tz4.pkh}`);
  assert.equal(status, 200);
  const proof = decode(/"(BLsig[^"]+)"/u.exec(body)?.[1] ?? '').payload;
  const publicKey = decode(/"(BLpk[^"]+)"/u.exec((await signer.get(`/keys/${tz4.pkh}`)).body)?.[1] ?? '').payload;
  const scheme = bls12_381.longSignatures;
  const point = scheme.hash(publicKey, 'BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_');
  assert.equal(scheme.verify(proof, point, publicKey), true);
  const notAllowed = await signer.get(`/bls_prove_possession/${shyTz4.pkh}`);
  assertFailure(notAllowed, { status: 400, msg: 'proof of possession is not allowed' });
  const notSupported = await signer.get(`/bls_prove_possession/${tz1.pkh}`);
  assertFailure(notSupported, { status: 400, msg: 'proof of possession is not supported' });
});

test('signing versions: 0 knows no BLS key, 1 signs with the key before the message', async () => {
  const body = JSON.stringify(Buffer.from(attestation(50)).toString('hex'));
  const refused = await signer.post(`/keys/${tz4.pkh}?version=0`, body);
  assertFailure(refused, { status: 500, msg: '(File): SigningVersion0 is not supported for BLS keys' });
  const augmented = await signer.post(`/keys/${tz4.pkh}?version=1`, body);
  const standard = await signer.post(`/keys/${tz4.pkh}?version=2`, body);
  assert.deepEqual([augmented.status, standard.status], [200, 200]);
  assert.notEqual(augmented.body, standard.body);
  assert.equal((await signer.post(`/keys/${tz1.pkh}?version=0`, body)).status, 200, 'other curves do not care');
});
