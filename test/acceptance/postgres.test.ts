import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { attestation } from '../support/attestations.ts';
import { attestationBody } from '../support/ethereum-bodies.ts';
import { newEthereumKey, signPath, startEthereum, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { type PostgresServer, serverOfFile } from '../support/postgres-server.ts';
import { allowAll, sampleKey, writeSetup } from '../support/setup.ts';
import { type Answer, ScratchFolder, SignerProcess } from '../support/signer-process.ts';

const server = await serverOfFile();
if (server !== null) acceptance(server);

const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;

function statuses(answers: readonly Answer[]): readonly number[] {
  return answers.map(({ status }) => status).toSorted((a, b) => a - b);
}

function reasonsOf(answers: readonly Answer[]): readonly (string | null)[] {
  return answers.filter(({ status }) => status !== 200).map(({ headers }) => headers.get('tidemark-error'));
}

function acceptance(at: PostgresServer): void {
  test('two signers on one database: of two conflicting votes one is signed, and a stop line binds both', async (t) => {
    const folder = new ScratchFolder();
    const key = newEthereumKey();
    folder.write('password', at.password);
    const url = at.url({ user: 'postgres' });
    const antiSlashing = `{ backend: postgres, url: "${url}", password: "file:${folder.path}/password" }`;
    const configFile = writeEthereumSetup(folder, { keys: [key], antiSlashing });
    const signers = await Promise.all([startEthereum(configFile, [key]), startEthereum(configFile, [key])]);
    t.after(async () => {
      await Promise.all(signers.map((signer) => signer.stop()));
      folder.remove();
    });
    const ask = (signer: SignerProcess, body: string): Promise<Answer> => signer.post(signPath(key.publicKey), body);
    for (let target = 60_001; target <= 60_020; target += 1) {
      const answers = await Promise.all(
        signers.map((signer, fill) => ask(signer, attestationBody({ source: 60_000, target, fill: fill + 1 }))),
      );
      assert.deepEqual(statuses(answers), [200, 412]);
      assert.deepEqual(reasonsOf(answers), ['double_vote']);
    }
    const same = attestationBody({ source: 60_000, target: 60_021 });
    const answers = await Promise.all(signers.map((signer) => ask(signer, same)));
    assert.deepEqual(statuses(answers), [200, 200], 'the same vote is no conflict');
    assert.equal(answers[0]?.body, answers[1]?.body);

    const run = async (...args: readonly string[]): Promise<string> =>
      (await promisify(execFile)(process.execPath, [cli, 'protection', ...args, '-c', configFile])).stdout;
    assert.match(await run('stop-at', '--slot', '2000000', '--epoch', '60030'), /heeds it at once/u);
    for (const signer of signers) {
      const late = await ask(signer, attestationBody({ source: 60_000, target: 60_030 }));
      assert.equal(late.status, 412);
      assert.equal(late.headers.get('tidemark-error'), 'stopped');
    }
    assert.match(await run('show'), /60021/u, 'while both of them run');
    const [first] = signers;
    assert.equal((await first.get('/healthz')).status, 200);
    await at.stop();
    const unknown = await ask(first, attestationBody({ source: 60_000, target: 60_022 }));
    assert.equal(unknown.status, 503);
    assert.doesNotMatch(unknown.body, new RegExp(`${at.password}|${at.port}|127\\.0`, 'u'), 'P-14');
    await at.run();
    const again = await ask(first, attestationBody({ source: 60_000, target: 60_022 }));
    assert.equal(again.status, 200, 'it goes on by itself');
    const logged = signers.flatMap(({ log }) => log.map((line) => JSON.stringify(line))).join('\n');
    assert.doesNotMatch(logged, new RegExp(at.password, 'u'), 'P-14');
  });

  test('two Tezos signers on one database: of two conflicting attestations one is signed', async (t) => {
    const folder = new ScratchFolder();
    const key = sampleKey('ed25519');
    const extra = `watermark: { driver: postgres, config: { url: "env:MARKS_URL" } }\n`;
    const { configFile } = writeSetup(folder, { keys: [key], policy: allowAll, extra });
    const start = { env: { MARKS_URL: at.url() } };
    const signers = await Promise.all([SignerProcess.start(configFile, start), SignerProcess.start(configFile, start)]);
    t.after(async () => {
      await Promise.all(signers.map((signer) => signer.stop()));
      folder.remove();
    });
    for (let level = 10; level < 30; level += 1) {
      const answers = await Promise.all(
        signers.map((signer, payload) => signer.sign(key.pkh, attestation(level, payload + 1))),
      );
      assert.deepEqual(statuses(answers), [200, 409]);
    }
    const metrics = await signers[0].scrape();
    assert.match(metrics, /protection_mode\{mode="durable",backend="postgres"\} 1/u);
  });
}
