import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadConfig } from '../../src/config/load-config.ts';
import { isFault } from '../../src/base/fault.ts';
import { publicKeyOf } from '../../src/crypto/open-curve-key.ts';
import { readTezosSecret } from '../../src/keys/tezos-secret.ts';
import { publicKeyText } from '../../src/tezos/key-hash.ts';
import { attestation, chainId } from '../support/attestations.ts';
import { sampleKey } from '../support/setup.ts';
import { Machine } from './machine.ts';
import { blocksOf, readPage, sectionOf } from './page.ts';
import { samples } from './signatory-options.ts';

/** Everything that the page tells an operator to do is done here, in its order, with a baker that goes on asking. */
const page = readPage('docs/coming-from/signatory.md');
const pageKey = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const key = sampleKey('ed25519');
let machine: Machine;

before(async () => {
  machine = await machineOfThePage();
});

after(async () => await machine.remove());

test('Signatory signs, before anything is done', async () => {
  await machine.run('systemctl start signatory');
  assert.equal(await ask(machine, attestation(100)), 200);
  assert.equal(await ask(machine, withDal(attestation(100))), 200);
});

step('1-install-and-do-not-start');
step('2-paste-the-configuration-and-let-it-be-checked');
step('3-compare-the-keys');
step('4-stop-signatory-for-good');
step('5-start-tidemark');

test('Tidemark refuses what Signatory signed otherwise, and goes on above it', async () => {
  assert.equal(await ask(machine, attestation(100, 2)), 409);
  assert.equal(await ask(machine, attestation(99)), 409);
  assert.equal(await ask(machine, attestation(101)), 200);
});

step('6-compare-again');
step('7-watch-the-first-signatures');
step('8-stop-tidemark-start-signatory');

test('Signatory refuses what Tidemark signed, by either of its names', async () => {
  assert.equal(await ask(machine, attestation(101, 2)), 409);
  assert.equal(await ask(machine, withDal(attestation(101, 2))), 409);
  assert.equal(await ask(machine, attestation(102)), 200);
});

test('Tidemark, started again, reads what Signatory signed in between', async () => {
  await machine.run('systemctl disable --now signatory\nsystemctl enable --now tidemark');
  assert.equal(await ask(machine, attestation(102, 2)), 409);
  assert.equal(await ask(machine, withDal(attestation(102, 2))), 409);
  assert.equal(await ask(machine, attestation(103)), 200);
});

for (const [folder, marks] of [
  ['watermark_v1', { [pageKey]: { level: 100, round: 0, order: 2, hash: null } }],
  ['watermark', { endorsement: { [pageKey]: { level: 100, round: 0, hash: null } } }],
] as const) {
  test(`watermarks in ${folder} are taken over, under the new names`, async () => {
    const old = await machineOfThePage();
    try {
      old.write(`/var/lib/signatory/${folder}/${chainId}.json`, JSON.stringify(marks));
      await old.run('chmod 600 /etc/signatory/secrets.json; cp /etc/signatory.yaml /etc/tidemark.yaml');
      await old.run('systemctl start tidemark');
      const { text } = sectionOf(page, 'watermarks-of-older-versions');
      await old.follow({ blocks: blocksOf(text.replaceAll('watermark_v1 can', `${folder} can`)) });
      assert.equal(await ask(old, attestation(100)), 409);
      assert.equal(await ask(old, attestation(101)), 200);
    } finally {
      await old.remove();
    }
  });
}

for (const { option, here } of optionRows()) {
  test(`the option ${option}: ${here}`, () => {
    const text = samples.get(option);
    assert.ok(text !== undefined, 'test/docs/signatory-options.ts has a sample of it');
    const load = () => loadConfig({ file: null, text, env: {} });
    if (here.startsWith('the same')) assert.doesNotThrow(load);
    else assert.throws(load, (error) => isFault(error, 'config_invalid'), here);
  });
}

test('each sample of an option has its row', () => {
  const rows = optionRows().map(({ option }) => option);
  assert.deepEqual(
    [...samples.keys()].filter((option) => !rows.includes(option)),
    [],
  );
});

function step(anchor: string): void {
  const section = sectionOf(page, anchor);
  test(`step ${section.title}`, async () => await machine.follow(section));
}

/** With the configuration of the page, the secrets file and a Signatory that was never started. */
async function machineOfThePage(): Promise<Machine> {
  const made = await Machine.create({ [pageKey]: key.pkh, 'edsk…': key.secret }, ['6732', '9583']);
  const [, ...blocks] = page.sections[0]?.blocks ?? [];
  await made.follow({ blocks: page.sections[0]?.blocks ?? [] });
  made.write('/etc/signatory/secrets.json', blocks.find(({ language }) => language === 'json')?.text ?? '');
  await made.run('mkdir -p /var/lib/signatory');
  // As the page names it: this project may itself stand below /tmp, which is elsewhere on that machine.
  const standIn = '/opt/tidemark/build/test/docs/signatory-stand-in.js';
  const place = '/var/lib/signatory 127.0.0.1:6732';
  made.unit('signatory', `ExecStart=/usr/bin/node ${standIn} ${place} ${key.pkh} ${await publicKey()}`);
  return made;
}

async function publicKey(): Promise<string> {
  const { curve, secret } = await readTezosSecret(key.secret, () => Promise.reject(new Error('it is not encrypted')));
  return publicKeyText({ curve, bytes: publicKeyOf(curve, secret.reveal()) });
}

/** Asks whoever signs on the page's port. @returns the status */
async function ask(asked: Machine, message: Uint8Array): Promise<number> {
  const body = JSON.stringify(Buffer.from(message).toString('hex'));
  const response = await fetch(asked.place(`http://127.0.0.1:6732/keys/${key.pkh}`), { method: 'POST', body });
  return response.status;
}

/** The same attestation with DAL content: the other tag, and an empty bitset behind it. */
function withDal(message: Uint8Array): Uint8Array {
  const bytes = Uint8Array.of(...message, 0);
  bytes[37] = 23;
  return bytes;
}

function optionRows(): readonly { option: string; here: string }[] {
  const rows = sectionOf(page, 'option-by-option').text.matchAll(/^\| (.+?) \| (.+?) \|$/gmu);
  return [...rows].slice(2).map(([, option = '', here = '']) => ({ option: option.replaceAll('`', ''), here }));
}
