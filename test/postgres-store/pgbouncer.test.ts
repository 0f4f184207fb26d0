import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { markStoreContract } from '../contract/mark-store.ts';
import { ethereumLane, mark, rootOf } from '../contract/samples.ts';
import { eventually } from '../support/eventually.ts';
import { startPgBouncer } from '../support/pgbouncer.ts';
import { openOn } from '../support/postgres-fixture.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { PostgresServer } from '../support/postgres-server.ts';

const server = await PostgresServer.start();
const pooler = server === null ? null : await startPgBouncer(server);
after(async () => {
  await pooler?.end();
  await server?.destroy();
});

if (server !== null && pooler !== null) {
  const url = server.url({ port: pooler.port });
  await eventually(
    async () => await PostgresStore.open(server.options({ url })).then((store) => store.end().then(() => true)),
    'the pooler answers',
  );

  markStoreContract('postgres behind PgBouncer', openOn(server, { url }), { histories: 2, stopsInStore: true });

  test('a connection through a pooler is not taken for a session', async () => {
    const proxy = await PostgresProxy.start(pooler.port);
    const store = await PostgresStore.open(server.options({ url: server.url({ port: proxy.port }) }));
    await store.advance(ethereumLane(1), mark(1n));
    await store.advance(ethereumLane(1), mark(1n));
    assert.equal(proxy.names.size, 0);
    await store.end();
    await proxy.end();
  });

  test('ten signers share two connections of a pooler, and one wins each position', async () => {
    const options = server.options({ url, poolSize: 3 });
    const first = await PostgresStore.open(options);
    const signers = [first, ...(await Promise.all(Array.from({ length: 9 }, () => PostgresStore.open(options))))];
    for (let height = 1n; height <= 30n; height += 1n) {
      const verdicts = await Promise.all(
        signers.map((signer, number) => signer.advance(ethereumLane(1), mark(height, { root: rootOf(number) }))),
      );
      assert.equal(verdicts.filter(({ kind }) => kind === 'advance').length, 1);
      assert.equal(verdicts.filter(({ kind }) => kind === 'refused').length, 9);
    }
    const backends = await server.query(
      `SELECT DISTINCT pid FROM pg_stat_activity WHERE application_name = 'tidemark'`,
    );
    assert(backends.length <= 2, `${backends.length} connections`);
    await Promise.all(signers.map((signer) => signer.end()));
  });
}
