import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { attestationBody, randaoBody } from '../../support/ethereum-bodies.ts';
import {
  type EthereumKey,
  newEthereumKey,
  signPath,
  startEthereum,
  writeEthereumSetup,
} from '../../support/ethereum-setup.ts';
import { type Answer, ScratchFolder, type SignerProcess } from '../../support/signer-process.ts';
import { ethereumRows } from './ethereum-rows.ts';

/**
 * The catalogue's rows 33 to 64 that are about Ethereum's requests, against the running program. Each row has a key of
 * its own: after a row that leaves no record it can still sign the first position there is, and another key signs too.
 */
const folder = new ScratchFolder();
const keys = ethereumRows.map(newEthereumKey);
const bystander = newEthereumKey();
let signer: SignerProcess;
let bystanderEpoch = 0;

before(async () => {
  const all = [...keys, bystander];
  signer = await startEthereum(writeEthereumSetup(folder, { keys: all }), all);
});

after(async () => {
  await signer.stop();
  folder.remove();
});

for (const [index, row] of ethereumRows.entries()) {
  const why = row.overruled === undefined ? '' : ` (not the catalogue's answer: ${row.overruled})`;
  test(`row ${row.row}: ${row.input} gets ${row.status} ${row.code ?? ''}${why}`, async () => {
    const { path = (publicKey: string) => publicKey, before: earlier = [], records = false } = row;
    const key = keys[index] ?? bystander;
    for (const body of earlier) assert.equal((await sign(key, body)).status, 200);
    const answer = await signer.post(signPath(path(key.publicKey)), row.body);
    assert.deepEqual(outcomeOf(answer), { status: row.status, code: row.code }, answer.body);
    if (row.code !== null) assertReadable(answer, row.code);
    if (!records) assert.equal((await sign(key, attestationBody({ source: 0, target: 1 }))).status, 200);
    assert.ok(signer.alive);
    await signBystander();
  });
}

const accepts: readonly (readonly [accept: string, contentType: string])[] = [
  ['application/json', 'application/json'],
  ['*/*', 'application/json'],
  ['text/html, application/json;q=0.5', 'application/json'],
  ['text/plain', 'text/plain'],
  ['application/octet-stream', 'text/plain'],
];

for (const [accept, contentType] of accepts) {
  test(`row 64: Accept: ${accept} gets ${contentType}, as Web3Signer has it`, async () => {
    const answer = await signer.post(signPath(bystander.publicKey), randaoBody(1), { accept });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), `${contentType}; charset=utf-8`);
    const form = contentType === 'text/plain' ? /^0x[0-9a-f]{192}$/u : /^\{"signature":"0x[0-9a-f]{192}"\}$/u;
    assert.match(answer.body, form);
  });
}

async function sign(key: EthereumKey, body: string): Promise<Answer> {
  return await signer.post(signPath(key.publicKey), body);
}

async function signBystander(): Promise<void> {
  bystanderEpoch += 1;
  const { status, body } = await sign(bystander, attestationBody({ source: 0, target: bystanderEpoch }));
  assert.equal(status, 200, `another key still signs: ${body}`);
}

function outcomeOf({ status, headers }: Answer): { readonly status: number; readonly code: string | null } {
  return { status, code: headers.get('tidemark-error') };
}

/** What every client's parser needs of a refusal (ethereum.md §2.4). */
function assertReadable({ status, body }: Answer, reason: string): void {
  const told = JSON.parse(body) as Readonly<Record<string, unknown>>;
  assert.equal(told['code'], status);
  assert.equal(told['reason'], reason);
  assert.ok(typeof told['message'] === 'string' && told['message'] !== '');
  assert.equal(told['error'], told['message']);
}
