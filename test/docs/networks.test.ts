import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { builtInNetworks, ephemery } from '../../src/ethereum/built-in-networks.ts';
import { forkNames } from '../../src/ethereum/network.ts';
import { type NetworkFields, parseNetwork } from '../../src/ethereum/parse-network.ts';

const page = readFileSync(new URL('../../../docs/networks.md', import.meta.url), 'utf8');

test('the file of a network in docs/networks.md is one', () => {
  const text = /```text\n(?<file>[^`]+)```/u.exec(page)?.groups?.['file'] ?? '';
  const network = parseNetwork(parse(text, { schema: 'failsafe' }) as NetworkFields);
  assert.equal(network.name, 'devnet-3');
  assert.deepEqual(
    network.forks.map(({ version }) => version),
    ['10000038', '20000038'],
    'versions stay what is written, though YAML would read a number',
  );
});

test('docs/networks.md names every network and the first and last fork of a file', () => {
  for (const { name } of [...builtInNetworks, ephemery]) assert.ok(page.includes(`\`${name}\``), name);
  for (const fork of [forkNames[1], forkNames.at(-1)]) assert.ok(page.includes(`\`${String(fork).toUpperCase()}\``));
});
