import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ethereumServer } from '../support/http-doubles.ts';
import { limits } from '../../src/base/limits.ts';
import type { Server } from '../../src/http/server.ts';

/**
 * Clients keep pools of idle connections and write their next request to one of them. A server that closed it first
 * breaks that request: Lighthouse keeps its own for 20 s, and those that were written for Web3Signer count on its 30 s.
 * The wait is what is tested, so all wait together, once.
 */
const pools = [
  { client: 'Lighthouse', idleMs: 20_000 },
  { client: "Web3Signer's own limit", idleMs: 30_000 },
  { client: 'one that comes a little later than that', idleMs: 31_000 },
];
const poolSize = 8;
const path = `/api/v1/eth2/sign/0x${'ab'.repeat(48)}`;
let server: Server;
let port = 0;

before(async () => {
  server = await ethereumServer();
  await server.listen({ port: 0, host: '127.0.0.1' });
  const address = server.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});

after(async () => await server.close());

test('idle pools of 20 and 30 s are still usable, each connection of them', { timeout: 60_000 }, async () => {
  await Promise.all(
    pools.map(async ({ client, idleMs }) => {
      const agent = new Agent({ keepAlive: true, maxSockets: poolSize, maxFreeSockets: poolSize });
      const first = await burst(agent);
      assert.equal(new Set(first).size, poolSize, 'each request of the burst had a connection of its own');
      await sleep(idleMs);
      assert.deepEqual(new Set(await burst(agent)), new Set(first), `${client}: no connection was made anew`);
      agent.destroy();
    }),
  );
});

test('the listener says how long it keeps a connection, and keeps headers and bodies to seconds', () => {
  assert.equal(server.server.keepAliveTimeout, limits.keepAliveMs);
  assert.ok(server.server.keepAliveTimeout >= 75_000);
  assert.equal(server.server.headersTimeout, 5_000);
  assert.equal(server.server.requestTimeout, 5_000);
  assert.equal(server.server.timeout, 0, 'no connection is cut while a signature is made');
  assert.equal(server.server.maxRequestsPerSocket ?? 0, 0);
});

/** As many requests at once as the pool has connections. @returns the local port of each */
async function burst(agent: Agent): Promise<number[]> {
  return await Promise.all(Array.from({ length: poolSize }, async () => await ask(agent)));
}

async function ask(agent: Agent): Promise<number> {
  const asked = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers: { host: 'localhost' } });
  asked.end('{}');
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 200);
  const used = asked.socket?.localPort ?? 0;
  await once(response.resume(), 'end');
  return used;
}
