import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { attestation } from '../support/attestations.ts';
import { attestationBody } from '../support/ethereum-bodies.ts';
import { newEthereumKey, rawKeyFile, signPath } from '../support/ethereum-setup.ts';
import { eventually } from '../support/eventually.ts';
import { Machine } from './machine.ts';
import { readPage, root, sectionOf } from './page.ts';

/** The first page that anybody reads is short and true: what it says is done here. */
const page = readPage('README.md');
const { engines, scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  engines: { node: string };
  scripts: Record<string, string>;
};
const serve = /^npx tidemark serve .*$/mu;
/** Nothing in the page sets a port: in tests the system chooses one. */
const anyPort = 'env TIDEMARK_SERVER__LISTEN_PORT=0 TIDEMARK_METRICS__LISTEN_PORT=0';
let machine: Machine;

before(async () => {
  machine = await Machine.create({}, []);
});

after(async () => await machine.remove());

test('it is one screen', () => {
  const lines = page.text.split('\n');
  assert.ok(lines.length <= 61, `${lines.length} lines`);
  assert.deepEqual(
    lines.filter((line) => line.length > 120),
    [],
  );
});

test('it names the Node that package.json asks for', () => {
  const [, version = ''] = /Node (\d+\.\d+) or newer/u.exec(page.text) ?? [];
  assert.equal(engines.node, `>=${version}`);
});

test('npm start is the trial that the page promises, and npm test the check', () => {
  assert.match(scripts['start'] ?? '', /build && node build\/src\/main\/cli\.js dev$/u);
  assert.match(`${scripts['test']} ${scripts['check']}`, /check/u);
});

test('the trial signs, refuses and goes on serving until it is told to stop', async () => {
  const trial = await machine.runUntil(`${anyPort} tidemark dev`, 'Serving until Ctrl-C');
  assert.match(trial.printed, /signed +tz1/u);
  assert.match(trial.printed, /signed +tz4/u);
  assert.match(trial.printed, /refused +tz1.*409 watermark validation failed/u);
  assert.match(trial.printed, /signed +0x\w+….*attestation/u);
  assert.match(trial.printed, /signed +0x\w+….*block/u);
  assert.match(trial.printed, /refused +0x\w+….*412 surround/u);
  assert.equal(await trial.stop(), 0);
});

test('its configuration and its commands make a signer that signs for both chains', async () => {
  const { blocks } = sectionOf(page, 'use-it');
  const config = blocks.find(({ language }) => language === 'yaml');
  const commands = blocks.find(({ language }) => language === 'sh');
  assert.ok(config !== undefined && commands !== undefined);
  machine.write('/tmp/tidemark.yaml', config.text);
  const [start] = serve.exec(commands.text) ?? [];
  assert.ok(start !== undefined, 'the last command serves');
  const printed = await machine.run(`cd /tmp/\n${commands.text.replace(serve, '')}`);
  const [pkh = ''] = /^tz1\w{33}/mu.exec(printed) ?? [];
  machine.write('/tmp/tidemark.yaml', config.text.replace(/tz1\w{33}/u, pkh));
  const validator = newEthereumKey();
  const [, folder = ''] = /paths: \[(\S+)\]/u.exec(config.text) ?? [];
  machine.write(`${folder}/validator.yaml`, rawKeyFile(validator), 0o600);
  const command = start.replace('npx ', '').replace('tidemark.yaml', '/tmp/tidemark.yaml');
  const signer = await machine.runUntil(`${anyPort} ${command}`, 'Signing address');
  const [, api = ''] = /Signing address=(\S+)/u.exec(signer.printed) ?? [];
  const body = JSON.stringify(Buffer.from(attestation(1)).toString('hex'));
  const answer = await fetch(`${api}/keys/${pkh}`, { method: 'POST', body });
  assert.equal(answer.status, 200, await answer.text());
  const keys = async () => await (await fetch(`${api}/api/v1/eth2/publicKeys`)).text();
  await eventually(async () => (await keys()).includes(validator.publicKey), 'the validator key is loaded');
  const vote = attestationBody({ source: 60_000, target: 60_001 });
  const voted = await fetch(`${api}${signPath(validator.publicKey)}`, { method: 'POST', body: vote });
  assert.equal(voted.status, 200, await voted.text());
  assert.equal(await signer.stop(), 0);
});

test('each client has its row, with the URL that the signer serves at unless told otherwise', () => {
  const { text } = sectionOf(page, 'use-it');
  const rows = [...text.matchAll(/^\| (\w*) ?\| (.+) \|$/gmu)].map(([, client = '', flag = '']) => ({ client, flag }));
  const clients = rows.filter(({ flag }) => flag.includes('http://127.0.0.1:9000')).map(({ client }) => client);
  assert.deepEqual(clients, ['Lighthouse', 'Lodestar', 'Nimbus', 'Prysm', '', 'Teku', 'Vero']);
});

test('it says where the published cases come from, and where tests look for them', () => {
  const text = page.text.replaceAll(/\s+/gu, ' ');
  assert.ok(text.includes('`eth-clients/slashing-protection-interchange-tests` v5.3.0'));
  assert.ok(text.includes('a folder `eip-3076`') && text.includes('`TIDEMARK_VECTORS`'));
});
