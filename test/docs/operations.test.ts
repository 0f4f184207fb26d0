import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { limits } from '../../src/base/limits.ts';
import { exitCodeOf } from '../../src/main/explain.ts';
import { Fault } from '../../src/base/fault.ts';
import { sqliteRuns } from '../sqlite-addon.ts';
import { attestation, chainId } from '../support/attestations.ts';
import { attestationBody, hoodi } from '../support/ethereum-bodies.ts';
import { newEthereumKey, rawKeyFile, signPath } from '../support/ethereum-setup.ts';
import { eventually } from '../support/eventually.ts';
import { sampleKey } from '../support/setup.ts';
import { Machine, scriptsOf } from './machine.ts';
import { readPage, root, sectionOf } from './page.ts';

const unit = readFileSync(join(root, 'deploy/systemd/tidemark.service'), 'utf8');
const backup = readPage('docs/operations/backup.md');
const stopAt = readPage('docs/operations/stop-at.md');
const migrating = readPage('docs/operations/migrate.md');
const key = sampleKey('p256');
const validator = newEthereumKey();
const pageKey = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const pageChain = 'NetXdQprcVkpaWU';

test('the unit waits longer than a shutdown takes', () => {
  assert.ok(Number(setting('TimeoutStopSec')) * 1000 > limits.drainMs);
});

test('the unit does not start again what a person must mend', () => {
  const stays = setting('RestartPreventExitStatus').split(' ').map(Number);
  assert.deepEqual(stays, [exitCodeOf(new Fault('store_corrupt', 'x')), exitCodeOf(new Fault('config_invalid', 'x'))]);
});

test('the unit keeps memory to itself and lets V8 compile', () => {
  assert.equal(setting('LimitCORE'), '0');
  assert.equal(setting('MemorySwapMax'), '0');
  assert.equal(/^MemoryDenyWriteExecute/mu.test(unit), false);
});

test('the unit reloads as the program hears it, and has a descriptor for each connection that is taken', () => {
  assert.match(setting('ExecReload'), /-HUP \$MAINPID$/u);
  assert.ok(Number(setting('LimitNOFILE')) > 2 * limits.connections);
});

test('each alert of the page is a rule, and each rule stands in the page', () => {
  const rules = parse(readFileSync(join(root, 'deploy/prometheus/tidemark.rules.yaml'), 'utf8')) as Rules;
  const inFile = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert));
  const { text } = sectionOf(readPage('docs/operations/monitoring.md'), 'alerts');
  const inPage = text.matchAll(/^\| `(\w+)` \|/gmu);
  assert.deepEqual(
    [...inPage].map(([, name]) => name),
    inFile,
  );
});

test('marks that were lost are raised by hand as the page says, and then they hold', async () => {
  const machine = await signerMachine();
  try {
    await machine.run('systemctl start tidemark');
    assert.equal(await ask(machine, 9_000_000), 200);
    await machine.run(`systemctl stop tidemark\nrm /var/lib/tidemark/watermark_v2/${pageChain}.json`);
    await assert.rejects(machine.run('systemctl start tidemark'), /is missing/u);
    await machine.run(raising());
    await machine.run('systemctl start tidemark');
    assert.equal(await ask(machine, 9_000_000), 409);
    assert.equal(await ask(machine, 8_999_999), 409);
    assert.equal(await ask(machine, 9_000_001), 200);
  } finally {
    await machine.remove();
  }
});

test('marks that were copied after the last signature hold elsewhere', async () => {
  const machine = await signerMachine();
  try {
    await machine.run('systemctl start tidemark');
    assert.equal(await ask(machine, 500), 200);
    const [moving = ''] = scriptsOf(sectionOf(backup, 'move-to-another-machine'));
    await machine.run(`mkdir -p /var/new-machine/var/lib\n${moving.replaceAll('/mnt/', '/var/')}`);
    await machine.run('rm -r /var/lib/tidemark; mv /var/new-machine/var/lib/tidemark /var/lib/');
    await machine.run('systemctl start tidemark');
    assert.equal(await ask(machine, 500, 2), 409);
    assert.equal(await ask(machine, 501), 200);
  } finally {
    await machine.remove();
  }
});

test('a stop line is drawn, checked, moved and taken away as its page says', async () => {
  const machine = await validatorMachine();
  try {
    await machine.run('systemctl start tidemark');
    await eventually(async () => (await vote(machine, 60_001)) === 200, 'the key is loaded, and signs');
    await machine.follow(sectionOf(stopAt, 'what-the-line-does'));
    await machine.follow(sectionOf(stopAt, 'the-move'));
    await eventually(async () => (await vote(machine, 60_002)) === 200, 'it signs below the line');

    await assert.rejects(machine.run('tidemark protection stop-at --remove'), /the signer is running/u);
    await machine.run('systemctl stop tidemark\ntidemark protection stop-at --slot 1920100 --epoch 60003');
    await machine.run('systemctl start tidemark');
    await eventually(async () => (await vote(machine, 60_002)) === 200, 'the same again');
    assert.equal(await vote(machine, 60_003), 412);
    await machine.run('systemctl stop tidemark\ntidemark protection stop-at --remove\nsystemctl start tidemark');
    await eventually(async () => (await vote(machine, 60_003)) === 200, 'there is no line any more');
  } finally {
    await machine.remove();
  }
});

test('Ethereum marks that were lost come back from what a client knows, as the page says', async () => {
  const machine = await validatorMachine();
  try {
    await machine.run('systemctl start tidemark');
    await eventually(async () => (await vote(machine, 60_001)) === 200, 'it signs');
    await machine.run('systemctl stop tidemark\nrm -r /var/lib/tidemark/ethereum\nmkdir /var/lib/tidemark/ethereum');
    machine.write('/var/lib/tidemark/interchange.json', historyOf(60_001));
    await machine.follow(sectionOf(backup, 'ethereum-marks-that-were-lost'));
    await eventually(async () => (await vote(machine, 60_001, 2)) === 412, 'what the client knows of is refused');
    assert.equal(await vote(machine, 60_002), 200);
  } finally {
    await machine.remove();
  }
});

const toSqlite = (await sqliteRuns()) ? test : () => undefined;

void toSqlite('marks move to another store as the page says, and hold there', async () => {
  const machine = await validatorMachine();
  try {
    await machine.run('systemctl start tidemark');
    await eventually(async () => (await vote(machine, 60_001)) === 200, 'it signs');
    await machine.follow(sectionOf(migrating, 'from-files-to-sqlite'));
    await eventually(
      async () => (await vote(machine, 60_001, 2)) === 412,
      'what was signed on the old store is refused',
    );
    assert.equal(await vote(machine, 60_002), 200);
  } finally {
    await machine.remove();
  }
});

test("Signatory's watermarks are taken over as the page says", async () => {
  const machine = await signerMachine();
  try {
    const marks = { [pageKey]: { endorsement: { level: 700, round: 0, hash: null } } };
    machine.write(`/var/lib/signatory/watermark_v2/${pageChain}.json`, JSON.stringify(marks));
    machine.unit('signatory', 'ExecStart=/usr/bin/true\n');
    await machine.follow(sectionOf(migrating, 'from-signatory'));
    await machine.run('systemctl start tidemark');
    assert.equal(await ask(machine, 700), 409);
    assert.equal(await ask(machine, 701), 200);
  } finally {
    await machine.remove();
  }
});

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
}

function setting(name: string): string {
  const [, value] = new RegExp(`^${name}=(.*)$`, 'mu').exec(unit) ?? [];
  assert.ok(value !== undefined, `the unit sets ${name}`);
  return value;
}

/** The script that writes marks by hand. */
function raising(): string {
  const script = scriptsOf(sectionOf(backup, 'restore-after-a-loss')).find((text) => text.includes('MARK='));
  assert.ok(script !== undefined);
  return script;
}

/** As docs/operations/systemd.md sets it up, with one key. */
async function signerMachine(): Promise<Machine> {
  const machine = await Machine.create({ [pageKey]: key.pkh, [pageChain]: chainId }, ['9000', '3000']);
  const secrets = JSON.stringify([{ name: 'baker', value: `unencrypted:${key.secret}` }]);
  machine.write('/etc/tidemark/secrets.json', secrets, 0o600);
  const vault = 'vaults: { baker: { driver: file, config: { file: /etc/tidemark/secrets.json } } }';
  const ports = 'server: { address: "127.0.0.1:9000", utility_address: "127.0.0.1:3000" }';
  machine.write('/etc/tidemark.yaml', `base_dir: /var/lib/tidemark\n${vault}\n${ports}\ntezos: { ${pageKey}: }\n`);
  await machine.run('mkdir -p /var/lib/tidemark');
  return machine;
}

async function ask(machine: Machine, level: number, payload = 1): Promise<number> {
  const body = JSON.stringify(Buffer.from(attestation(level, payload)).toString('hex'));
  return (await fetch(machine.place(`http://127.0.0.1:9000/keys/${pageKey}`), { method: 'POST', body })).status;
}

/** With one Ethereum key and the file store. */
async function validatorMachine(): Promise<Machine> {
  const machine = await Machine.create({}, ['9000', '3000']);
  machine.write('/etc/tidemark/keys/validator.yaml', rawKeyFile(validator), 0o600);
  const lines = [
    'network: hoodi',
    'key_sources: { filesystem: { paths: [/etc/tidemark/keys] } }',
    'anti_slashing: { backend: file, path: /var/lib/tidemark/ethereum }',
    'server: { address: "127.0.0.1:9000", utility_address: "127.0.0.1:3000" }',
  ];
  machine.write('/etc/tidemark.yaml', `${lines.join('\n')}\n`);
  await machine.run('mkdir -p /var/lib/tidemark/ethereum');
  return machine;
}

/** @returns the status of a vote, with the source before its target */
async function vote(machine: Machine, target: number, fill = 1): Promise<number> {
  const url = machine.place(`http://127.0.0.1:9000${signPath(validator.publicKey)}`);
  return (await fetch(url, { method: 'POST', body: attestationBody({ source: 60_000, target, fill }) })).status;
}

/** What a validator client with slashing protection of its own exports (EIP-3076). */
function historyOf(target: number): string {
  const metadata = {
    interchange_format_version: '5',
    genesis_validators_root: hoodi.forkInfo.genesis_validators_root,
  };
  const votes = [{ source_epoch: '60000', target_epoch: String(target) }];
  const data = [{ pubkey: validator.publicKey, signed_blocks: [], signed_attestations: votes }];
  return JSON.stringify({ metadata, data });
}
