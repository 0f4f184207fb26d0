import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadingDouble, plainServer } from '../../test/support/http-doubles.ts';
import { addHealthRoutes, Health, type HealthCheck } from './health.ts';
import { keysCheck } from './keys-check.ts';

async function ask(checks: readonly HealthCheck[], { started = true, url = '/healthcheck', accept = '*/*' } = {}) {
  const health = new Health(checks);
  health.started = started;
  const server = plainServer();
  addHealthRoutes(server, health);
  const { statusCode, body, headers } = await server.inject({ url, headers: { host: 'localhost', accept } });
  return { statusCode, body, type: headers['content-type'] };
}

test('health has the shape that Vero and load balancers read', async () => {
  const loading = new LoadingDouble();
  loading.groups = [
    { id: 'config-files-loading', keysLoaded: 3, errorCount: 1 },
    { id: 'keystores-bulk-loading', keysLoaded: 0, errorCount: 0 },
  ];
  const store = { id: 'slashing-protection-db-health-check', up: true, text: 'durable, sqlite' };
  const { statusCode, body } = await ask([keysCheck(loading), store]);
  assert.equal(statusCode, 200);
  assert.deepEqual(JSON.parse(body), {
    status: 'UP',
    outcome: 'UP',
    checks: [
      { id: 'default-check', status: 'UP' },
      {
        id: 'keys-check',
        status: 'UP',
        checks: [
          { id: 'config-files-loading', status: 'UP', data: { 'keys-loaded': 3, 'error-count': 1 } },
          { id: 'keystores-bulk-loading', status: 'UP', data: { 'keys-loaded': 0, 'error-count': 0 } },
        ],
      },
      { id: 'slashing-protection-db-health-check', status: 'UP', data: { text: 'durable, sqlite' } },
    ],
  });
});

for (const state of ['idle', 'running', 'failed'] as const) {
  test(`a first load that is ${state} is not ready, and alive`, async () => {
    const loading = new LoadingDouble();
    loading.complete = false;
    loading.state = state;
    const check = keysCheck(loading);
    const { statusCode, body } = await ask([check]);
    assert.deepEqual([statusCode, (JSON.parse(body) as { outcome: string }).outcome], [503, 'DOWN']);
    assert.equal((await ask([check], { url: '/healthz' })).body, '{"ready":false}\n');
    assert.equal((await ask([check], { url: '/upcheck' })).statusCode, 200);
  });
}

for (const state of ['running', 'failed', 'completed_with_errors'] as const) {
  test(`a reload that is ${state} takes nothing away`, async () => {
    const loading = new LoadingDouble();
    loading.state = state;
    assert.equal((await ask([keysCheck(loading)])).statusCode, 200);
  });
}

test('what is asked at answer time shows at once', async () => {
  const loading = new LoadingDouble();
  loading.groups = [{ id: 'config-files-loading', keysLoaded: 1, errorCount: 0 }];
  const check = keysCheck(loading);
  assert.match((await ask([check])).body, /"keys-loaded":1/u);
  loading.groups = [{ id: 'config-files-loading', keysLoaded: 2, errorCount: 0 }];
  assert.match((await ask([check])).body, /"keys-loaded":2/u);
});

test('a store that is down, and a shutdown that began, are DOWN, and say which of the two', async () => {
  const down = await ask([{ id: 'protection', up: false }]);
  assert.equal(down.statusCode, 503);
  assert.match(down.body, /"id":"default-check","status":"UP".*"id":"protection","status":"DOWN"/u);
  const ending = await ask([{ id: 'protection', up: true }], { started: false });
  assert.match(ending.body, /"id":"default-check","status":"DOWN".*"id":"protection","status":"UP"/u);
});

test('upcheck is JSON for those that ask for it by name, else OK', async () => {
  const json = await ask([], { url: '/upcheck', accept: 'application/json' });
  assert.deepEqual(json, { statusCode: 200, body: '{"status":"OK"}', type: 'application/json; charset=utf-8' });
  const text = await ask([], { url: '/upcheck' });
  assert.deepEqual(text, { statusCode: 200, body: 'OK', type: 'text/plain; charset=utf-8' });
});
