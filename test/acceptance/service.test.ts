import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { curves } from '../../src/crypto/curve.ts';
import { attestation, chainId } from '../support/attestations.ts';
import { eventually } from '../support/eventually.ts';
import { ScratchFolder, SignerProcess } from '../support/signer-process.ts';
import { allowAll, sampleKey, type Setup, writeSetup } from '../support/setup.ts';

/** How the running program can be watched and trusted. */
const folder = new ScratchFolder();
const keys = curves.map(sampleKey);
const first = keys[0] ?? sampleKey('ed25519');
let setup: Setup;
let signer: SignerProcess;

before(async () => {
  setup = writeSetup(folder, { keys, policy: allowAll });
  signer = await SignerProcess.start(setup.configFile, { args: ['--log', 'debug'] });
});

after(async () => {
  await signer.stop();
  folder.remove();
});

test('every curve signs; the same bytes give the same signature; another payload is a conflict', async () => {
  for (const { pkh } of keys) {
    const signed = await signer.sign(pkh, attestation(10));
    assert.equal(signed.status, 200, signed.body);
    assert.equal((await signer.sign(pkh, attestation(10))).body, signed.body);
    const double = await signer.sign(pkh, attestation(10, 2));
    assert.equal(double.status, 409);
    assert.equal(double.body, '[{"id":"failure","kind":"temporary","msg":"watermark validation failed"}]\n');
    assert.equal(double.headers.get('tidemark-error'), 'double_vote');
  }
});

test('what was answered stands in the file that Signatory reads', async () => {
  await signer.sign(first.pkh, attestation(20));
  const marks = recorded();
  assert.equal(marks['attestation']?.level, 20);
  assert.equal(marks['attestation_with_dal']?.level, 20);
  assert.match(marks['attestation']?.hash ?? '', /^vh/u);
});

test('health answers on both listeners', async () => {
  assert.equal((await signer.get('/upcheck')).body, 'OK');
  const health = JSON.parse((await signer.get('/healthcheck')).body) as { status: string; outcome: string };
  assert.deepEqual([health.status, health.outcome], ['UP', 'UP']);
  assert.equal((await signer.get('/healthz')).body, '{"ready":true}\n');
  assert.equal(await (await fetch(`${signer.metrics}/healthz`)).text(), '{"ready":true}\n');
});

test('the metrics of the page count with its names, labels and values', async () => {
  const page = await signer.scrape();
  const labels = 'backend="file",request_type="attestation"';
  assert.match(page, new RegExp(`watermark_operations_total\\{result="success",${labels}\\} [1-9]`, 'u'));
  assert.match(page, new RegExp(`watermark_operations_total\\{result="rejected",${labels}\\} [1-9]`, 'u'));
  assert.match(page, /watermark_operation_duration_seconds_count\{backend="file"\} [1-9]/u);
  assert.match(
    page,
    new RegExp(
      `watermark_rejection_total\\{address="${first.pkh}",operation_type="attestation",chain_id="${chainId}"`,
      'u',
    ),
  );
  assert.match(page, /watermark_file_operations_total\{operation="write",result="success"\} [1-9]/u);
  assert.match(page, /watermark_file_latency_seconds_count\{operation="write"\} [1-9]/u);
  assert.match(
    page,
    new RegExp(
      `signing_ops_total\\{address="${first.pkh}",vault="File",op="attestation",chain_id="${chainId}",kind="attestation"`,
      'u',
    ),
  );
});

test('at debug each check and update of a watermark is a line', async () => {
  await signer.sign(first.pkh, attestation(30));
  await signer.sign(first.pkh, attestation(30, 2));
  const lines = signer.log.filter((line) => line['pkh'] === first.pkh && line['lvl'] === '30');
  const messages = lines.map((line) => line.msg);
  assert.deepEqual(messages, [
    'Watermark checked and updated',
    'Signed attestation successfully',
    'watermark validation failed',
  ]);
  assert.equal(lines.at(-1)?.['stored_lvl'], '30');
});

test('a client that hangs up after its request undoes nothing', async () => {
  const message = attestation(40);
  const body = JSON.stringify(Buffer.from(message).toString('hex'));
  const { hostname, port } = new URL(signer.api);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /keys/${first.pkh} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
  await eventually(() => recordedLevel() === 40, 'the mark is recorded');
  assert.equal((await signer.sign(first.pkh, attestation(40, 2))).status, 409);
  assert.equal((await signer.sign(first.pkh, message)).status, 200, 'the same bytes are signed again');
  assert.match(await signer.scrape(), /response_dropped_total [1-9]/u);
});

test('no secret is in any line that was logged', () => {
  const text = JSON.stringify(signer.log);
  assert.ok(text.length > 1000);
  for (const { secret } of keys) assert.equal(text.includes(secret.slice(8)), false);
});

test('SIGTERM finishes what was asked and ends with 0', async () => {
  const drained = await SignerProcess.start(
    writeSetup(folder, { keys: [first], policy: allowAll, extra: 'watermark: { driver: mem }\n' }).configFile,
  );
  const asked = Array.from({ length: 50 }, async (_, index) => await drained.sign(first.pkh, attestation(100 + index)));
  await Promise.race(asked);
  const exit = drained.stop();
  const answers = await Promise.allSettled(asked);
  assert.equal(await exit, 0);
  const statuses = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.status : 0));
  assert.ok(statuses.includes(200), 'some were answered');
  assert.ok(
    statuses.every((status) => [200, 409, 503, 0].includes(status)),
    String(statuses),
  );
});

/** The first key's marks in Signatory's file. */
function recorded(): Record<string, { level: number; round: number; hash: string }> {
  const text = readFileSync(join(setup.baseDir, 'watermark_v2', `${chainId}.json`), 'utf8');
  const marks = JSON.parse(text) as Record<string, ReturnType<typeof recorded>>;
  return marks[first.pkh] ?? {};
}

function recordedLevel(): number | undefined {
  return recorded()['attestation']?.level;
}
