import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { operationKinds, requestKinds } from '../../src/tezos/kinds.ts';
import { attestation } from '../support/attestations.ts';
import { newEthereumKey, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { recordOutput } from '../support/run-record.ts';
import { ScratchFolder, SignerProcess } from '../support/signer-process.ts';
import { allowAll, sampleKey, type Setup, writeSetup } from '../support/setup.ts';

const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], env: Record<string, string> = {}): Ran {
  const all = { ...process.env, ...env };
  const ran = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env: all, timeout: 60_000 });
  recordOutput(ran.stdout + ran.stderr);
  return ran;
}

function inScratch(use: (setup: Setup, folder: ScratchFolder) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const folder = new ScratchFolder();
    try {
      await use(writeSetup(folder, { keys: [sampleKey('ed25519')], policy: allowAll }), folder);
    } finally {
      folder.remove();
    }
  };
}

test('--help names every command, and every command explains itself', () => {
  const { stdout, status } = run(['--help']);
  assert.equal(status, 0);
  for (const word of [
    'serve',
    'dev',
    'config',
    'keys',
    'protection',
    'tezos',
    'version',
    '--config',
    '--log',
    '--base-dir',
    '--json-log',
  ]) {
    assert.ok(stdout.includes(word), `--help does not name ${word}`);
  }
  const commands = [
    'serve',
    'dev',
    'config check',
    'keys list',
    'protection show',
    'protection import',
    'protection stop-at',
    'keys generate',
    'keys import',
    'tezos list-requests',
    'tezos list-ops',
  ];
  for (const command of commands) {
    const help = run([...command.split(' '), '--help']);
    assert.equal(help.status, 0, command);
    assert.match(help.stdout, /Usage: tidemark/u);
  }
});

test('version is the one in package.json', () => {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  assert.ok(manifest.includes(`"version": "${run(['version']).stdout.trim()}"`));
});

test('a misspelt command names the right one and ends with 1', () => {
  const { status, stderr } = run(['serv']);
  assert.equal(status, 1);
  assert.match(stderr, /serve/u);
});

test('the kinds that a policy can name are listed', () => {
  assert.deepEqual(run(['tezos', 'list-requests']).stdout.trim().split('\n'), [...requestKinds].sort());
  assert.deepEqual(run(['tezos', 'list-ops']).stdout.trim().split('\n'), [...operationKinds].sort());
});

test(
  'config check prints what is in effect and where it came from, without secrets',
  inScratch(({ configFile, baseDir }) => {
    const { status, stdout } = run(['config', 'check', '-c', configFile], { TIDEMARK_SERVER__LISTEN_PORT: '9001' });
    assert.equal(status, 0);
    assert.ok(stdout.includes(baseDir));
    assert.match(stdout, /server\.listen_port.*9001.*TIDEMARK_SERVER__LISTEN_PORT/u);
    assert.doesNotMatch(stdout, /edsk/u);
  }),
);

test(
  'keys that are generated and imported are listed, and sign once their policy is there',
  inScratch(async ({ configFile, baseDir }, folder) => {
    const generated = run([
      'keys',
      'generate',
      '-c',
      configFile,
      '--vault',
      'local',
      '--type',
      'tz4',
      '-n',
      '2',
      '--name',
      'pair',
    ]);
    assert.equal(generated.status, 0, generated.stderr);
    const [first = ''] = generated.stdout.trim().split(/\s/u);
    assert.match(first, /^tz4/u);
    const imported = sampleKey('secp256k1');
    const secret = folder.write('secret', imported.secret);
    const password = folder.write('password', 'correct horse battery staple');
    const args = [
      'keys',
      'import',
      '-c',
      configFile,
      '--vault',
      'local',
      '--secret',
      `file:${secret}`,
      '--password',
      `file:${password}`,
    ];
    const result = run(args);
    assert.equal(result.status, 0, result.stderr);
    assert.ok(result.stdout.startsWith(imported.pkh));
    const secrets = readFileSync(join(folder.path, 'secrets.json'), 'utf8');
    assert.ok(secrets.includes('encrypted:spesk') && !secrets.includes(imported.secret));

    const text = readFileSync(configFile, 'utf8').replace(
      'secrets.json\n',
      `secrets.json\n      password: file:${password}\n`,
    );
    folder.write('tidemark.yaml', `${text}  ${first}: ${allowAll}\n  ${imported.pkh}: ${allowAll}\n`);
    const listed = run(['keys', 'list', '-c', configFile]);
    assert.equal(listed.status, 0, listed.stderr);
    assert.ok(listed.stdout.includes(first) && listed.stdout.includes(imported.pkh));
    assert.ok(!existsSync(join(baseDir, 'watermark_v2')), 'listing touches no store');
    const signer = await SignerProcess.start(configFile);
    assert.equal((await signer.sign(first, attestation(1))).status, 200);
    assert.equal((await signer.sign(imported.pkh, attestation(1))).status, 200);
    await signer.stop();
  }),
);

test('Ethereum keys are listed with their files, and a file that holds none is named and ends it with 1', () => {
  const folder = new ScratchFolder();
  try {
    const validators = [newEthereumKey(), newEthereumKey()];
    const marks = join(folder.path, 'marks.db');
    const antiSlashing = `{ backend: sqlite, path: ${marks} }`;
    const configFile = writeEthereumSetup(folder, { keys: validators, antiSlashing });
    const listed = run(['keys', 'list', '-c', configFile]);
    assert.equal(listed.status, 0, listed.stderr);
    const lines = listed.stdout.trim().split('\n');
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      validators.map(({ publicKey }) => publicKey).sort(),
    );
    assert.ok(lines.every((line) => line.includes(join(folder.path, 'keys/all.yaml'))));
    assert.ok(!existsSync(marks), 'listing touches no store');

    const bad = folder.write('keys/bad.yaml', 'type: file-raw\nprivateKey: "0x1234"\n');
    const complained = run(['keys', 'list', '-c', configFile]);
    assert.equal(complained.status, 1);
    assert.deepEqual(complained.stdout, listed.stdout);
    assert.ok(complained.stderr.includes(`not loaded: ${bad}`), complained.stderr);
    assert.ok(!complained.stderr.includes('1234'));
  } finally {
    folder.remove();
  }
});

test(
  'a secret is never taken from the command line',
  inScratch(({ configFile }) => {
    const { secret } = sampleKey('ed25519');
    const { status, stderr } = run(['keys', 'import', '-c', configFile, '--vault', 'local', '--secret', secret]);
    assert.equal(status, 78);
    assert.match(stderr, /env:NAME or file:PATH/u);
    assert.ok(!stderr.includes(secret));
  }),
);

test(
  'a second signer on the same folder is refused, and the first goes on',
  inScratch(async ({ configFile, keys }) => {
    const signer = await SignerProcess.start(configFile);
    const second = run(['serve', '-c', configFile], {
      TIDEMARK_SERVER__LISTEN_PORT: '0',
      TIDEMARK_METRICS__LISTEN_PORT: '0',
    });
    assert.equal(second.status, 75);
    assert.match(second.stderr, new RegExp(`process ${signer.child.pid}`, 'u'));
    assert.equal((await signer.sign(keys[0]?.pkh ?? '', attestation(1))).status, 200);
    await signer.stop();
  }),
);

test(
  'with allow_repeat: false the same bytes are refused the second time, as the seed has it',
  inScratch(async ({ configFile, keys }) => {
    const signer = await SignerProcess.start(configFile, { env: { TIDEMARK_PROTECTION__ALLOW_REPEAT: 'false' } });
    const [key] = keys;
    assert.equal((await signer.sign(key?.pkh ?? '', attestation(1))).status, 200);
    assert.equal((await signer.sign(key?.pkh ?? '', attestation(1))).status, 409);
    assert.equal((await signer.sign(key?.pkh ?? '', attestation(2))).status, 200);
    await signer.stop();
  }),
);

test('dev shows a signature and a refusal by each curve and chain, keeps serving, and leaves nothing behind', async () => {
  const env = { ...process.env, TIDEMARK_SERVER__LISTEN_PORT: '0', TIDEMARK_METRICS__LISTEN_PORT: '0' };
  const child = spawn(process.execPath, [cli, 'dev'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes('Serving until Ctrl-C')) break;
  }
  for (const prefix of ['tz1', 'tz2', 'tz3', 'tz4']) {
    assert.match(text, new RegExp(`signed +${prefix}`, 'u'));
    assert.match(text, new RegExp(`refused +${prefix}.*409 watermark validation failed`, 'u'));
  }
  assert.match(text, /signed +0x\w+….*attestation of epoch/u);
  assert.match(text, /signed +0x\w+….*block of slot/u);
  assert.match(text, /refused +0x\w+….*412 surround/u);
  const asked = [...text.matchAll(/-d '(\{[^']*ATTESTATION[^']*)' \\\n +(\S+)/gu)];
  const statuses: number[] = [];
  for (const [, body = '', url = ''] of asked) statuses.push((await fetch(url, { method: 'POST', body })).status);
  assert.deepEqual(statuses, [200, 412], 'the commands that it prints do what it says');
  const url = /curl -s (http:\/\/\S+\/keys\/tz1\S+)/u.exec(text)?.[1] ?? '';
  assert.match(await (await fetch(url)).text(), /edpk/u);
  const folder = /throw-away keys in (\S+)/u.exec(text)?.[1] ?? '';
  assert.ok(existsSync(folder));
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  assert.deepEqual(await exited, [0, null]);
  assert.ok(!existsSync(folder));
});
