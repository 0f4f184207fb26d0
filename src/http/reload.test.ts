import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethereumServer, LoadingDouble } from '../../test/support/http-doubles.ts';

async function ask(method: 'GET' | 'POST', loading: LoadingDouble) {
  const server = await ethereumServer({ loading });
  const { statusCode, body } = await server.inject({ method, url: '/reload', headers: { host: 'localhost' } });
  return { statusCode, page: JSON.parse(body) as Record<string, unknown> };
}

test('a reload is accepted, and begun once', async () => {
  const loading = new LoadingDouble();
  const { statusCode, page } = await ask('POST', loading);
  assert.deepEqual([statusCode, page['code'], page['status'], loading.reloads], [202, 202, 'accepted', 1]);
  assert.equal(typeof page['message'], 'string');
});

test('a second one while it runs is 409', async () => {
  const loading = new LoadingDouble();
  loading.state = 'running';
  const { statusCode, page } = await ask('POST', loading);
  assert.deepEqual([statusCode, page['code'], page['reason'], loading.reloads], [409, 409, 'reload_running', 0]);
});

test('how it stands is told with its time and its last error', async () => {
  const loading = new LoadingDouble();
  loading.state = 'completed_with_errors';
  loading.startedAtMs = 1_760_000_000_000;
  loading.lastError = '2 files could not be loaded';
  const { statusCode, page } = await ask('GET', loading);
  assert.equal(statusCode, 200);
  assert.deepEqual(page, {
    status: 'completed_with_errors',
    lastOperationTime: '2025-10-09T08:53:20.000Z',
    lastError: '2 files could not be loaded',
  });
});

test('before the first load there is no time and no error', async () => {
  const loading = new LoadingDouble();
  loading.state = 'idle';
  assert.deepEqual((await ask('GET', loading)).page, { status: 'idle', lastOperationTime: null, lastError: null });
});
