import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import { Guard } from '../../src/protection/guard.ts';
import { PostgresStore, type PostgresStoreOptions } from '../../src/stores/postgres/postgres-store.ts';
import { ethereumLane, intent, mark, rootOf } from '../contract/samples.ts';
import { eventually } from '../support/eventually.ts';
import { PostgresServer } from '../support/postgres-server.ts';

const server = await PostgresServer.start();
if (server !== null) {
  after(async () => await server.destroy());
  servers(server);
}

const lane = ethereumLane(1);
const faithful = { deterministic: true };

async function refusal(options: PostgresStoreOptions): Promise<string> {
  try {
    await (await PostgresStore.open(options)).end();
  } catch (error) {
    assert(isFault(error, 'config_invalid'), String(error));
    return error.message;
  }
  return '';
}

/** A server whose marks stop at 5, and one that was promoted in its place while the first went on to 9. */
async function promoted(at: PostgresServer, options: PostgresStoreOptions): Promise<PostgresServer> {
  await at.stop();
  const standby = await at.copy({ asStandby: true });
  await at.run();
  const late = await PostgresStore.open(options);
  await late.advance(lane, mark(9n));
  await late.end();
  await at.stop('SIGQUIT');
  await standby.run();
  return standby;
}

async function promote(standby: PostgresServer): Promise<void> {
  await standby.query('SELECT pg_promote(true)');
  await eventually(async () => (await standby.query('SELECT pg_is_in_recovery()'))[0]?.[0] === false, 'it is promoted');
}

function servers(at: PostgresServer): void {
  const unsafe = [
    [['fsync=off'], /fsync is off/u],
    [['full_page_writes=off'], /full_page_writes is off/u],
    [['synchronous_commit=off'], /synchronous_commit is off/u],
    [['synchronous_commit=local'], /synchronous_commit is local/u],
    [['synchronous_commit=remote_write'], /synchronous_commit is remote_write/u],
    [['default_transaction_read_only=on'], /read-only/u],
    [['default_transaction_isolation=serializable'], /default_transaction_isolation/u],
  ] as const;
  test('a server that cannot keep a mark is refused, with what must be changed', async () => {
    const options = at.options();
    await (await PostgresStore.open(options)).end();
    for (const [settings, named] of unsafe) {
      await at.stop();
      await at.run(settings);
      assert.match(await refusal(options), named);
    }
    await at.stop();
    await at.run();
    const told: string[] = [];
    await (await PostgresStore.open({ ...options, warn: (text) => told.push(text) })).end();
    assert.match(told.join('\n'), /no synchronous standby/u);
  });

  test('P-04: a commit whose wait for the standby was cancelled is no yes, and found again', async () => {
    const store = await PostgresStore.open(at.options());
    await store.advance(lane, mark(1n));
    await at.query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    await at.query('SELECT pg_reload_conf()');
    await eventually(
      async () => (await at.query('SHOW synchronous_standby_names'))[0]?.[0] === 'nobody',
      'the server wants a standby',
    );
    const waiting = `FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'tidemark'`;
    const asked = assert.rejects(
      store.advance(lane, mark(2n)),
      (error) => isFault(error, 'store_unavailable') && /SQLSTATE 01000/u.test(error.message),
    );
    await eventually(async () => (await at.query(`SELECT ${waiting}`)).length > 0, 'the commit waits');
    await at.query(`SELECT pg_cancel_backend(pid) ${waiting}`);
    await asked;
    // What is found must be replicated, too: a repeat waits as the mark did.
    await assert.rejects(store.advance(lane, mark(2n)), (error) => isFault(error, 'store_unavailable'));
    await at.query(`SELECT pg_terminate_backend(pid) ${waiting}`);
    await at.query('ALTER SYSTEM RESET synchronous_standby_names');
    await at.query('SELECT pg_reload_conf()');
    await eventually(async () => (await store.advance(lane, mark(2n))).kind === 'repeat', 'it is found');
    await store.end();
  });

  test('P-03, P-05, P-09: after a failover that lost marks nobody signs, nor on the old primary', async () => {
    const options = at.options({ poolSize: 3 });
    const store = await PostgresStore.open(options);
    const trusting = await PostgresStore.open({ ...options, failover: 'go_on' });
    const told: string[] = [];
    const guarded = await PostgresStore.open({ ...options, failover: 'go_on', warn: (text) => told.push(text) });
    await store.advance(lane, mark(5n));
    const standby = await promoted(at, options);
    try {
      assert.match(await refusal(options), /it is a standby/u);
      await assert.rejects(store.advance(lane, mark(6n)), (error) => isFault(error, 'store_unavailable'));
      await promote(standby);
      await assert.rejects(
        store.advance(lane, mark(6n, { root: rootOf(2) })),
        (error) => isFault(error, 'store_failed') && /another server was promoted/u.test(error.message),
      );
      for (const call of [() => store.read(lane), () => store.stops(), () => store.close(lane)])
        await assert.rejects(call, (error) => isFault(error, 'store_failed'), 'for good');

      const [, named = ''] = /accept_server: "(\d+\/2)"/u.exec(await refusal(options)) ?? [];
      assert.notEqual(named, '');
      assert.notEqual(await refusal({ ...options, acceptServer: named.replace('/2', '/3') }), '');
      assert.equal(await refusal({ ...options, acceptServer: named }), '');
      assert.equal(await refusal(options), '', 'once is enough');

      assert.equal((await trusting.advance(lane, mark(7n))).kind, 'advance');
      assert.equal((await guarded.advance(lane, mark(8n))).kind, 'advance');
      assert.equal(told.filter((text) => /was promoted and failover is go_on/u.test(text)).length, 1);
      await standby.stop();
      await at.run();
      await assert.rejects(
        trusting.advance(lane, mark(20n)),
        (error) => isFault(error, 'store_failed') && /replaced by a promotion/u.test(error.message),
      );
      await Promise.all([store, trusting, guarded].map((one) => one.end()));
    } finally {
      await standby.destroy();
    }
  });

  test('P-03: with failover go_on, a lane whose mark was lost freezes in the process that made it', async () => {
    const options = at.options({ poolSize: 3, failover: 'go_on' });
    const store = await PostgresStore.open(options);
    await store.advance(lane, mark(5n));
    const guard = new Guard({ store, allowRepeat: true, heightJumpMax: null, stops: await store.stops() });
    await at.stop();
    const standby = await at.copy({ asStandby: true });
    await at.run();
    try {
      await eventually(
        async () => (await guard.admit(intent(lane, mark(9n)), faithful)).kind === 'granted',
        'it signs',
      );
      await at.stop('SIGQUIT');
      await standby.run();
      await promote(standby);
      await eventually(
        async () => await store.read(ethereumLane(2)).then(() => true),
        'the store has found the new server',
      );
      const double = guard.admit(intent(lane, mark(9n, { root: rootOf(2) })), faithful);
      await assert.rejects(double, (error) => isFault(error, 'lane_frozen'));
      await store.end();
    } finally {
      await standby.destroy();
      await at.run();
    }
  });

  test('P-11: a dump that was restored is not the store that it was', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    await store.advance(lane, mark(5n));
    const dump = at.program('pg_dump', ['--schema', options.schema]);
    await store.advance(lane, mark(9n));
    await at.query(`DROP SCHEMA "${options.schema}" CASCADE`);
    at.program('psql', ['--quiet', '--set', 'ON_ERROR_STOP=1'], dump);
    await assert.rejects(store.advance(lane, mark(7n)), (error) => isFault(error, 'store_failed'));
    await store.end();
    const [, named = ''] = /restored from a dump.*accept_server: "(\d+\/\d+)"/u.exec(await refusal(options)) ?? [];
    const accepted = await PostgresStore.open({ ...options, acceptServer: named });
    assert.equal((await accepted.advance(lane, mark(8n))).kind, 'advance', 'whoever accepts it answers for it');
    await accepted.end();
  });
}
