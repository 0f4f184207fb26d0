import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, forkInfo, hex, mainnetRoot, payloads } from '../../test/support/ethereum-requests.ts';
import { isFault } from '../base/fault.ts';
import { builtInNetwork, builtInNetworks, ephemery } from './built-in-networks.ts';
import { forkNames, type Network } from './network.ts';
import { Networks } from './networks.ts';
import { understand } from './understand.ts';

const all = new Networks({ served: null, registrations: null });

test('tells the built-in networks by their genesis roots', () => {
  for (const network of builtInNetworks) {
    assert.equal(all.byRoot(network.genesisValidatorsRoot, 'ffffffff'), network);
    assert.equal(builtInNetwork(network.name), network);
  }
  assert.equal(builtInNetwork('ephemery'), ephemery);
  assert.equal(builtInNetwork('holesky'), null);
});

test('serves only what was chosen', () => {
  const hoodi = named('hoodi');
  const networks = new Networks({ served: [hoodi], registrations: null });
  assert.equal(networks.byRoot(hoodi.genesisValidatorsRoot, '10000910'), hoodi);
  assert.throws(
    () => networks.byRoot(mainnetRoot, '00000000'),
    (error) => isFault(error, 'wrong_network') && /"network"/u.test(error.message) && /hoodi/u.test(error.message),
  );
});

test('registrations are for the only network, or for the one that was chosen', () => {
  const [mainnet, hoodi] = [named('mainnet'), named('hoodi')];
  assert.equal(new Networks({ served: [hoodi], registrations: null }).forRegistrations(), hoodi);
  assert.equal(new Networks({ served: [mainnet, hoodi], registrations: 'hoodi' }).forRegistrations(), hoodi);
  assert.throws(
    () => new Networks({ served: [mainnet, hoodi], registrations: null }).forRegistrations(),
    (error) => isFault(error, 'network_ambiguous'),
  );
  assert.throws(
    () => all.forRegistrations(),
    (error) => isFault(error, 'network_ambiguous'),
  );
  assert.throws(
    () => new Networks({ served: [mainnet], registrations: 'hoodi' }),
    (error) => isFault(error, 'config_invalid'),
  );
});

test('two networks of one root do not start', () => {
  const twice = { served: [named('mainnet'), { ...named('mainnet'), name: 'other' }], registrations: null };
  assert.throws(
    () => new Networks(twice),
    (error) => isFault(error, 'config_invalid'),
  );
  const wandering = { served: [ephemery, ephemery], registrations: null };
  assert.throws(
    () => new Networks(wandering),
    (error) => isFault(error, 'config_invalid'),
  );
});

const ephemeryRequest = bytesOf({
  type: 'ATTESTATION',
  ...payloads.ATTESTATION,
  fork_info: {
    ...forkInfo({ previous_version: '0x6000101b', current_version: '0x7000101b' }),
    genesis_validators_root: hex('e9'),
  },
});

test('ephemery is told by its versions, and each of its beginnings has lanes of its own', () => {
  const networks = new Networks({ served: [named('mainnet'), ephemery], registrations: null });
  const network = understand(ephemeryRequest, networks)?.network;
  assert.deepEqual(network, { ...ephemery, genesisValidatorsRoot: hex('e9') });
  assert.throws(
    () => networks.byRoot(hex('e9'), '06000000'),
    (error) => isFault(error, 'wrong_network'),
    'a version of mainnet does not make a root one of ephemery',
  );
});

test('ephemery is served only where it was named', () => {
  assert.throws(
    () => understand(ephemeryRequest, all),
    (error) => isFault(error, 'wrong_network'),
  );
});

test('no version, name or root is that of two networks', () => {
  const networks = [...builtInNetworks, ephemery];
  const versions = networks.flatMap(({ forks }) => forks.map(({ version }) => version));
  assert.equal(new Set(versions).size, versions.length);
  assert.equal(new Set(networks.map(({ name }) => name)).size, networks.length);
  assert.equal(new Set(networks.map(({ genesisValidatorsRoot }) => genesisValidatorsRoot)).size, networks.length);
});

test('the tables are in order', () => {
  for (const { name, forks } of [...builtInNetworks, ephemery]) {
    assert.deepEqual(
      forks.map((fork) => fork.name),
      forkNames.slice(0, forks.length),
      name,
    );
    const dates = forks.flatMap(({ epoch }) => (epoch === null ? [] : [epoch]));
    assert.deepEqual(
      dates,
      dates.toSorted((a, b) => Number(a - b)),
      name,
    );
    assert.equal(dates[0], 0n, name);
    for (const { version } of forks) assert.match(version, /^[0-9a-f]{8}$/u);
  }
});

function named(name: string): Network {
  const network = builtInNetwork(name);
  assert.ok(network !== null);
  return network;
}
