import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ForkName, forkNames, type Network } from '../../src/ethereum/network.ts';
import { Networks } from '../../src/ethereum/networks.ts';
import { presets } from '../../src/ethereum/presets.ts';
import { understand } from '../../src/ethereum/understand.ts';
import { note } from '../not-run.ts';
import { bytesOf } from '../support/ethereum-requests.ts';
import { type SigningExample, signingExamples } from './signing-examples.ts';

const genesisValidatorsRoot = '0x04700007fabc8282644aed6d1c7c9e21d38a03a0c4ba193f3afe428824b3a673';
const version = '0x00000001';
const asked = { right: 0, wrong: 0 };

for (const example of signingExamples) {
  const { fork, request, signingRoot, trueRoot } = example;
  const type = String(request['type']);
  test(`${type} of ${fork} has the root of its published example`, () => {
    const forkInfo = {
      fork: { previous_version: version, current_version: version, epoch: '1' },
      genesis_validators_root: genesisValidatorsRoot,
    };
    const body = bytesOf({ ...request, signingRoot: `0x${signingRoot}`, fork_info: forkInfo });
    const understood = understand(body, new Networks({ served: [networkOf(example)], registrations: null }));
    assert.equal(understood?.signingRoot, trueRoot ?? signingRoot);
    assert.equal(understood.givenRoot, signingRoot);
    asked[trueRoot === undefined ? 'right' : 'wrong'] += 1;
  });
}

/** The network of the examples, where the version that all forks have is that of the example's fork. */
function networkOf({ fork: named, preset }: SigningExample): Network {
  const versionOf = (fork: ForkName, index: number): string => (fork === named ? '00000001' : `f${index}000001`);
  return {
    name: 'examples',
    genesisValidatorsRoot,
    genesisTime: null,
    secondsPerSlot: 12n,
    preset: presets[preset],
    forks: forkNames.map((name, index) => ({ name, version: versionOf(name, index), epoch: null })),
  };
}

test('every published example was asked', () => {
  assert.deepEqual(asked, { right: 21, wrong: 2 });
  note(`published signing roots: ${asked.right} examples, and ${asked.wrong} that are wrong where they are published`);
});
