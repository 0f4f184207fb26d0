import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { type NetworkFields, parseNetwork } from './parse-network.ts';
import { presets } from './presets.ts';

const farFuture = '18446744073709551615';

const fields: NetworkFields = {
  PRESET_BASE: 'minimal',
  CONFIG_NAME: 'devnet-3',
  MIN_GENESIS_TIME: '1',
  GENESIS_TIME: '1700000000',
  GENESIS_VALIDATORS_ROOT: `0x${'Ab'.repeat(32)}`,
  GENESIS_FORK_VERSION: '0x10000038',
  ALTAIR_FORK_VERSION: '0x20000038',
  ALTAIR_FORK_EPOCH: '0',
  BELLATRIX_FORK_VERSION: '0x3000003A',
  BELLATRIX_FORK_EPOCH: '5',
  CAPELLA_FORK_VERSION: '0x40000038',
  CAPELLA_FORK_EPOCH: farFuture,
  DENEB_FORK_VERSION: '0x50000038',
  SECONDS_PER_SLOT: '6',
  BLOB_SCHEDULE: [],
};

test('reads a network from a file of the form of config.yaml', () => {
  assert.deepEqual(parseNetwork(fields), {
    name: 'devnet-3',
    genesisValidatorsRoot: `0x${'ab'.repeat(32)}`,
    genesisTime: 1_700_000_000n,
    secondsPerSlot: 6n,
    preset: presets.minimal,
    forks: [
      { name: 'phase0', version: '10000038', epoch: 0n },
      { name: 'altair', version: '20000038', epoch: 0n },
      { name: 'bellatrix', version: '3000003a', epoch: 5n },
      { name: 'capella', version: '40000038', epoch: null },
      { name: 'deneb', version: '50000038', epoch: null },
    ],
  });
});

test('takes the time of a slot from the newer key, alone or beside the older one', () => {
  assert.equal(parseNetwork({ ...fields, SLOT_DURATION_MS: '6000' }).secondsPerSlot, 6n);
  const { SECONDS_PER_SLOT: _older, ...rest } = fields;
  assert.equal(parseNetwork({ ...rest, SLOT_DURATION_MS: '5000' }).secondsPerSlot, 5n);
});

const wrong: readonly (readonly [changes: NetworkFields, words: RegExp])[] = [
  [{ CONFIG_NAME: undefined }, /^CONFIG_NAME must be a text/u],
  [{ CONFIG_NAME: '' }, /^CONFIG_NAME must be a text/u],
  [{ PRESET_BASE: 'mainet' }, /^PRESET_BASE must be one of mainnet, minimal, gnosis/u],
  [{ GENESIS_VALIDATORS_ROOT: '0xab' }, /^GENESIS_VALIDATORS_ROOT must be 0x and 64 hex digits/u],
  [{ GENESIS_VALIDATORS_ROOT: 7.7e76 }, /^GENESIS_VALIDATORS_ROOT must be a text/u],
  [{ GENESIS_FORK_VERSION: 268_435_512 }, /^GENESIS_FORK_VERSION must be a text/u],
  [{ GENESIS_FORK_VERSION: '10000038' }, /^GENESIS_FORK_VERSION must be 0x and 8 hex digits/u],
  [{ GENESIS_TIME: '-1' }, /^GENESIS_TIME must be a decimal number below 2\^64/u],
  [{ GENESIS_TIME: '18446744073709551616' }, /^GENESIS_TIME must be a decimal number below 2\^64/u],
  [{ SECONDS_PER_SLOT: '0' }, /^SECONDS_PER_SLOT must not be 0/u],
  [{ SLOT_DURATION_MS: '6500' }, /^SLOT_DURATION_MS must be whole seconds/u],
  [{ SLOT_DURATION_MS: '0' }, /^SLOT_DURATION_MS must not be 0/u],
  [{ SLOT_DURATION_MS: '12000' }, /^SECONDS_PER_SLOT must be the same time as SLOT_DURATION_MS/u],
  [{ ALTAIR_FORK_VERSION: '0x10000038' }, /^ALTAIR_FORK_VERSION must not be the version of phase0 too/u],
  [{ ALTAIR_FORK_EPOCH: '6' }, /^BELLATRIX_FORK_EPOCH must not come before the one of altair/u],
  [{ DENEB_FORK_EPOCH: '7' }, /^DENEB_FORK_EPOCH must not come before the one of capella/u],
  [{ GLOAS_FORK_EPOCH: '9' }, /^GLOAS_FORK_VERSION is missing, but GLOAS_FORK_EPOCH is there/u],
];

for (const [changes, words] of wrong) {
  test(`refuses a file with ${JSON.stringify(changes)}`, () => {
    assert.throws(
      () => parseNetwork({ ...fields, ...changes }),
      (error) => isFault(error, 'config_invalid') && words.test(error.message),
    );
  });
}

for (const key of [
  'CONFIG_NAME',
  'PRESET_BASE',
  'GENESIS_VALIDATORS_ROOT',
  'GENESIS_TIME',
  'GENESIS_FORK_VERSION',
  'SECONDS_PER_SLOT',
]) {
  test(`refuses a file without ${key}`, () => {
    const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
    assert.throws(
      () => parseNetwork(rest),
      (error) => isFault(error, 'config_invalid') && error.message === `${key} is missing`,
    );
  });
}
