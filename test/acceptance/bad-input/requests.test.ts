import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { attestation, chainId } from '../../support/attestations.ts';
import { ScratchFolder, SignerProcess } from '../../support/signer-process.ts';
import { allowAll, sampleKey, type Setup, writeSetup } from '../../support/setup.ts';
import { httpRows } from './http-rows.ts';
import { rawRequest } from './raw-request.ts';
import type { Target } from './row.ts';
import { tezosRows } from './tezos-rows.ts';

/**
 * The catalogue of bad input against the running program. After each row: the stated status and code, the watermark
 * files unchanged unless the row signs, the process alive, and another key still signs.
 */
const folder = new ScratchFolder();
const key = sampleKey('ed25519');
const strictKey = sampleKey('ed25519');
const bystander = sampleKey('ed25519');
let target: Target;
let setup: Setup;
let bystanderLevel = 0;

before(async () => {
  const missingPkh = sampleKey('ed25519').pkh;
  const keys = [key, bystander];
  setup = writeSetup(folder, { keys, policy: allowAll, extra: 'protection:\n  max_level_jump: 100000\n' });
  addStrictKey(missingPkh);
  target = { signer: await SignerProcess.start(setup.configFile), key, strictKey, missingPkh };
  await signBystander();
});

after(async () => {
  await target.signer.stop();
  folder.remove();
});

for (const row of [...httpRows, ...tezosRows]) {
  const why = row.overruled === undefined ? '' : ` (not the catalogue's answer: ${row.overruled})`;
  test(`row ${row.row}: ${row.input} gets ${row.status} ${row.code ?? ''}${why}`, async () => {
    const before = watermarks();
    const { status, code } = await row.send(target);
    assert.deepEqual({ status, code }, { status: row.status, code: row.code });
    const signs = row.status === 200 || row.status === 409 || row.code === 'beyond_future_bound';
    if (!signs) assert.deepEqual(watermarks(), before, 'nothing is recorded');
    assert.ok(target.signer.alive);
    await signBystander();
  });
}

test('row 30: bytes that were signed are signed again, others are not (a client that leaves: service.test)', async () => {
  const message = attestation(50_000);
  const body = JSON.stringify(Buffer.from(message).toString('hex'));
  const request = `POST /keys/${bystander.pkh} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  await rawRequest(target.signer.api, [request]);
  assert.equal((await target.signer.sign(bystander.pkh, message)).status, 200);
  assert.equal((await target.signer.sign(bystander.pkh, attestation(50_000, 2))).status, 409);
  bystanderLevel = 50_000;
});

test('row 32: of 20,000 requests at once those beyond the limit get 503, and health answers', async () => {
  const last = `GET /keys/${key.pkh} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  const requests = [signRequest().repeat(100) + last];
  const storm = Array.from(
    { length: 200 },
    async () => await rawRequest(target.signer.api, requests, { untilClosed: true }),
  );
  const health = await Promise.all(Array.from({ length: 20 }, async () => await target.signer.get('/healthcheck')));
  assert.ok(health.every(({ status }) => status === 200));
  const answers = (await Promise.all(storm)).flatMap(({ text }) => text.match(/HTTP\/1\.1 \d+/gu) ?? []);
  assert.equal(answers.length, 20_200);
  assert.deepEqual(new Set(answers), new Set(['HTTP/1.1 200', 'HTTP/1.1 503']));
  await signBystander();
});

function signRequest(): string {
  const body = JSON.stringify(Buffer.from(attestation(60_000)).toString('hex'));
  return `POST /keys/${key.pkh} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** A key with a narrow policy, written beside the others. */
function addStrictKey(missingPkh: string): void {
  const text = readFileSync(setup.configFile, 'utf8');
  const vault = `  more:\n    driver: mem\n    config: ["${strictKey.secret}"]\n`;
  const policy = `  ${strictKey.pkh}: { allow: { attestation: }, allowed_chains: [${chainId}] }\n  ${missingPkh}:\n`;
  folder.write('tidemark.yaml', text.replace('tezos:\n', `${vault}tezos:\n${policy}`));
}

async function signBystander(): Promise<void> {
  bystanderLevel += 1;
  const { status, body } = await target.signer.sign(bystander.pkh, attestation(bystanderLevel));
  assert.equal(status, 200, `another key still signs: ${body}`);
}

/** What is recorded of all keys but the bystander. */
function watermarks(): Record<string, unknown> {
  const path = join(setup.baseDir, 'watermark_v2');
  const files = readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')] as const);
  const others = files.map(
    ([name, text]) => [name, { ...(JSON.parse(text) as object), [bystander.pkh]: null }] as const,
  );
  return Object.fromEntries(others);
}
