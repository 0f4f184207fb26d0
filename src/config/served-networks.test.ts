import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { load } from '../../test/support/config-text.ts';
import { isFault } from '../base/fault.ts';
import { builtInNetwork } from '../ethereum/built-in-networks.ts';
import { Networks } from '../ethereum/networks.ts';
import type { Config } from './config.ts';
import { servedNetworks } from './served-networks.ts';

const root = `0x${'ab'.repeat(32)}`;

/** Writes the file of a network and returns its path. */
function networkFile(t: TestContext, lines: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-network-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const fields = {
    CONFIG_NAME: 'devnet-3',
    PRESET_BASE: "'minimal'",
    GENESIS_VALIDATORS_ROOT: root,
    GENESIS_TIME: '1700000000',
    SECONDS_PER_SLOT: '6',
    GENESIS_FORK_VERSION: '0x10000038',
    BLOB_SCHEDULE: '[]',
    ...lines,
  };
  const path = join(folder, 'mine.yaml');
  writeFileSync(
    path,
    Object.entries(fields)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  );
  return path;
}

function choiceOf(text: string) {
  const config = load(text);
  return servedNetworks(ethereumOf(config), config);
}

function ethereumOf({ ethereum }: Config) {
  return ethereum ?? assert.fail('no Ethereum side');
}

function faultOf(text: string): string {
  try {
    choiceOf(text);
  } catch (error) {
    assert.ok(isFault(error, 'config_invalid'), String(error));
    return error.message;
  }
  return assert.fail(`nothing was thrown for ${text}`);
}

const marks = 'anti_slashing: {backend: file}\n';

test('mainnet is served, by its name, on every store that keeps its marks', () => {
  for (const store of [
    '{backend: file}',
    '{backend: sqlite, path: /var/lib/x}',
    "{backend: postgres, url: 'postgres://u@h/d'}",
    '{backend: dynamodb, region: eu-west-1, table: marks}',
  ]) {
    const { served } = choiceOf(`anti_slashing: ${store}\nnetwork: mainnet`);
    assert.deepEqual(
      served?.map(({ name }) => name),
      ['mainnet'],
      store,
    );
  }
});

test('networks are served in the order of the configuration, files among them', (t) => {
  const path = networkFile(t);
  const { served } = choiceOf(`${marks}network: [hoodi, ${path}, ephemery]`);
  assert.deepEqual(
    served?.map(({ name }) => name),
    ['hoodi', 'devnet-3', 'ephemery'],
  );
  assert.equal(served?.[1]?.genesisValidatorsRoot, root);
  assert.equal(served?.[1]?.secondsPerSlot, 6n);
  assert.equal(served?.[0], builtInNetwork('hoodi'));
  assert.deepEqual(choiceOf(marks), { served: null, registrations: null });
  assert.deepEqual(choiceOf(`${marks}ethereum: {registration_network: gnosis}`), {
    served: null,
    registrations: 'gnosis',
  });
});

test('the network of registrations may be named by its file or by the name in it', (t) => {
  const path = networkFile(t);
  for (const [chosen, name] of [
    [path, 'devnet-3'],
    ['devnet-3', 'devnet-3'],
    ['hoodi', 'hoodi'],
  ] as const) {
    const choice = choiceOf(`${marks}network: [hoodi, ${path}]\nethereum: {registration_network: ${chosen}}`);
    assert.equal(choice.registrations, name);
    assert.doesNotThrow(() => new Networks(choice));
  }
  const unknown = choiceOf(`${marks}network: [hoodi, ${path}]\nethereum: {registration_network: devnet-4}`);
  assert.throws(() => new Networks(unknown), /registrations are for none of the networks that are served/u);
});

test('a file that describes no network is named', (t) => {
  assert.match(
    faultOf(`${marks}network: /nowhere/mine.yaml`),
    /^the network file \/nowhere\/mine\.yaml does not exist;/u,
  );
  const path = networkFile(t, { SECONDS_PER_SLOT: 'six' });
  assert.equal(
    faultOf(`${marks}network: ${path}`),
    `the network file ${path}: SECONDS_PER_SLOT must be a decimal number below 2^64`,
  );
  const listed = networkFile(t, { GENESIS_FORK_VERSION: '[1]' });
  assert.equal(faultOf(`${marks}network: ${listed}`), `the network file ${listed}: GENESIS_FORK_VERSION is missing`);
});

test('two networks of one name are refused', (t) => {
  const one = networkFile(t, { CONFIG_NAME: 'hoodi' });
  assert.equal(
    faultOf(`${marks}network: [hoodi, ${one}]`),
    `network: hoodi and ${one} are both called hoodi; give one another CONFIG_NAME`,
  );
});

test('a file of mainnet under another name is no way around the refusal of a store that keeps nothing', (t) => {
  for (const name of ['mainnet', 'gnosis']) {
    const path = networkFile(t, { GENESIS_VALIDATORS_ROOT: builtInNetwork(name)?.genesisValidatorsRoot ?? '' });
    for (const backend of ['mem', 'noop', 'ignore']) {
      const text = `anti_slashing: {backend: ${backend}}\nnetwork: [hoodi, ${path}]`;
      assert.match(faultOf(text), new RegExp(`and the network devnet-3 is ${name}; use sqlite or file, or set`, 'u'));
      assert.doesNotThrow(() => choiceOf(`${text}\naccept_slashing_risk: true`));
      assert.doesNotThrow(() => choiceOf(`anti_slashing: {backend: ${backend}}\nnetwork: ${networkFile(t)}`));
    }
    assert.doesNotThrow(() => choiceOf(`${marks}network: [hoodi, ${path}]`));
  }
});
