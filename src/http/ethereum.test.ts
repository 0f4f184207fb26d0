import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ethereumServer,
  listedKey,
  LoadingDouble,
  sampleSignature,
  SigningDouble,
} from '../../test/support/http-doubles.ts';
import { Fault, type FaultCode } from '../base/fault.ts';
import { toHex } from '../base/hex.ts';
import { limits } from '../base/limits.ts';
import { Keyring } from '../keys/keyring.ts';
import type { EthereumOutcome } from '../signing/ethereum-signing.ts';
import type { EthereumRouteParts } from './ethereum.ts';

const key = `0x${'ab'.repeat(48)}`;
const path = `/api/v1/eth2/sign/${key}`;
const hex = `0x${toHex(sampleSignature)}`;
const root = 'cd'.repeat(32);

/** What the parsers of the clients read of a refusal. */
interface ErrorPage {
  readonly code: number;
  readonly message: string;
  readonly error: string;
  readonly reason: string;
  readonly mark?: Readonly<Record<string, string>>;
}

async function post(parts: Partial<EthereumRouteParts> = {}, headers: Record<string, string> = {}, url = path) {
  const server = await ethereumServer(parts);
  return await server.inject({ method: 'POST', url, headers: { host: 'localhost', ...headers }, payload: '{}' });
}

async function get(url: string, parts: Partial<EthereumRouteParts> = {}) {
  const server = await ethereumServer(parts);
  return await server.inject({ method: 'GET', url, headers: { host: 'localhost' } });
}

const saying = (outcome: EthereumOutcome) => ({ signing: new SigningDouble(() => outcome) });
const failing = (error: Error) => {
  const fail = () => {
    throw error;
  };
  return { signing: new SigningDouble(fail) };
};

test('a signature is JSON for those that take it, without a newline', async () => {
  const { statusCode, body, headers } = await post({}, { accept: 'application/json' });
  assert.equal(statusCode, 200);
  assert.equal(body, `{"signature":"${hex}"}`);
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
});

for (const headers of [{}, { accept: 'text/plain' }, { accept: 'image/png' }]) {
  test(`a signature is bare text, without a newline, for ${JSON.stringify(headers)}`, async () => {
    const { statusCode, body, headers: answered } = await post({}, headers);
    assert.equal(statusCode, 200);
    assert.equal(body, hex);
    assert.equal(answered['content-type'], 'text/plain; charset=utf-8');
    assert.equal(answered['content-length'], '194');
  });
}

test('the pipeline gets the key as the path names it, and the bytes as they came', async () => {
  const signing = new SigningDouble();
  const type = { 'content-type': 'text/plain' };
  await post({ signing }, type, `/api/v1/eth2/sign/${'AB'.repeat(48)}`);
  assert.equal(signing.asked[0]?.identifier, 'AB'.repeat(48));
  assert.equal(Buffer.from(signing.asked[0]?.body ?? []).toString(), '{}');
});

for (const header of ['application/json\tx', ' application/json', ';', 'a/b/c']) {
  test(`no content type chooses anything: ${JSON.stringify(header)} is read like any other`, async () => {
    assert.equal((await post({}, { 'content-type': header })).statusCode, 200);
  });
}

test('a request without a body reaches the pipeline as no bytes, which it refuses', async () => {
  const signing = new SigningDouble();
  const server = await ethereumServer({ signing });
  await server.inject({ method: 'POST', url: path, headers: { host: 'localhost' } });
  assert.equal(signing.asked[0]?.body.length, 0);
});

const faults: readonly [FaultCode, number][] = [
  ['body_empty', 400],
  ['json_syntax', 400],
  ['unknown_kind', 400],
  ['uint64_range', 400],
  ['network_ambiguous', 400],
  ['beyond_future_bound', 400],
  ['signing_root_mismatch', 400],
  ['wrong_network', 403],
  ['store_unavailable', 503],
  ['lane_frozen', 503],
  ['overloaded', 503],
  ['shutting_down', 503],
  ['signature_invalid', 500],
];
for (const [code, status] of faults) {
  test(`${code} is ${status}, in the words of every client's parser`, async () => {
    const { statusCode, body, headers } = await post(failing(new Fault(code, 'why it is so')));
    const page = pageOf(body);
    assert.deepEqual([statusCode, page.code, page.reason], [status, status, code]);
    assert.equal(page.error, page.message);
    assert.equal(headers['tidemark-error'], code);
    assert.equal(headers['retry-after'], status === 503 ? '1' : undefined);
    assert.doesNotMatch(body, /^"?(?:0x)?[0-9a-f]/iu, 'nothing that Prysm would take for hex');
  });
}

test('a full queue says when to come again, by its own estimate', async () => {
  for (const [facts, after] of [
    [{ waitMs: 4_200 }, '5'],
    [{ waitMs: 12 }, '1'],
    [{}, '1'],
  ] as const) {
    const { statusCode, headers } = await post(failing(new Fault('overloaded', 'too much', { facts })));
    assert.deepEqual([statusCode, headers['retry-after']], [503, after]);
  }
});

test('a signer whose URL ends in a slash is told so, in the words of Ethereum', async () => {
  const { statusCode, body } = await post({}, {}, `/${path}`);
  assert.deepEqual([statusCode, pageOf(body).reason], [400, 'path_invalid']);
  assert.match(pageOf(body).message, /end in a slash/u);
});

test('what nobody foresaw is 500 and tells nothing', async () => {
  const { statusCode, body } = await post(failing(new Error('secret')));
  assert.equal(statusCode, 500);
  assert.equal(pageOf(body).message, 'internal error');
});

test('a root that differs is 500 where Web3Signer is to be imitated', async () => {
  const parts = failing(new Fault('signing_root_mismatch', 'they differ'));
  const { statusCode, body } = await post({ ...parts, rootMismatchStatus: 500 });
  assert.equal(statusCode, 500);
  assert.deepEqual(pageOf(body), {
    code: 500,
    message: 'they differ',
    error: 'they differ',
    reason: 'signing_root_mismatch',
  });
});

test('an attestation that is refused is 412, with what the lane has', async () => {
  const found = { height: 2n ** 64n - 1n, round: 0n, floor: 7n, root };
  const { statusCode, body, headers } = await post(
    saying({ kind: 'refused', why: 'surround', duty: 'attestation', found }),
  );
  const page = pageOf(body);
  assert.deepEqual([statusCode, page.code, page.reason, headers['tidemark-error']], [412, 412, 'surround', 'surround']);
  assert.deepEqual(page.mark, {
    source_epoch: '7',
    target_epoch: '18446744073709551615',
    signing_root: `0x${root}`,
  });
});

test('a block that is refused says the slot; a root that is not known is left out', async () => {
  const found = { height: 12n, round: 0n, floor: 0n, root: null };
  const { body } = await post(saying({ kind: 'refused', why: 'double_vote', duty: 'block', found }));
  assert.deepEqual(pageOf(body).mark, { slot: '12' });
});

test('a refusal without a mark has none, and a reason that is new is its own text', async () => {
  const { statusCode, body } = await post(saying({ kind: 'refused', why: 'new_one', duty: 'block', found: null }));
  assert.equal(statusCode, 412);
  assert.deepEqual(Object.keys(pageOf(body)), ['code', 'message', 'error', 'reason']);
  assert.match(pageOf(body).message, /new_one/u);
});

test('an unknown key is 404, and tells itself from an unknown path', async () => {
  const { statusCode, body, headers } = await post(saying({ kind: 'unknown_key' }));
  assert.deepEqual([statusCode, pageOf(body).reason, headers['retry-after']], [404, 'key_not_found', undefined]);
  const lost = await get('/api/v1/eth2/nothing');
  assert.deepEqual([lost.statusCode, pageOf(lost.body).reason], [404, 'no_route']);
});

for (const state of ['idle', 'running', 'failed'] as const) {
  test(`while the first load is ${state}, an unknown key is one to ask for again`, async () => {
    const loading = new LoadingDouble();
    loading.complete = false;
    loading.state = state;
    const { statusCode, body, headers } = await post({ ...saying({ kind: 'unknown_key' }), loading });
    assert.deepEqual([statusCode, pageOf(body).reason, headers['retry-after']], [503, 'keys_loading', '1']);
  });
}

test('while a reload runs, an unknown key is unknown', async () => {
  const loading = new LoadingDouble();
  const server = await ethereumServer({ ...saying({ kind: 'unknown_key' }), loading });
  const reload = await server.inject({ method: 'POST', url: '/reload', headers: { host: 'localhost' } });
  assert.equal(reload.statusCode, 202);
  assert.equal(loading.state, 'running');
  const { statusCode } = await server.inject({ method: 'POST', url: path, headers: { host: 'localhost' } });
  assert.equal(statusCode, 404);
});

test('a body of 10 MiB is read, one byte more is 413, and Tezos bodies stay small', async () => {
  const signing = new SigningDouble();
  const server = await ethereumServer({ signing });
  const send = async (url: string, bytes: number) =>
    await server.inject({ method: 'POST', url, headers: { host: 'localhost' }, payload: Buffer.alloc(bytes) });
  assert.equal((await send(path, limits.ethereumBodyBytes)).statusCode, 200);
  assert.equal(signing.asked[0]?.body.length, limits.ethereumBodyBytes);
  const { statusCode, body, headers } = await send(path, limits.ethereumBodyBytes + 1);
  assert.deepEqual([statusCode, pageOf(body).reason, headers['connection']], [413, 'body_too_large', 'close']);
  assert.match(pageOf(body).message, /10485760 bytes/u);
});

test('the public keys are the Ethereum ones, lower case, as one array, in the order in which they came', async () => {
  const keyring = new Keyring();
  for (const id of [`0x${'ff'.repeat(48)}`, 'tz1abc', key]) keyring.add(listedKey(id));
  const { statusCode, body, headers } = await get('/api/v1/eth2/publicKeys', { keyring });
  assert.equal(statusCode, 200);
  assert.equal(body, `["0x${'ff'.repeat(48)}","${key}"]`);
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  assert.match(String(headers['etag']), /^"[0-9a-f]{32}"$/u);
});

test('no keys are an empty array', async () => {
  assert.equal((await get('/api/v1/eth2/publicKeys')).body, '[]');
});

test('whoever has the list already gets 304, until a key comes', async () => {
  const keyring = new Keyring();
  keyring.add(listedKey(key));
  const server = await ethereumServer({ keyring });
  const ask = async (tag: string) =>
    await server.inject({ url: '/api/v1/eth2/publicKeys', headers: { host: 'localhost', 'if-none-match': tag } });
  const etag = String((await ask('"other"')).headers['etag']);
  for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const { statusCode, body, headers } = await ask(tag);
    assert.deepEqual([statusCode, body, headers['etag']], [304, '', etag]);
  }
  keyring.add(listedKey(`0x${'01'.repeat(48)}`));
  // A moment later, so that lists are not made all the time while keys arrive.
  let answer = await ask(etag);
  while (answer.statusCode === 304) answer = await ask(etag);
  assert.equal(answer.statusCode, 200);
  assert.notEqual(answer.headers['etag'], etag);
});

test('no line is an empty object; of several networks the lowest lines are shown', async () => {
  const none = await get('/api/v1/eth2/highWatermark');
  assert.deepEqual([none.statusCode, none.body], [200, '{}']);
  const stops = new Map([
    ['a', { slot: 640n, epoch: 20n }],
    ['b', { slot: 320n, epoch: 2n ** 63n }],
  ]);
  const some = await get('/api/v1/eth2/highWatermark', { stops: () => stops });
  assert.equal(some.body, '{"epoch":"20","slot":"320"}');
});

const others: readonly [string, string, string][] = [
  ['GET', path, 'POST'],
  ['DELETE', '/api/v1/eth2/publicKeys', 'GET'],
  ['HEAD', '/api/v1/eth2/publicKeys', 'GET'],
  ['POST', '/api/v1/eth2/highWatermark', 'GET'],
  ['PUT', '/reload', 'GET, POST'],
  ['POST', '/upcheck', 'GET'],
];
for (const [method, url, allow] of others) {
  test(`${method} ${url.slice(0, 24)} is 405, and says what there is`, async () => {
    const server = await ethereumServer();
    const { statusCode, headers } = await server.inject({
      method: method as 'GET',
      url,
      headers: { host: 'localhost' },
    });
    assert.deepEqual([statusCode, headers['allow'], headers['tidemark-error']], [405, allow, 'method_not_allowed']);
  });
}

test('a foreign host is 403 in the envelope of whose path it asked for, naming the option', async () => {
  const server = await ethereumServer();
  const ask = async (url: string) =>
    await server.inject({ method: 'POST', url, headers: { host: 'evil.example' }, payload: '{}' });
  const ethereum = await ask(path);
  assert.deepEqual([ethereum.statusCode, pageOf(ethereum.body).reason], [403, 'host_not_allowed']);
  assert.match(pageOf(ethereum.body).message, /server\.allowed_hosts/u);
  const tezos = await ask('/keys/tz1abc');
  assert.match(tezos.body, /^\[\{"id":"failure","kind":"temporary","msg":"Host not authorized.*"\}\]\n$/u);
});

test('a page of another site that a browser shows reaches nothing, though its Host is ours', async () => {
  const signing = new SigningDouble();
  const { statusCode, body } = await post(
    { signing },
    { origin: 'https://evil.example', 'content-type': 'text/plain' },
  );
  assert.deepEqual([statusCode, pageOf(body).reason, signing.asked.length], [403, 'host_not_allowed', 0]);
});

function pageOf(body: string): ErrorPage {
  return JSON.parse(body) as ErrorPage;
}
