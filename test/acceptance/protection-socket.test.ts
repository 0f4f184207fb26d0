import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { attestationBody, blockBody, hoodi } from '../support/ethereum-bodies.ts';
import { newEthereumKey, signPath, startEthereum, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { recordOutput } from '../support/run-record.ts';
import { ScratchFolder, type SignerProcess } from '../support/signer-process.ts';
import { sqliteRuns } from '../sqlite-addon.ts';

/** Export and import through the signer that holds the store: what an operator types, while signatures are made. */
const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;
const folders: ScratchFolder[] = [];
const key = newEthereumKey();
const stranger = newEthereumKey();
const network = hoodi.forkInfo.genesis_validators_root;

after(() => folders.forEach((folder) => folder.remove()));

interface Place {
  readonly folder: ScratchFolder;
  readonly config: string;
  readonly socket: string;
}

function place(backend: 'file' | 'sqlite' | 'mem', extra = ''): Place {
  const folder = new ScratchFolder();
  folders.push(folder);
  mkdirSync(join(folder.path, 'marks'));
  const path = join(folder.path, backend === 'file' ? 'marks' : 'marks.db');
  const antiSlashing = backend === 'mem' ? '{ backend: mem }' : `{ backend: ${backend}, path: ${path} }`;
  const config = writeEthereumSetup(folder, { keys: [key], antiSlashing, extra });
  return { folder, config, socket: backend === 'mem' ? join(folder.path, 'base/protection.sock') : `${path}.sock` };
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function tidemark(config: string, args: readonly string[], input = ''): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'protection', ...args, '-c', config], {
    encoding: 'utf8',
    input,
    timeout: 60_000,
  });
  recordOutput(stdout + stderr);
  return { status, stdout, stderr };
}

async function ask(signer: SignerProcess, body: string): Promise<number> {
  return (await signer.post(signPath(key.publicKey), body)).status;
}

function vote(source: number, target: number, fill = 1): string {
  return attestationBody({ source, target, fill });
}

function interchange(target: number, slot: number, pubkey = key.publicKey): string {
  const metadata = { interchange_format_version: '5', genesis_validators_root: network };
  const votes = [{ source_epoch: String(target - 1), target_epoch: String(target) }];
  return JSON.stringify({
    metadata,
    data: [{ pubkey, signed_blocks: [{ slot: String(slot) }], signed_attestations: votes }],
  });
}

const backends = (await sqliteRuns()) ? (['file', 'sqlite', 'mem'] as const) : (['file', 'mem'] as const);

test('one key is shown through the signer that holds the store', async () => {
  const { config } = place('file');
  const signer = await startEthereum(config, [key]);
  try {
    assert.equal(await ask(signer, vote(96, 97)), 200);
    const { status, stdout } = tidemark(config, ['show', key.publicKey.toUpperCase().replace('0X', '')]);
    assert.equal(status, 0);
    assert.match(stdout, /\n {2}attestation: up to target epoch 97 \(2\d{3}-.*Z\), source epoch 96, root 0x/u);
    assert.match(tidemark(config, ['show', stranger.publicKey]).stdout, /this store has never seen the key/u);
  } finally {
    await signer.stop();
  }
});

for (const backend of backends) {
  test(`${backend}: what is imported into a running signer is refused by it at once, and nothing is frozen`, async () => {
    const { config, folder, socket } = place(backend);
    const signer = await startEthereum(config, [key]);
    try {
      assert.equal(statSync(socket).mode & 0o777, 0o600);
      assert.equal(await ask(signer, vote(96, 97)), 200);
      const file = folder.write('in.json', interchange(110, 3_400));
      const imported = tidemark(config, ['import', file, '--verbose']);
      assert.equal(imported.status, 0, imported.stderr);
      assert.match(imported.stdout, /The signer is running and holds the store: asking it through/u);
      assert.match(imported.stdout, new RegExp(`${key.publicKey} block=3400 attestation=109-110 raised`, 'u'));
      assert.match(imported.stdout, /network=hoodi keys=1 marks=2 raised=2/u);
      assert.equal(await ask(signer, vote(97, 98)), 412, 'lower than what was imported');
      assert.equal(await ask(signer, vote(109, 110)), 412, 'a position whose root is not known is no repeat');
      assert.equal(await ask(signer, blockBody({ slot: 3_400 })), 412);
      assert.equal(await ask(signer, vote(109, 111)), 200, 'above it the key goes on');
      assert.equal(await ask(signer, blockBody({ slot: 3_401 })), 200);
      const again = tidemark(config, ['import', file]);
      assert.match(again.stdout, /raised=0\n2 stood as high already/u);
      assert.equal(await ask(signer, vote(109, 111)), 200, 'the same again, the root was kept');

      const exported = tidemark(config, ['export', '-']);
      assert.equal(exported.status, 0, exported.stderr);
      const { metadata, data } = JSON.parse(exported.stdout) as Exported;
      assert.deepEqual(metadata, { interchange_format_version: '5', genesis_validators_root: network });
      assert.equal(data.length, 1);
      assert.equal(data[0]?.pubkey, key.publicKey);
      assert.equal(data[0]?.signed_blocks[0]?.slot, '3401');
      assert.match(data[0]?.signed_attestations[0]?.signing_root ?? '', /^0x[0-9a-f]{64}$/u);

      const marks = await get(socket, `/api/v1/protection/marks/${key.publicKey}`);
      assert.equal(marks.status, 200);
      assert.match(marks.text, /"duty":"attestation","closed":false,"mark":\{"height":"111","floor":"109"/u);
    } finally {
      await signer.stop();
    }
    assert.equal(existsSync(socket), false, 'the socket goes with the signer');
    assert.deepEqual(leftovers(folder.path), []);
  });
}

interface Exported {
  readonly metadata: object;
  readonly data: readonly {
    readonly pubkey: string;
    readonly signed_blocks: readonly { readonly slot: string }[];
    readonly signed_attestations: readonly { readonly signing_root?: string }[];
  }[];
}

/** Files that are there only while something is written. */
function leftovers(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tide|\.new-|import-/u.test(name),
  );
}

async function get(socketPath: string, path: string): Promise<{ status: number; text: string }> {
  return await new Promise((resolve, reject) => {
    request({ socketPath, path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

test('a bad file changes nothing in a running signer, and is named to whoever imports it', async () => {
  const { config, socket } = place('file');
  const signer = await startEthereum(config, [key]);
  try {
    const bad = interchange(110, 3_400).replace('"3400"', '"1e3"');
    const refused = await post(socket, '/api/v1/protection/import', bad);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /"code":"uint64_range","message":".*signed_blocks\[0\]\.slot must be/u);
    assert.equal((await post(socket, '/api/v1/protection/import', '{')).status, 400);
    const far = interchange(2 ** 40, 3_400);
    assert.match((await post(socket, '/api/v1/protection/import', far)).text, /"code":"beyond_future_bound"/u);
    assert.equal((await get(socket, '/api/v1/protection/export?network=nowhere')).status, 400);
    assert.equal((await get(socket, '/api/v1/protection/marks/0x12')).status, 400);
    assert.equal((await get(socket, '/api/v1/eth2/publicKeys')).status, 404, 'no signing at this door');
    const marks = await get(socket, `/api/v1/protection/marks/${key.publicKey}`);
    assert.deepEqual(JSON.parse(marks.text), { marks: [] });
    assert.equal(await ask(signer, vote(1, 2)), 200);
  } finally {
    await signer.stop();
  }
});

async function post(socketPath: string, path: string, body: string): Promise<{ status: number; text: string }> {
  return await new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method: 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end(body);
  });
}

test('a socket that a killed signer left is replaced, and another file in its place is not', async () => {
  const { config, socket, folder } = place('file');
  const killed = await startEthereum(config, [key]);
  await killed.stop('SIGKILL');
  assert.ok(existsSync(socket), 'nobody took it away');
  const next = await startEthereum(config, [key]);
  assert.equal(tidemark(config, ['export', '-', '--network', 'hoodi']).status, 0);
  await next.stop();
  folder.write('marks.sock', 'something of the operator');
  const third = await startEthereum(config, [key]);
  try {
    const warning = third.log.find(({ msg }) => msg.startsWith('No protection socket'));
    assert.equal(warning?.level, 'warn');
    assert.equal(readFileSync(socket, 'utf8'), 'something of the operator');
    const { status, stderr } = tidemark(config, ['export', '-', '--network', 'hoodi']);
    assert.equal(status, 75);
    assert.match(stderr, /the signer is running.*does not answer/u);
  } finally {
    await third.stop();
  }
});

test('a folder that takes no socket, and a path that is too long, are said in the log, and the signer signs', async () => {
  for (const path of ['/nowhere/at/all/tidemark.sock', `/tmp/${'x'.repeat(200)}.sock`]) {
    const { config } = place('file', `protection: { socket: ${path} }`);
    const signer = await startEthereum(config, [key]);
    assert.ok(signer.log.some(({ msg, level }) => level === 'warn' && msg.startsWith('No protection socket')));
    assert.equal(await ask(signer, vote(1, 2)), 200);
    await signer.stop();
  }
});

test('with the socket off the command says so, and names no way around the lock', async () => {
  const { config, socket } = place('file', 'protection: { socket: null }');
  const signer = await startEthereum(config, [key]);
  assert.equal(existsSync(socket), false);
  const { status, stderr } = tidemark(config, ['export', '-']);
  await signer.stop();
  assert.equal(status, 75);
  assert.match(stderr, /protection\.socket is off/u);
});

test('an export to a file is there whole with mode 0600, and replaces nothing without --force', () => {
  const { config, folder } = place('file');
  const input = interchange(110, 3_400);
  assert.equal(tidemark(config, ['import', '-'], input).status, 0, 'from standard input');
  const out = join(folder.path, 'out.json');
  const first = tidemark(config, ['export', out, '--json']);
  assert.equal(first.status, 0, first.stderr);
  assert.deepEqual(JSON.parse(first.stdout), { file: out, genesis_validators_root: network, keys: 1, marks: 2 });
  assert.equal(statSync(out).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(readFileSync(out, 'utf8')), JSON.parse(input));
  chmodSync(out, 0o400);
  const second = tidemark(config, ['export', out]);
  assert.equal(second.status, 78);
  assert.match(second.stderr, /is there already.*--force/u);
  assert.equal(tidemark(config, ['export', out, '--force', '--key', stranger.publicKey]).status, 0);
  assert.deepEqual(JSON.parse(readFileSync(out, 'utf8')), {
    metadata: { interchange_format_version: '5', genesis_validators_root: network },
    data: [{ pubkey: stranger.publicKey, signed_blocks: [], signed_attestations: [] }],
  });
  assert.deepEqual(leftovers(folder.path), []);
});
