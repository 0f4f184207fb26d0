import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { builtInNetwork } from './built-in-networks.ts';
import { checkHorizon } from './horizon.ts';
import type { Network } from './network.ts';

const mainnet = builtInNetwork('mainnet');
const genesisMs = 1_606_824_023_000n;
/** Slot 13164544, the first of epoch 411392. */
const nowMs = genesisMs + 13_164_544n * 12_000n;
const slotsMax = 32n;

function check(named: { slot?: bigint; epoch?: bigint; network?: Network | null; atMs?: bigint }): void {
  const { slot = null, epoch = null, network = mainnet, atMs = nowMs } = named;
  checkHorizon({ network, slot, epoch }, atMs, slotsMax);
}

test('lets through what lies no further ahead than it may', () => {
  check({ slot: 13_164_544n + slotsMax });
  check({ epoch: 411_393n });
  check({ slot: 0n, epoch: 0n });
  check({});
});

test('what is next to nothing past a slot counts as in it', () => {
  check({ slot: 13_164_544n + slotsMax, atMs: nowMs + 11_999n });
  refuses({ slot: 13_164_545n + slotsMax, atMs: nowMs + 11_999n });
  check({ slot: 13_164_545n + slotsMax, atMs: nowMs + 12_000n });
});

test('refuses what lies further ahead', () => {
  refuses({ slot: 13_164_545n + slotsMax });
  refuses({ epoch: 411_394n });
  refuses({ slot: 1n, epoch: 2n ** 64n - 1n });
  refuses({ slot: 2n ** 64n - 1n, epoch: 1n });
});

test('before genesis the first slots are what the clock is at', () => {
  check({ slot: slotsMax, atMs: 0n });
  refuses({ slot: slotsMax + 1n, atMs: genesisMs - 1n });
});

test('without a network or its genesis time nothing is bounded', () => {
  check({ network: null, slot: 2n ** 64n - 1n });
  assert.ok(mainnet !== null);
  check({ network: { ...mainnet, genesisTime: null }, slot: 2n ** 64n - 1n, epoch: 2n ** 64n - 1n });
});

function refuses(named: Parameters<typeof check>[0]): void {
  assert.throws(
    () => check(named),
    (error) => isFault(error, 'beyond_future_bound'),
  );
}
