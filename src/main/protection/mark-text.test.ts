import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethereumLane, mark, root, tezosLane } from '../../../test/contract/samples.ts';
import { builtInNetwork } from '../../ethereum/built-in-networks.ts';
import { markText } from './mark-text.ts';

const mainnet = builtInNetwork('mainnet');

test('a mark is told in the words of its duty, with the time where the network is known', () => {
  const attestation = { lane: ethereumLane(1), mark: mark(100n, { floor: 99n, root: root(0xab) }), closed: false };
  assert.equal(
    markText(attestation, mainnet),
    `attestation: up to target epoch 100 (2020-12-01T22:40:23Z), source epoch 99, root 0x${root(0xab)}`,
  );
  assert.equal(
    markText(attestation, null),
    `attestation: up to target epoch 100, source epoch 99, root 0x${root(0xab)}`,
  );
  const block = { lane: ethereumLane(1, 'block'), mark: mark(1n, { root: null }), closed: true };
  assert.equal(
    markText(block, mainnet),
    'block: up to slot 1 (2020-12-01T12:00:35Z), root not known (closed: nothing more is signed)',
  );
  const tezos = { lane: tezosLane('A'), mark: mark(7n, { round: 2n, root: root(0xcd) }), closed: false };
  assert.equal(markText(tezos, null), `${tezos.lane.duty}: up to level 7, round 2, root ${root(0xcd)}`);
});

test('nothing signed is said, and a slot that no clock reaches has no time', () => {
  assert.equal(markText({ lane: ethereumLane(1), mark: null, closed: false }, mainnet), 'attestation: nothing signed');
  const far = { lane: ethereumLane(1, 'block'), mark: mark(2n ** 64n - 1n, { root: null }), closed: false };
  assert.equal(markText(far, mainnet), 'block: up to slot 18446744073709551615, root not known');
});
