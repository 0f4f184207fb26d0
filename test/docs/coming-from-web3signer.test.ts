import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { sqliteRuns } from '../sqlite-addon.ts';
import { attestationBody, blockBody, hoodi } from '../support/ethereum-bodies.ts';
import { newEthereumKey, rawKeyFile, signPath } from '../support/ethereum-setup.ts';
import { eventually } from '../support/eventually.ts';
import { Machine } from './machine.ts';
import { readPage, sectionOf } from './page.ts';
import { samples } from './web3signer-options.ts';

/** Everything that the page tells an operator to do is done here, in its order, with a client that goes on asking. */
const page = readPage('docs/coming-from/web3signer.md');
const reference = readPage('docs/configuration.md').text;
const key = newEthereumKey();
let machine: Machine;

// The page's store is SQLite.
if (await sqliteRuns()) followThePage();

for (const { option, here } of rowsOf('option-by-option')) {
  test(`the option ${option}: ${here}`, () => {
    const sample = samples.get(option);
    assert.ok(sample !== undefined, 'test/docs/web3signer-options.ts has a sample of it');
    for (const text of sample.taken) assert.doesNotThrow(() => load(text));
    for (const text of sample.refused ?? []) {
      assert.throws(
        () => load(text),
        (error) => isFault(error, 'config_invalid'),
      );
    }
    assert.equal(/stops the start|refused for/u.test(here), sample.refused !== undefined, 'the row says so');
    const named = [...here.matchAll(/`([a-z_0-9]+(?:\.[a-z_0-9]+)+)/gu)].map(([, name = '']) => name);
    assert.deepEqual(
      named.filter((name) => !reference.includes(`| \`${name}\` |`)),
      [],
      'each setting is in the reference',
    );
    if (named.length > 0) assert.ok(sample.taken.length > 0);
  });
}

test('each sample of an option has its row', () => {
  const rows = rowsOf('option-by-option').map(({ option }) => option);
  assert.deepEqual(
    [...samples.keys()].filter((option) => !rows.includes(option)),
    [],
  );
});

function followThePage(): void {
  before(async () => {
    machine = await machineOfThePage();
  });

  after(async () => await machine.remove());

  test('Web3Signer signs, before anything is done', async () => {
    await machine.run('systemctl start web3signer');
    assert.equal(await ask(vote(96, 97)), 200);
    assert.equal(await ask(vote(97, 98)), 200);
    assert.equal(await ask(blockBody({ slot: 3_136 })), 200);
    assert.equal(await ask(vote(97, 98, 2)), 412);
  });

  step('1-install-and-do-not-start');
  step('2-write-the-configuration-and-let-it-be-checked');
  step('3-note-what-the-old-signer-serves');
  step('4-stop-web3signer-for-good');
  step('5-take-its-history-over');
  step('6-start-tidemark');
  step('7-compare-the-keys');
  step('8-watch-the-first-duties');

  test('Tidemark refuses what Web3Signer signed otherwise, and goes on above it', async () => {
    assert.equal(await ask(vote(97, 98, 2)), 412);
    assert.equal(await ask(vote(96, 99)), 412, 'it surrounds');
    assert.equal(await ask(blockBody({ slot: 3_136, fill: 2 })), 412);
    assert.equal(await ask(vote(99, 100)), 200);
    assert.equal(await ask(blockBody({ slot: 3_200 })), 200);
  });

  test('it answers as the table of answers says', async () => {
    const double = await answer(vote(99, 100, 2));
    assert.equal(double.status, 412);
    assert.match(double.text, /"reason":"double_vote".*"mark":\{"source_epoch":"99","target_epoch":"100"/u);
    const root = `0x${'11'.repeat(32)}`;
    const elsewhere = { ...hoodi.forkInfo, genesis_validators_root: root };
    const foreign = await answer(attestationBody({ source: 100, target: 101, forkInfo: elsewhere }));
    assert.deepEqual([foreign.status, foreign.code], [403, 'wrong_network']);
    const other = await answer(attestationBody({ source: 100, target: 101, more: { signingRoot: root } }));
    assert.deepEqual([other.status, other.code], [400, 'signing_root_mismatch']);
    const without = await answer(JSON.stringify({ type: 'ATTESTATION', fork_info: hoodi.forkInfo }));
    assert.equal(without.status, 400);
    assert.match(without.text, /attestation/u);
  });

  test('with the option a root that differs is 500 again', async () => {
    const old = { ethereum: 'ethereum: { root_mismatch_status: 500 }' };
    await machine.run(
      `systemctl stop tidemark\necho '${old.ethereum}' >> /etc/tidemark.yaml\nsystemctl start tidemark`,
    );
    await eventually(async () => (await keysServed()) !== '[]', 'the key is loaded');
    const more = { signingRoot: `0x${'11'.repeat(32)}` };
    assert.equal((await answer(attestationBody({ source: 100, target: 101, more }))).status, 500);
  });

  test('a key file of a kind that is not there yet is named in the log, and the others sign', async () => {
    machine.write('/etc/web3signer/keys/vault.yaml', 'type: hashicorp\nkeyType: BLS\n', 0o640);
    await machine.run('curl -s -X POST http://127.0.0.1:9000/reload');
    const log = async () => await machine.run('journalctl -u tidemark -o cat');
    await eventually(async () => /Key not loaded.*vault\.yaml/u.test(await log()), 'it is named');
    assert.equal(await ask(vote(99, 100)), 200, 'the same again');
    await machine.run('rm /etc/web3signer/keys/vault.yaml');
  });

  step('9-stop-tidemark-and-see-what-it-signed');
  step('10-raise-web3signers-line-and-start-it');

  test('Web3Signer refuses what Tidemark signed, and goes on above it', async () => {
    assert.equal(await ask(vote(99, 100, 2)), 412);
    assert.equal(await ask(blockBody({ slot: 3_200, fill: 2 })), 412);
    assert.equal(await ask(vote(101, 102)), 200);
    assert.equal(await ask(blockBody({ slot: 3_300 })), 200);
  });

  test('Tidemark, started again from step 4 on, refuses what Web3Signer signed in between', async () => {
    for (const anchor of ['4-stop-web3signer-for-good', '5-take-its-history-over', '6-start-tidemark']) {
      await machine.follow(sectionOf(page, anchor));
    }
    assert.equal(await ask(vote(101, 102, 2)), 412);
    assert.equal(await ask(blockBody({ slot: 3_300, fill: 2 })), 412);
    assert.equal(await ask(vote(102, 103)), 200);
  });
}

function step(anchor: string): void {
  const section = sectionOf(page, anchor);
  test(`step ${section.title}`, async () => await machine.follow(section));
}

/** With a key file and a Web3Signer that was never started. */
async function machineOfThePage(): Promise<Machine> {
  const made = await Machine.create({}, ['9000', '9001']);
  made.write('/etc/web3signer/keys/validator.yaml', rawKeyFile(key), 0o600);
  await made.run('mkdir -p /var/lib/tidemark /var/lib/web3signer');
  const program = '/usr/bin/node /opt/tidemark/build/test/docs/web3signer-stand-in.js /var/lib/web3signer';
  made.unit('web3signer', `ExecStart=${program} serve 127.0.0.1:9000 /etc/web3signer/keys`);
  made.tool('web3signer', `exec ${program} command "$@"`);
  return made;
}

function vote(source: number, target: number, fill = 1): string {
  return attestationBody({ source, target, fill });
}

/** Asks whoever signs on the page's port. @returns the status */
async function ask(body: string): Promise<number> {
  return (await answer(body)).status;
}

async function answer(body: string): Promise<{ status: number; text: string; code: string | null }> {
  const url = machine.place(`http://127.0.0.1:9000${signPath(key.publicKey)}`);
  const response = await fetch(url, { method: 'POST', body });
  return { status: response.status, text: await response.text(), code: response.headers.get('tidemark-error') };
}

async function keysServed(): Promise<string> {
  return await (await fetch(machine.place('http://127.0.0.1:9000/api/v1/eth2/publicKeys'))).text();
}

function load(text: string): unknown {
  return loadConfig({ file: null, text, env: {} });
}

function rowsOf(anchor: string): readonly { option: string; here: string }[] {
  const rows = sectionOf(page, anchor).text.matchAll(/^\| (.+?) \| (.+?) \|$/gmu);
  return [...rows].slice(2).map(([, option = '', here = '']) => ({ option: option.replaceAll('`', ''), here }));
}
