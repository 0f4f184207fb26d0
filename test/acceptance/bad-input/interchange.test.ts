import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { attestationBody, blockBody } from '../../support/ethereum-bodies.ts';
import { type EthereumKey, newEthereumKey } from '../../support/ethereum-setup.ts';
import { type InterchangeRow, interchangeRows } from './interchange-rows.ts';
import { WatchedSigner } from './watched-signer.ts';

/**
 * Section G of the catalogue: interchange files that a running signer is given. Each row has a key of its own. After a
 * file that is refused not a byte of the store has changed; the process is alive, and another key signs. Rows 153, 154
 * and 155 are about the moment and the disk: `test/interchange/`. Row 157 is about an API that is not there.
 */
const keys = interchangeRows.map(newEthereumKey);
const spare = newEthereumKey();
let watched: WatchedSigner;

before(async () => {
  watched = await WatchedSigner.start([...keys, spare]);
});

after(async () => await watched.end());

for (const [index, row] of interchangeRows.entries()) {
  const why = row.overruled === undefined ? '' : ` (not the catalogue's answer: ${row.overruled})`;
  test(`row ${row.row}: ${row.input}: ${row.code ?? 'is imported'}${why}`, async () => {
    await (row.code === null ? checkTaken(row, keys[index] ?? spare) : checkRefused(row, keys[index] ?? spare));
    await watched.checkOthers();
  });
}

async function checkRefused({ file, code, says = /./u }: InterchangeRow, key: EthereumKey): Promise<void> {
  const recorded = watched.recorded();
  const { status, text } = await imported(file(key.publicKey));
  assert.equal(status, 400, text);
  const refusal = JSON.parse(text) as { code: string; message: string };
  assert.equal(refusal.code, code, text);
  assert.match(text, says);
  assert.equal(watched.recorded(), recorded, 'nothing is recorded');
}

async function checkTaken({ file, holds, rootKnown, says = /./u }: InterchangeRow, key: EthereumKey): Promise<void> {
  const { status, text } = await imported(file(key.publicKey));
  assert.equal(status, 200, text);
  assert.match(text, says);
  const lines = text.trim().split('\n');
  assert.match(lines.at(-1) ?? '', /^\{"summary":/u);
  const entry = lines
    .map((line) => (JSON.parse(line) as { entry?: object }).entry)
    .findLast((each) => each !== undefined);
  assert.deepEqual({ ...entry, ...holds }, entry, 'the entry tells what the key holds now');
  if (rootKnown === undefined) return;
  const { text: marks } = await get(`/api/v1/protection/marks/${key.publicKey}`);
  assert.equal(/"duty":"block".*?"root":"/u.test(marks), rootKnown, marks);
}

test('row 149: a file that is older than ours lowers nothing, and says so', async () => {
  const { publicKey } = spare;
  assert.equal((await watched.sign(spare, attestationBody({ source: 20, target: 21 }))).status, 200);
  assert.equal((await watched.sign(spare, blockBody({ slot: 700 }))).status, 200);
  const recorded = await get(`/api/v1/protection/marks/${publicKey}`);
  const old = interchangeRows.find(({ row }) => row === 145);
  const { text } = await imported(old?.file(publicKey) ?? '');
  assert.match(text, /"result":"kept"/u);
  assert.match(text, /"raised":0/u);
  assert.equal((await get(`/api/v1/protection/marks/${publicKey}`)).text, recorded.text);
  assert.equal((await watched.sign(spare, attestationBody({ source: 20, target: 21 }))).status, 200, 'a repeat');
});

test('row 150: between what we signed and what is imported nothing is signed', async () => {
  const far = interchangeRows.find(({ row }) => row === 151);
  const text = String(far?.file(spare.publicKey)).replace('"8"', '"30"').replace('"9"', '"40"');
  assert.equal((await imported(text)).status, 200);
  for (const target of [22, 31, 39, 40]) {
    assert.equal((await watched.sign(spare, attestationBody({ source: 21, target }))).status, 412, `target ${target}`);
  }
  assert.equal((await watched.sign(spare, attestationBody({ source: 30, target: 41 }))).status, 200);
});

test('a hundred wrong entries are counted, and twenty of them named', async () => {
  const wrong = interchangeRows.find(({ row, input }) => row === 144 && input === 'a short pubkey');
  const file = JSON.parse(String(wrong?.file(spare.publicKey))) as { data: unknown[] };
  file.data = Array.from({ length: 100 }, () => file.data[1]);
  const { text } = await imported(JSON.stringify(file));
  assert.match(text, /100 of its entries cannot be read, so nothing was imported/u);
  assert.equal(text.match(/interchange\.data/gu)?.length, 20);
  assert.match(text, /and 80 more entries/u);
});

interface Answered {
  readonly status: number;
  readonly text: string;
}

async function imported(body: string | Uint8Array): Promise<Answered> {
  return await ask('POST', '/api/v1/protection/import?verbose=1', body);
}

async function get(path: string): Promise<Answered> {
  return await ask('GET', path, '');
}

async function ask(method: string, path: string, body: string | Uint8Array): Promise<Answered> {
  return await new Promise((resolve, reject) => {
    const asked = request({ socketPath: watched.socket, path, method }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end(body);
  });
}
