import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FileStore } from '../../../src/stores/file/file-store.ts';
import {
  attestationBody,
  blockBody,
  currentEpoch,
  currentSlot,
  hoodi,
  randaoBody,
} from '../../support/ethereum-bodies.ts';
import { type EthereumKey, newEthereumKey, signPath } from '../../support/ethereum-setup.ts';
import type { Answer } from '../../support/signer-process.ts';
import { type EthereumRow, ethereumRows } from './ethereum-rows.ts';
import { numberFields, numberTexts } from './number-rows.ts';
import { replyOf } from './reply.ts';
import { WatchedSigner } from './watched-signer.ts';

/**
 * The catalogue's rows 33 to 64 that are about Ethereum's requests, against the running program. Each row has a key of
 * its own. After each: not a byte of the store has changed unless the row is signed, the key can still sign the first
 * position there is (or what it signed before), the process is alive, and another key signs.
 */
const keys = ethereumRows.map(newEthereumKey);
const spare = newEthereumKey();
const firstPositions = [attestationBody({ source: 0, target: 1 }), blockBody({ slot: 0 })];
let watched: WatchedSigner;

before(async () => {
  watched = await WatchedSigner.start([...keys, spare], { prepare: closeLanes });
});

after(async () => await watched.end());

for (const [index, row] of ethereumRows.entries()) {
  const why = row.overruled === undefined ? '' : ` (not the catalogue's answer: ${row.overruled})`;
  test(`row ${row.row}: ${row.input} gets ${row.status} ${row.code ?? ''}${why}`, async () => {
    await checkRow(row, keys[index] ?? spare);
    await watched.checkOthers();
  });
}

async function checkRow(row: EthereumRow, key: EthereumKey): Promise<void> {
  const { status, code, path = (publicKey) => publicKey, before: earlier = [], records = status === 200 } = row;
  const signed = await signAll(key, earlier);
  const recorded = watched.recorded();
  const answer = await watched.signer.post(signPath(path(key.publicKey)), row.body);
  assert.deepEqual(replyOf(answer), { status, code }, answer.body);
  if (code !== null) assertReadable(answer, code);
  assert.equal(watched.recorded() !== recorded, records, records ? 'it is recorded' : 'nothing is recorded');
  if (row.body === earlier.at(-1)) assert.equal(answer.body, signed.at(-1), 'a repeat is the same signature');
  if (row.closed === true) return;
  // Whoever was refused may go on as if nothing had been asked.
  if (!records) await signAll(key, earlier.length === 0 ? firstPositions : earlier, signed);
}

for (const [field, bodyWith] of Object.entries(numberFields)) {
  test(`rows 39 to 41: ${field} is a decimal number below 2^64 in quotes, or 400 and no record`, async () => {
    const recorded = watched.recorded();
    for (const [value, code] of numberTexts) {
      const answer = await watched.sign(spare, bodyWith(value));
      assert.deepEqual(replyOf(answer), { status: 400, code }, `${value}: ${answer.body}`);
    }
    assert.equal(watched.recorded(), recorded);
    await watched.checkOthers();
  });
}

test('rows 41 and 43: a hundred requests for what is far ahead burn nothing, not even while honest ones are signed', async () => {
  const epoch = currentEpoch();
  const honest = [
    attestationBody({ source: epoch - 2, target: epoch - 1 }),
    blockBody({ slot: currentSlot() - 1 }),
    randaoBody(epoch),
  ];
  const far = Array.from({ length: 50 }, (_, index) => {
    const epochs = { source: epoch, target: epoch + 2 ** (index % 40) + 1 };
    return [attestationBody(epochs), blockBody({ slot: currentSlot() + 2 ** (index % 40) + 9 })];
  }).flat();
  const asked = [...far.slice(0, 50), ...honest, ...far.slice(50)].map(async (body) => await watched.sign(spare, body));
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  const expected = [...far.slice(0, 50).map(() => 400), 200, 200, 200, ...far.slice(50).map(() => 400)];
  assert.deepEqual(statuses, expected);
  await signAll(spare, [
    attestationBody({ source: epoch - 1, target: epoch }),
    blockBody({ slot: currentSlot() }),
    randaoBody(epoch),
  ]);
});

const accepts: readonly (readonly [accept: string, contentType: string])[] = [
  ['application/json', 'application/json'],
  ['*/*', 'application/json'],
  ['text/html, application/json;q=0.5', 'application/json'],
  ['text/plain', 'text/plain'],
  ['application/octet-stream', 'text/plain'],
];

for (const [accept, contentType] of accepts) {
  test(`row 64: Accept: ${accept} gets ${contentType}, as Web3Signer has it`, async () => {
    const answer = await watched.signer.post(signPath(spare.publicKey), randaoBody(1), { accept });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), `${contentType}; charset=utf-8`);
    const form = contentType === 'text/plain' ? /^0x[0-9a-f]{192}$/u : /^\{"signature":"0x[0-9a-f]{192}"\}$/u;
    assert.match(answer.body, form);
  });
}

/** @param expected the signatures that they must be, where they are known */
async function signAll(
  key: EthereumKey,
  bodies: readonly string[],
  expected: readonly string[] = [],
): Promise<readonly string[]> {
  const signatures: string[] = [];
  for (const body of bodies) {
    const answer = await watched.sign(key, body);
    assert.equal(answer.status, 200, answer.body);
    signatures.push(answer.body);
  }
  for (const [index, signature] of expected.entries()) assert.equal(signatures[index], signature);
  return signatures;
}

/** Closes the lanes of the rows that are about a closed key, in the store that the program will open. */
async function closeLanes(marks: string): Promise<void> {
  const quiet = { operation() {}, info() {}, warn() {} };
  const store = await FileStore.open({ baseDir: marks, observer: quiet });
  const network = hoodi.forkInfo.genesis_validators_root;
  for (const [index, { closed }] of ethereumRows.entries()) {
    const key = keys[index]?.publicKey;
    if (closed !== true || key === undefined) continue;
    for (const duty of ['block', 'attestation'] as const) {
      await store.close({ chain: 'ethereum', network, key, duty });
    }
  }
  await store.end();
}

/** What every client's parser needs of a refusal (ethereum.md §2.4). */
function assertReadable({ status, body }: Answer, reason: string): void {
  const told = JSON.parse(body) as Readonly<Record<string, unknown>>;
  assert.equal(told['code'], status);
  assert.equal(told['reason'], reason);
  assert.ok(typeof told['message'] === 'string' && told['message'] !== '');
  assert.equal(told['error'], told['message']);
}
