import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { attestationBody } from '../support/ethereum-bodies.ts';
import { derivedKey, keystoreDescriptor, sealKeystore, validatorKey } from '../support/ethereum-keys.ts';
import {
  type EthereumKey,
  newEthereumKey,
  rawKeyFile,
  signPath,
  startEthereum,
  writeEthereumSetup,
} from '../support/ethereum-setup.ts';
import { eventually } from '../support/eventually.ts';
import { recordOutput } from '../support/run-record.ts';
import { ScratchFolder, SignerProcess } from '../support/signer-process.ts';

/** How keys come and go while the program runs. */
const folders: ScratchFolder[] = [];
const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;
const memory = '{ backend: mem }';

after(() => folders.forEach((folder) => folder.remove()));

for (const [what, tell] of [
  ['SIGHUP', async (signer: SignerProcess) => void signer.child.kill('SIGHUP')],
  ['POST /reload', async (signer: SignerProcess) => assert.equal((await signer.post('/reload', '')).status, 202)],
] as const) {
  test(`${what} takes a new key file up and drops one that is gone, and the other key signs all the while`, async (t) => {
    const folder = scratch();
    const [stays, leaves, comes] = [newEthereumKey(), newEthereumKey(), newEthereumKey()];
    const configFile = writeEthereumSetup(folder, { keys: [stays], antiSlashing: memory });
    folder.write('keys/leaves.yaml', rawKeyFile(leaves));
    const signer = await startEthereum(configFile, [stays, leaves]);
    t.after(async () => await signer.stop());
    const going = keepSigning(signer, stays);

    folder.write('keys/comes.yaml', rawKeyFile(comes));
    rmSync(join(folder.path, 'keys/leaves.yaml'));
    await tell(signer);
    const wanted = [stays.publicKey, comes.publicKey].sort();
    await eventually(async () => String(await keysOf(signer)) === String(wanted), 'the keys are those of the files');

    assert.equal((await vote(signer, comes, 60_001)).status, 200);
    assert.equal((await vote(signer, leaves, 60_001)).status, 404);
    const statuses = await going.stop();
    assert.ok(statuses.length > 0);
    assert.deepEqual(new Set(statuses), new Set([200]), 'not one duty of the key that stayed was missed');
    assert.ok(signer.log.some((line) => line.msg === 'Key removed' && line['key'] === leaves.publicKey));
    await eventually(async () => /"completed"/u.test((await signer.get('/reload')).body), 'GET /reload says so');
  });
}

test('while slow keystores are opened the signer is alive, not ready, and signs with what it has', async (t) => {
  const folder = scratch();
  const raw = newEthereumKey();
  const password = 'correct horse battery staple';
  const kdf = { n: 262_144 };
  const derived = derivedKey(password, kdf);
  const slow = Array.from({ length: 4 }, validatorKey);
  const configFile = writeEthereumSetup(folder, { keys: [raw], antiSlashing: memory });
  folder.write('keys/password.txt', password);
  for (const [index, { secret }] of slow.entries()) {
    folder.write(`keys/slow-${index}.json`, JSON.stringify(sealKeystore({ secret, password, kdf, derived })));
    folder.write(`keys/slow-${index}.yaml`, keystoreDescriptor(`slow-${index}.json`, 'password.txt'));
  }
  const signer = await SignerProcess.start(configFile);
  t.after(async () => await signer.stop());

  assert.equal((await signer.get('/upcheck')).status, 200, 'alive');
  assert.equal((await signer.get('/healthcheck')).status, 503, 'not ready');
  assert.equal((await signer.get('/healthz')).status, 503);
  const last = slow.at(-1) ?? validatorKey();
  const early = await signer.post(signPath(last.id), attestationBody({ source: 60_000, target: 60_001 }));
  assert.equal(early.status, 503, 'nobody can say yet that there is no such key');
  assert.equal(early.headers.get('tidemark-error'), 'keys_loading');
  assert.equal(early.headers.get('retry-after'), '1');
  await eventually(async () => (await vote(signer, raw, 60_001)).status === 200, 'the raw key signs');

  await eventually(async () => (await signer.get('/healthcheck')).status === 200, 'ready');
  assert.equal((await keysOf(signer)).length, slow.length + 1);
  const late = await signer.post(signPath(last.id), attestationBody({ source: 60_000, target: 60_001 }));
  assert.equal(late.status, 200);
  const unknown = await vote(signer, newEthereumKey(), 60_001);
  assert.equal(unknown.status, 404, 'now it is known');
});

test('bad key files are named and counted, and the others sign', async (t) => {
  const folder = scratch();
  const good = newEthereumKey();
  const configFile = writeEthereumSetup(folder, { keys: [good], antiSlashing: memory });
  folder.write('keys/vault.yaml', 'type: hashicorp\nkeyType: BLS\nserverHost: 10.0.0.1\n');
  folder.write('keys/short.yaml', 'type: file-raw\nprivateKey: "0x1234"\n');
  folder.write('keys/lost.yaml', keystoreDescriptor('nowhere.json', 'nowhere.txt'));
  const signer = await startEthereum(configFile, [good]);
  t.after(async () => await signer.stop());
  await eventually(async () => (await signer.get('/healthcheck')).status === 200, 'it is ready all the same');

  assert.equal((await vote(signer, good, 60_001)).status, 200);
  const told = signer.log.filter((line) => line.msg === 'Key not loaded').map((line) => String(line['place']));
  for (const name of ['vault.yaml', 'short.yaml', 'lost.yaml']) {
    assert.ok(
      told.some((place) => place.includes(name)),
      `${name} is named: ${told.join(', ')}`,
    );
  }
  assert.match(await signer.scrape(), /^containment_key_load_failures_total\{source="filesystem"\} 3$/mu);
  const { body } = await signer.get('/healthcheck');
  assert.match(body, /"config-files-loading","status":"UP","data":\{"keys-loaded":1,"error-count":3\}/u);
  const { lastError } = JSON.parse((await signer.get('/reload')).body) as { lastError: string };
  assert.match(lastError, /3 of 4 entries/u);
  assert.doesNotMatch(
    JSON.stringify(signer.log) + body + lastError,
    /0x1234/u,
    'what stands in the file is not quoted',
  );
});

test('a SIGHUP while it starts ends nothing, and a SIGTERM while it starts is an orderly end', async () => {
  const folder = scratch();
  const configFile = writeEthereumSetup(folder, { keys: [newEthereumKey()], antiSlashing: memory });
  for (const signals of [['SIGHUP', 'SIGTERM'], ['SIGTERM']] as const) {
    const env = { ...process.env, TIDEMARK_SERVER__LISTEN_PORT: '0', TIDEMARK_METRICS__LISTEN_PORT: '0' };
    const child = spawn(process.execPath, [cli, 'serve', '-c', configFile], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = once(child, 'exit');
    const left: NodeJS.Signals[] = [...signals];
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += recordedText(chunk);
      // The store is open, and the listeners are not.
      if (text.includes('NOT DURABLE')) left.splice(0).forEach((signal) => child.kill(signal));
    });
    assert.deepEqual(await exited, [0, null], text);
    assert.match(text, /Stopped/u);
  }
});

test('a folder that is not there stops the start: rather a slip than a signer without keys', async () => {
  const folder = scratch();
  const configFile = writeEthereumSetup(folder, { keys: [newEthereumKey()], antiSlashing: memory });
  rmSync(join(folder.path, 'keys'), { recursive: true });
  await assert.rejects(SignerProcess.start(configFile), /stopped \(78\)[\s\S]*keys/u);
  mkdirSync(join(folder.path, 'keys'));
  const signer = await SignerProcess.start(configFile);
  assert.equal(await signer.stop(), 0);
});

function recordedText(chunk: Buffer): string {
  const text = chunk.toString('utf8');
  recordOutput(text);
  return text;
}

function scratch(): ScratchFolder {
  const folder = new ScratchFolder();
  folders.push(folder);
  return folder;
}

async function keysOf(signer: SignerProcess): Promise<readonly string[]> {
  return (JSON.parse((await signer.get('/api/v1/eth2/publicKeys')).body) as string[]).sort();
}

async function vote(signer: SignerProcess, key: EthereumKey, target: number): ReturnType<SignerProcess['post']> {
  return await signer.post(signPath(key.publicKey), attestationBody({ source: 60_000, target }));
}

/** Asks for one vote after the other. @returns what ends it, with the statuses */
function keepSigning(signer: SignerProcess, key: EthereumKey): { stop: () => Promise<readonly number[]> } {
  const statuses: number[] = [];
  const end = new AbortController();
  const done = (async () => {
    for (let target = 61_000; !end.signal.aborted; target += 1) {
      statuses.push((await vote(signer, key, target)).status);
    }
  })();
  const stop = async () => {
    end.abort();
    await done;
    return statuses;
  };
  return { stop };
}
