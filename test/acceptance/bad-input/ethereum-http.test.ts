import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { attestationBody } from '../../support/ethereum-bodies.ts';
import { newEthereumKey, signPath } from '../../support/ethereum-setup.ts';
import { eventually } from '../../support/eventually.ts';
import { ethereumHttpRows, knownBody } from './ethereum-http-rows.ts';
import { askAndLeave, rawRequest } from './raw-request.ts';
import { sized } from './raw-text.ts';
import { WatchedSigner } from './watched-signer.ts';

/**
 * The catalogue's rows 1 to 32 on Ethereum's signing route, as far as they apply to a signer without tokens. After each
 * row not a byte of the store has changed, the process is alive, and another key signs.
 */
const key = newEthereumKey();
const stormed = newEthereumKey();
let watched: WatchedSigner;

before(async () => {
  watched = await WatchedSigner.start([key, stormed]);
  assert.equal((await watched.sign(key, knownBody)).status, 200);
});

after(async () => await watched.end());

for (const row of ethereumHttpRows) {
  const why = row.overruled === undefined ? '' : ` (not the catalogue's answer: ${row.overruled})`;
  test(`row ${row.row}: ${row.input} gets ${row.status} ${row.code ?? ''}${why}`, async () => {
    const recorded = watched.recorded();
    const { status, code } = await row.send({ signer: watched.signer, key });
    assert.deepEqual({ status, code }, { status: row.status, code: row.code });
    assert.equal(watched.recorded(), recorded, 'nothing is recorded');
    await watched.checkOthers();
  });
}

test('row 30: a client that leaves before its answer finds the same signature later, and nobody gets another', async () => {
  for (let target = 7; target < 17; target += 1) {
    const body = attestationBody({ source: 6, target });
    const before = watched.recorded();
    await askAndLeave(watched.signer.api, sized(signPath(key.publicKey), [], body));
    await eventually(() => watched.recorded() !== before, 'the vote is recorded');
    const recorded = watched.recorded();
    const again = await watched.sign(key, body);
    assert.equal(again.status, 200);
    assert.equal((await watched.sign(key, attestationBody({ source: 6, target, fill: 2 }))).status, 412);
    assert.equal((await watched.sign(key, body)).body, again.body);
    assert.equal(watched.recorded(), recorded, 'one record for all of it');
  }
});

test('row 30: a client that leaves in the middle of its request leaves nothing', async () => {
  const body = attestationBody({ source: 17, target: 18 });
  const recorded = watched.recorded();
  const request = sized(signPath(key.publicKey), [], body);
  await askAndLeave(watched.signer.api, request.slice(0, -1));
  assert.equal((await watched.signer.get('/healthcheck')).status, 200);
  assert.equal(watched.recorded(), recorded);
  assert.equal((await watched.sign(key, attestationBody({ source: 17, target: 18, fill: 2 }))).status, 200);
});

test('row 32: 10,100 requests at once are signed or get 503, none records anything, and health answers', async () => {
  const known = (await watched.sign(stormed, knownBody)).body;
  const path = signPath(stormed.publicKey);
  const request = sized(path, ['Accept: application/json'], knownBody);
  const last = sized(path, ['Accept: application/json', 'Connection: close'], knownBody);
  const requests = [request.repeat(100) + last];
  const recorded = watched.recorded();
  const storm = Array.from(
    { length: 100 },
    async () => await rawRequest(watched.signer.api, requests, { untilClosed: true }),
  );
  const health = await Promise.all(Array.from({ length: 20 }, async () => await watched.signer.get('/healthcheck')));
  assert.ok(health.every(({ status }) => status === 200));
  const texts = (await Promise.all(storm)).map(({ text }) => text);
  const answers = texts.flatMap((text) => text.match(/HTTP\/1\.1 \d+/gu) ?? []);
  assert.equal(answers.length, 10_100);
  // How many there is room for depends on the machine.
  assert.ok(answers.every((answer) => answer === 'HTTP/1.1 200' || answer === 'HTTP/1.1 503'));
  const signatures = new Set(texts.flatMap((text) => text.match(/\{"signature":"0x[0-9a-f]{192}"\}/gu) ?? []));
  assert.deepEqual([...signatures], [known]);
  assert.equal(watched.recorded(), recorded);
  await watched.checkOthers();
});
