import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { notRun } from '../not-run.ts';
import { newEthereumKey, startEthereum, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { ScratchFolder } from '../support/signer-process.ts';

/** A line that `test/clients/lodestar/sign.mjs` prints. */
interface Line {
  readonly name: string;
  readonly keys?: readonly string[];
  readonly up?: unknown;
  readonly verified?: boolean;
  readonly signature?: string;
  readonly error?: string;
}

const client = fileURLToPath(new URL('../../../test/clients/lodestar/', import.meta.url));
const types = [
  'ATTESTATION',
  'BLOCK_V2 phase0',
  'BLOCK_V2 altair',
  'BLOCK_V2 bellatrix',
  'BLOCK_V2 capella',
  'RANDAO_REVEAL',
  'AGGREGATION_SLOT',
  'AGGREGATE_AND_PROOF',
  'SYNC_COMMITTEE_MESSAGE',
  'SYNC_COMMITTEE_SELECTION_PROOF',
  'SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF',
  'VOLUNTARY_EXIT',
  'VALIDATOR_REGISTRATION',
  'DEPOSIT',
  'BLS_TO_EXECUTION_CHANGE',
];

if (existsSync(`${client}node_modules`)) {
  test("Lodestar's own external-signer code lists the key, signs every type and verifies", async (t) => {
    const folder = new ScratchFolder();
    t.after(() => folder.remove());
    const key = newEthereumKey();
    const signer = await startEthereum(writeEthereumSetup(folder, { keys: [key], network: 'sepolia' }), [key]);
    t.after(async () => await signer.stop());
    const lines = await lodestar(signer.api);
    const told = (name: string): Line => lines.get(name) ?? assert.fail(`nothing was said about ${name}`);

    assert.deepEqual(told('publicKeys').keys, [key.publicKey]);
    // This version accepts anything and expects JSON; to whoever does not ask for it by name, Web3Signer answers `OK`.
    assert.match(String(told('upcheck').up), /not valid JSON/u);
    for (const type of types)
      await t.test(type, () => assert.ok(told(type).verified === true, told(type).error ?? 'it does not verify'));
    const [first, again, conflict] = ['ATTESTATION', 'ATTESTATION again', 'ATTESTATION in conflict'].map(told);
    assert.equal(again?.signature, first?.signature);
    assert.equal(conflict?.signature, undefined);
    // This is all that the client shows its operator, so the reason has to be in it.
    assert.match(conflict?.error ?? '', /double_vote/iu);
  });
} else {
  notRun('Lodestar as a client', 'run npm ci --ignore-scripts in test/clients/lodestar');
}

async function lodestar(api: string): Promise<ReadonlyMap<string, Line>> {
  const { stdout } = await promisify(execFile)(process.execPath, ['sign.mjs', api], { cwd: client });
  const lines = stdout.trimEnd().split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as Line).map((line) => [line.name, line]));
}
