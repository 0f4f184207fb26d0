import assert from 'node:assert/strict';
import type { ClientAnswer } from './exchange.ts';

/** What a client asks besides signatures, and what it needs of the answer. */
export interface Route {
  readonly client: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly check: (answer: ClientAnswer, publicKeys: readonly string[]) => void;
}

const acceptJson = { accept: 'application/json' };
const sendsJson = { 'content-type': 'application/json' };
const keysPath = '/api/v1/eth2/publicKeys';

/** Each key once, in lower case with `0x`, in whatever order. */
function keys({ status, body }: ClientAnswer, publicKeys: readonly string[]): void {
  assert.equal(status, 200, body);
  assert.deepEqual((JSON.parse(body) as string[]).toSorted(), publicKeys.toSorted());
}

function typedKeys(answer: ClientAnswer, publicKeys: readonly string[]): void {
  assert.equal(answer.contentType?.split(';', 1)[0], 'application/json');
  keys(answer, publicKeys);
}

function jsonUp({ status, body }: ClientAnswer): void {
  assert.equal(status, 200, body);
  assert.deepEqual(JSON.parse(body), { status: 'OK' });
}

function reloaded({ status, body }: ClientAnswer): void {
  assert.ok(status >= 200 && status < 300, `${status} ${body}`);
}

export const routes: readonly Route[] = [
  { client: 'lodestar', method: 'GET', path: keysPath, headers: acceptJson, check: typedKeys },
  { client: 'lodestar', method: 'GET', path: '/upcheck', headers: acceptJson, check: jsonUp },
  { client: 'nimbus', method: 'GET', path: keysPath, headers: acceptJson, check: typedKeys },
  { client: 'nimbus', method: 'GET', path: '/upcheck', headers: acceptJson, check: jsonUp },
  { client: 'nimbus', method: 'POST', path: '/reload', headers: acceptJson, check: reloaded },
  // Declares JSON on a question without a body, and on a command without one.
  { client: 'prysm', method: 'GET', path: keysPath, headers: sendsJson, check: keys },
  { client: 'prysm', method: 'POST', path: '/reload', headers: sendsJson, check: reloaded },
  { client: 'teku', method: 'GET', path: keysPath, headers: {}, check: keys },
  {
    client: 'teku',
    method: 'GET',
    path: '/upcheck',
    headers: {},
    check: ({ status, body }) => assert.deepEqual({ status, body }, { status: 200, body: 'OK' }),
  },
  { client: 'vero', method: 'GET', path: keysPath, headers: { ...acceptJson, ...sendsJson }, check: typedKeys },
  {
    client: 'vero',
    method: 'GET',
    path: '/healthcheck',
    headers: { ...acceptJson, ...sendsJson },
    check: ({ status, body }) => {
      assert.equal(status, 200, body);
      const { status: health, outcome } = JSON.parse(body) as { status: string; outcome: string };
      assert.deepEqual({ health, outcome }, { health: 'UP', outcome: 'UP' });
    },
  },
  {
    client: 'a load balancer',
    method: 'GET',
    path: '/upcheck',
    headers: { accept: '*/*' },
    check: ({ status }) => assert.equal(status, 200),
  },
];
