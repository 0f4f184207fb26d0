import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sqliteName, sqliteRuns } from '../sqlite-addon.ts';
import { attestationBody, blockBody, hoodi, randaoBody } from '../support/ethereum-bodies.ts';
import { newEthereumKey, signPath, startEthereum, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { recordOutput } from '../support/run-record.ts';
import { type Answer, ScratchFolder, type SignerProcess } from '../support/signer-process.ts';

/** Each backend of `anti_slashing` in the running program: what it refuses, what it keeps, how loud it is. */
interface Backend {
  readonly name: string;
  readonly refuses: boolean;
  readonly durable: boolean;
  /** Its labels in `protection_mode`, and what health says. */
  readonly mode: string;
  readonly health: string;
  /** What it warns of at the start; null when there is nothing to warn of. */
  readonly warning: RegExp | null;
}

const durable = { refuses: true, durable: true, warning: null };
const backends: readonly Backend[] = [
  { ...durable, name: 'file', mode: 'mode="durable",backend="file"', health: 'durable, file' },
  { ...durable, name: 'sqlite', mode: 'mode="durable",backend="sqlite"', health: 'durable, sqlite' },
  {
    name: 'mem',
    refuses: true,
    durable: false,
    mode: 'mode="mem",backend="mem"',
    health: 'not durable, mem',
    warning: /^NOT DURABLE/u,
  },
  {
    name: 'noop',
    refuses: false,
    durable: false,
    mode: 'mode="none",backend="ignore"',
    health: 'unprotected, ignore',
    warning: /^NO PROTECTION/u,
  },
];

const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;
const key = newEthereumKey();
const folders: ScratchFolder[] = [];
const vote = attestationBody({ source: 60_000, target: 60_001 });
const double = attestationBody({ source: 60_000, target: 60_001, fill: 2 });
const surround = attestationBody({ source: 59_999, target: 60_002 });
const hasSqlite = await sqliteRuns();

after(() => folders.forEach((folder) => folder.remove()));

for (const backend of backends.filter(({ name }) => hasSqlite || !sqliteName.startsWith(name))) {
  const { name, refuses, mode, health, warning } = backend;
  const conflict = refuses ? 412 : 200;

  test(`${name}: a double vote and a surround are ${refuses ? 'refused' : 'signed, as it warned'}`, async (t) => {
    const configFile = setupOf(name);
    let signer = await startEthereum(configFile, [key]);
    t.after(async () => await signer.stop());
    assert.equal((await ask(signer, vote)).status, 200);
    assert.equal((await ask(signer, vote)).status, 200, 'the same again');
    assert.equal((await ask(signer, double)).status, conflict);
    assert.equal((await ask(signer, surround)).status, conflict);
    assert.equal((await ask(signer, blockBody({ slot: 1_920_000 }))).status, 200);
    assert.equal((await ask(signer, blockBody({ slot: 1_920_000, fill: 2 }))).status, conflict);
    assert.equal((await ask(signer, randaoBody(60_000))).status, 200, 'no rule is about this');

    await signer.stop('SIGKILL');
    signer = await startEthereum(configFile, [key]);
    assert.equal((await ask(signer, double)).status, backend.durable ? 412 : 200, 'after a crash');
  });

  test(`${name}: the log, health and the metrics say what it promises`, async (t) => {
    const signer = await startEthereum(setupOf(name), [key]);
    t.after(async () => await signer.stop());
    const warnings = signer.log.filter(({ level, msg }) => level === 'warn' && msg.startsWith('NO'));
    if (warning === null) assert.deepEqual(warnings, []);
    else assert.match(String(warnings[0]?.msg), warning);
    assert.ok((await signer.scrape()).includes(`protection_mode{${mode}} 1`));
    assert.ok((await signer.get('/healthcheck')).body.includes(`"text":"${health}"`));
  });
}

test('a stop line, drawn while the signer is down, stops both duties from there on and nothing else', async (t) => {
  const configFile = setupOf('file');
  let signer = await startEthereum(configFile, [key]);
  t.after(async () => await signer.stop());
  assert.equal((await signer.get('/api/v1/eth2/highWatermark')).body, '{}');
  assert.equal((await ask(signer, vote)).status, 200);
  const refused = tidemark(configFile, 'stop-at', '--slot', '1920100', '--epoch', '60003');
  assert.equal(refused.status, 75, 'not while it runs');
  assert.match(refused.stderr, /the signer is running/u);
  await signer.stop();

  const drawn = tidemark(configFile, 'stop-at', '--slot', '1920100', '--epoch', '60003');
  assert.equal(drawn.status, 0, drawn.stderr);
  assert.ok(drawn.stdout.includes('signed so far: attestations up to target epoch 60001'), drawn.stdout);
  signer = await startEthereum(configFile, [key]);
  const line = JSON.parse((await signer.get('/api/v1/eth2/highWatermark')).body) as unknown;
  assert.deepEqual(line, { slot: '1920100', epoch: '60003' });
  assert.equal((await ask(signer, blockBody({ slot: 1_920_099 }))).status, 200);
  assert.equal((await ask(signer, attestationBody({ source: 60_001, target: 60_002 }))).status, 200);
  for (const body of [blockBody({ slot: 1_920_100 }), attestationBody({ source: 60_001, target: 60_003 })]) {
    const answer = await ask(signer, body);
    assert.equal(answer.status, 412);
    assert.equal(answer.headers.get('tidemark-error'), 'stopped');
    assert.match(answer.body, /"reason":"stopped"/u);
  }
  assert.equal((await ask(signer, randaoBody(60_010))).status, 200);

  await signer.stop();
  assert.equal(tidemark(configFile, 'stop-at', '--remove').status, 0);
  assert.ok(tidemark(configFile, 'show').stdout.includes('no stop line'));
  signer = await startEthereum(configFile, [key]);
  assert.equal((await ask(signer, attestationBody({ source: 60_001, target: 60_003 }))).status, 200);
  assert.equal((await ask(signer, attestationBody({ source: 60_001, target: 60_002, fill: 2 }))).status, 412);
});

for (const name of ['mem', 'noop']) {
  test(`${name} takes no stop line, which would be lost`, () => {
    const { status, stderr } = tidemark(setupOf(name), 'stop-at', '--slot', '1', '--epoch', '1');
    assert.equal(status, 78);
    assert.match(stderr, /keeps nothing/u);
  });
}

function setupOf(backend: string): string {
  const folder = new ScratchFolder();
  folders.push(folder);
  const path = join(folder.path, backend === 'file' ? 'marks' : 'marks.db');
  if (backend === 'file') mkdirSync(path);
  const place = backend === 'file' || backend === 'sqlite' ? `, path: ${path}` : '';
  const antiSlashing = `{ backend: ${backend}${place} }`;
  return writeEthereumSetup(folder, { keys: [key], network: hoodi.name, antiSlashing });
}

async function ask(signer: SignerProcess, body: string): Promise<Answer> {
  return await signer.post(signPath(key.publicKey), body);
}

function tidemark(
  configFile: string,
  ...words: readonly string[]
): { status: number | null; stdout: string; stderr: string } {
  const args = [cli, 'protection', ...words, '-c', configFile];
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  recordOutput(ran.stdout + ran.stderr);
  return ran;
}
