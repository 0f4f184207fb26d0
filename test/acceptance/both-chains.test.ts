import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { attestation } from '../support/attestations.ts';
import { attestationBody, blockBody } from '../support/ethereum-bodies.ts';
import { ethereumLines, newEthereumKey, signPath, startEthereum } from '../support/ethereum-setup.ts';
import { ScratchFolder, type SignerProcess } from '../support/signer-process.ts';
import { allowAll, sampleKey, type Setup, writeSetup } from '../support/setup.ts';

/** One process, one configuration and one metrics page for a baker and a validator. */
const folder = new ScratchFolder();
const baker = sampleKey('bls12_381');
const validator = newEthereumKey();
const marks = join(folder.path, 'ethereum');
let setup: Setup;
let signer: SignerProcess;

before(async () => {
  mkdirSync(marks);
  const extra = ethereumLines(folder, { keys: [validator], antiSlashing: `{ backend: file, path: ${marks} }` });
  setup = writeSetup(folder, { keys: [baker], policy: allowAll, extra });
  signer = await startEthereum(setup.configFile, [validator], { env: web3signerNames('true') });
});

after(async () => {
  await signer.stop();
  folder.remove();
});

test('both chains sign, and each refuses its conflicts in its own words', async () => {
  assert.equal((await signer.sign(baker.pkh, attestation(10))).status, 200);
  assert.equal((await signer.sign(baker.pkh, attestation(10, 2))).status, 409);
  assert.equal((await ask(attestationBody({ source: 60_000, target: 60_001 }))).status, 200);
  assert.equal((await ask(blockBody({ slot: 1_920_000 }))).status, 200);
  const surround = await ask(attestationBody({ source: 59_999, target: 60_002 }));
  assert.equal(surround.status, 412);
  assert.deepEqual(memberOf(surround.body, 'reason'), 'surround');
});

test('neither chain offers the keys of the other', async () => {
  assert.deepEqual(JSON.parse((await signer.get('/api/v1/eth2/publicKeys')).body), [validator.publicKey]);
  assert.equal((await signer.get(`/keys/${validator.publicKey}`)).status, 400);
  const vote = attestationBody({ source: 60_000, target: 60_001 });
  assert.equal((await signer.post(signPath(baker.pkh), vote)).status, 400, 'it has not the form of a public key');
  assert.equal((await signer.post(signPath(newEthereumKey().publicKey), vote)).status, 404);
});

test('one page has the metrics of both, and those of each store under its own name', async () => {
  const page = await signer.scrape();
  for (const line of [
    /^watermark_operations_total\{result="success",backend="file",request_type="attestation"\} [1-9]/mu,
    /^signing_ops_total\{address="tz4.*op="attestation"/mu,
    /^containment_signing_requests_total\{operation="ATTESTATION",status="signed"\} 1$/mu,
    /^containment_signing_requests_total\{operation="ATTESTATION",status="refused"\} 1$/mu,
    /^containment_slashing_rejections_total\{operation="ATTESTATION",reason="surround"\} 1$/mu,
    /^containment_keys_active\{source="filesystem"\} 1$/mu,
    /^containment_healthy 1$/mu,
    /^protection_mode\{mode="durable",backend="file"\} 1$/mu,
  ]) {
    assert.match(page, line);
  }
});

test('Web3Signer names are there when they were asked for, with the same counts', async () => {
  const page = await signer.scrape();
  assert.match(page, /^signing_signers_loaded_count 1$/mu);
  assert.match(page, /^eth2_slashingprotection_permitted_signings_total 2$/mu);
  assert.match(page, /^eth2_slashingprotection_prevented_signings_total 1$/mu);
  assert.match(page, /^signing_bls_missing_identifier_count_total 1$/mu);
  assert.match(page, /^signing_bls_signing_duration_count [1-9]/mu);
});

test('health speaks for both', async () => {
  const { status, body } = await signer.get('/healthcheck');
  assert.equal(status, 200);
  const { checks } = JSON.parse(body) as { checks: { id: string; status: string }[] };
  assert.deepEqual(checks.map(({ id }) => id).sort(), [
    'default-check',
    'keys',
    'keys-check',
    'protection',
    'slashing-protection-db-health-check',
  ]);
});

test('a stop finishes what both were asked, and the marks of both outlive it', async () => {
  const slots = Array.from({ length: 40 }, (_, index) => 1_930_000 + index);
  const levels = slots.map((_, index) => 100 + index);
  const jobs = [
    ...slots.map((slot) => ({ path: signPath(validator.publicKey), body: blockBody({ slot }), slot, level: 0 })),
    ...levels.map((level) => ({ path: `/keys/${baker.pkh}`, body: hexOf(attestation(level)), slot: 0, level })),
  ];
  // Each has a connection that was accepted: whoever is cut off then, is cut off by the signer.
  const agent = new Agent({ keepAlive: true, maxSockets: jobs.length, maxFreeSockets: jobs.length });
  await Promise.all(jobs.map(async () => await send(agent, '/upcheck')));
  const asked = jobs.map(async (job) => ({ ...job, status: await send(agent, job.path, job.body) }));
  await Promise.race(asked);
  const exit = signer.stop();
  const answers = await Promise.all(asked);
  assert.equal(await exit, 0);
  const signed = answers.filter(({ status }) => status === 200);
  assert.ok(signed.length > 0, 'some were answered');
  assert.deepEqual(
    answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 503),
    [],
    'nobody was cut off',
  );

  signer = await startEthereum(setup.configFile, [validator]);
  for (const { slot, level } of signed) {
    if (slot > 0) assert.equal((await ask(blockBody({ slot, fill: 2 }))).status, 412, `slot ${slot}`);
    else assert.equal((await signer.sign(baker.pkh, attestation(level, 2))).status, 409, `level ${level}`);
  }
  assert.equal((await ask(blockBody({ slot: 1_940_000 }))).status, 200);
});

test('Web3Signer names are not there when nobody asked for them', async () => {
  assert.doesNotMatch(await signer.scrape(), /eth2_slashingprotection|signing_bls|signing_signers/u);
});

function hexOf(message: Uint8Array): string {
  return JSON.stringify(Buffer.from(message).toString('hex'));
}

/** Posts a body, or gets the path without one. @returns the status */
async function send(agent: Agent, path: string, body?: string): Promise<number | undefined> {
  const { hostname, port } = new URL(signer.api);
  const asked = request({ agent, hostname, port, path, method: body === undefined ? 'GET' : 'POST' });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
  return response.statusCode;
}

async function ask(body: string): ReturnType<SignerProcess['post']> {
  return await signer.post(signPath(validator.publicKey), body);
}

function memberOf(body: string, name: string): unknown {
  return (JSON.parse(body) as Record<string, unknown>)[name];
}

function web3signerNames(value: string): Record<string, string> {
  return { TIDEMARK_METRICS__WEB3SIGNER_NAMES: value };
}
