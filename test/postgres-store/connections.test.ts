import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from 'pg';
import { isFault } from '../../src/base/fault.ts';
import type { Verdict } from '../../src/protection/mark.ts';
import { PostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { ethereumLane, mark, rootOf } from '../contract/samples.ts';
import { eventually } from '../support/eventually.ts';
import { type Direction, PostgresProxy } from '../support/postgres-proxy.ts';
import { type PostgresServer, serverOfFile } from '../support/postgres-server.ts';

const server = await serverOfFile({ settings: ['deadlock_timeout=100ms'] });
if (server !== null) connections(server);

const lane = ethereumLane(1);
const isUnavailable = (error: unknown): boolean => isFault(error, 'store_unavailable');

/** Raises an error of this code in each of the next writes of marks, so many times. */
async function plant(at: PostgresServer, schema: string, { code, times }: { code: string; times: number }) {
  await at.query(`CREATE SEQUENCE "${schema}".planted;
    CREATE FUNCTION "${schema}".plant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('"${schema}".planted') <= ${times} THEN RAISE EXCEPTION USING ERRCODE = '${code}'; END IF;
      RETURN NULL; END $$;
    CREATE TRIGGER planted BEFORE INSERT ON "${schema}".marks FOR EACH STATEMENT EXECUTE FUNCTION "${schema}".plant()`);
}

function connections(at: PostgresServer): void {
  test('P-02: a connection that is reset at any byte of an exchange costs neither a mark nor an answer', async () => {
    const proxy = await PostgresProxy.start(at.port);
    const options = at.options({ url: at.url({ port: proxy.port }) });
    const store = await PostgresStore.open(options);
    const other = await PostgresStore.open({ ...options, url: at.url() });
    await store.advance(lane, mark(1n));
    let height = 1n;
    const kinds = { advance: 0, repeat: 0 };
    for (const [direction, bytesMax, step] of [
      ['request', 2_600, 53],
      ['response', 520, 9],
    ] as const satisfies readonly (readonly [Direction, number, number])[]) {
      for (let bytes = 0; bytes <= bytesMax; bytes += step) {
        height += 1n;
        proxy.cutAfter(direction, bytes);
        const next = mark(height, { root: rootOf(1) });
        const verdict = await store.advance(lane, next);
        assert(verdict.kind !== 'refused', `${direction} cut after ${bytes} bytes: ${JSON.stringify(verdict, String)}`);
        kinds[verdict.kind] += 1;
        const double = await other.advance(lane, mark(height, { root: rootOf(2) }));
        assert.deepEqual(double, { kind: 'refused', why: 'double_vote', found: next });
      }
    }
    assert(kinds.repeat > 10, `${kinds.repeat} answers were lost after the mark was made`);
    assert(kinds.advance > 10, `${kinds.advance} requests were lost before`);
    await Promise.all([store.end(), other.end()]);
    await proxy.end();
  });

  test('P-02: backends that are terminated under load cost no mark, and end nobody', async () => {
    const options = at.options();
    const stores = await Promise.all([PostgresStore.open(options), PostgresStore.open(options)]);
    const granted = new Map<bigint, Set<number>>();
    let unavailable = 0;
    const load = { done: false };
    const ask = async (number: number): Promise<void> => {
      const store = stores[number % 2];
      for (let height = 1n; height <= 150n; height += 1n) {
        const verdict: Verdict | undefined = await store
          ?.advance(lane, mark(height, { root: rootOf(number) }))
          .catch((error: unknown) => {
            assert(isUnavailable(error), String(error));
            unavailable += 1;
            return undefined;
          });
        if (verdict === undefined || verdict.kind === 'refused') continue;
        granted.set(height, (granted.get(height) ?? new Set()).add(number));
      }
    };
    const callers = Promise.all(Array.from({ length: 8 }, (_, number) => ask(number))).finally(
      () => (load.done = true),
    );
    let terminated = 0;
    while (!load.done) {
      const rows = await at.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tidemark'`,
      );
      terminated += rows.length;
    }
    await callers;
    assert(terminated > 50, `${terminated} were terminated`);
    for (const [height, numbers] of granted) assert.equal(numbers.size, 1, `two roots at ${height}`);
    assert(granted.size > 20, `${granted.size} positions were won, ${unavailable} times nobody could tell`);
    assert.notEqual((await stores[0].advance(lane, mark(1_000n))).kind, 'refused');
    await Promise.all(stores.map((store) => store.end()));
  });

  for (const code of ['40001', '40P01', '55P03']) {
    test(`P-06: ${code} is tried again within the budget, and given up after it`, async () => {
      const options = at.options();
      const store = await PostgresStore.open(options);
      await plant(at, options.schema, { code, times: 3 });
      assert.equal((await store.advance(lane, mark(5n))).kind, 'advance');
      await at.query(
        `ALTER SEQUENCE "${options.schema}".planted RESTART INCREMENT BY 1 MINVALUE -1000000 START -1000000`,
      );
      await at.query(`SELECT setval('"${options.schema}".planted', -1000000)`);
      const began = performance.now();
      await assert.rejects(store.advance(lane, mark(6n)), isUnavailable);
      assert(performance.now() - began < 2_500, 'it is given up before the client does');
      await store.end();
    });
  }

  test('P-06: a deadlock with somebody else ends in an answer', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    const lanes = [ethereumLane(1), ethereumLane(2)] as const;
    await store.advanceAll(lanes.map((one) => ({ lane: one, next: mark(1n) })));
    const lock = `SELECT FROM "${options.schema}".marks WHERE key = $1 FOR UPDATE`;
    await at.session(async (other) => {
      await other.query("BEGIN; SET LOCAL deadlock_timeout = '20s'");
      await other.query(lock, [lanes[1].key]);
      const asked = store.advanceAll(lanes.map((one) => ({ lane: one, next: mark(2n) })));
      await eventually(
        async () => (await at.query('SELECT FROM pg_locks WHERE NOT granted')).length > 0,
        'the store waits for the second lane',
      );
      await other.query(lock, [lanes[0].key]);
      await other.query('COMMIT');
      assert.deepEqual(
        (await asked).map(({ kind }) => kind),
        ['advance', 'advance'],
      );
    });
    await store.end();
  });

  test('P-06: a row that somebody holds stops neither the other lanes nor the caller for ever', async () => {
    for (const sessionPool of [false, null]) {
      const options = at.options({ sessionPool });
      const store = await PostgresStore.open(options);
      await store.advance(lane, mark(1n));
      await at.session(async (other) => {
        await other.query(`BEGIN; SELECT FROM "${options.schema}".marks FOR UPDATE`);
        const held = assert.rejects(store.advance(lane, mark(2n)), isUnavailable);
        await eventually(async () => (await at.query('SELECT FROM pg_locks WHERE NOT granted')).length > 0, 'it waits');
        assert.equal((await store.advance(ethereumLane(2), mark(2n))).kind, 'advance', 'others go past it');
        await held;
        await other.query('ROLLBACK');
      });
      const verdict = await store.advance(lane, mark(2n));
      assert(verdict.kind === 'advance' || verdict.kind === 'repeat', verdict.kind);
      await store.end();
    }
  });

  test('P-07: what is no signature cannot use up the connections of signatures', async () => {
    const options = at.options({ poolSize: 3 });
    const store = await PostgresStore.open(options);
    await store.close(ethereumLane(2));
    await at.session(async (other) => {
      await other.query(`BEGIN; SELECT FROM "${options.schema}".marks FOR UPDATE`);
      const edits = Array.from({ length: 20 }, () => store.open(ethereumLane(2)).catch(isUnavailable));
      for (let height = 1n; height <= 50n; height += 1n)
        assert.equal((await store.advance(lane, mark(height))).kind, 'advance');
      await other.query('COMMIT');
      await Promise.all(edits);
    });
    await store.end();
  });

  test('P-07: a server without a free connection is no verdict, and whoever has one goes on', async () => {
    const options = at.options();
    const [served, late] = [await PostgresStore.open(options), await PostgresStore.open(options)];
    await served.advance(lane, mark(1n));
    const { port, password } = at;
    const hogs: Client[] = [];
    // Some are kept for the superuser, which a hog is, too.
    for (const room = { left: true }; room.left;) {
      const hog = new Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres', ssl: false });
      hog.on('error', () => undefined);
      await hog.connect().then(
        () => hogs.push(hog),
        () => (room.left = false),
      );
    }
    await assert.rejects(late.advance(lane, mark(2n)), isUnavailable);
    assert.equal((await served.advance(lane, mark(2n))).kind, 'advance');
    await Promise.all(hogs.map((hog) => hog.end()));
    await eventually(async () => (await late.advance(lane, mark(2n))).kind === 'repeat', 'there is room again');
    await Promise.all([served.end(), late.end()]);
  });

  test('P-07: more than may wait are turned away at once', async () => {
    const store = await PostgresStore.open(at.options());
    const asked = Array.from({ length: 16_400 }, (_, height) =>
      store.advance(lane, mark(BigInt(height))).catch((error: unknown) => error),
    );
    const answers = await Promise.all(asked);
    assert(answers.filter(isUnavailable).length >= 16, 'the queue has an end');
    await store.end();
  });

  for (const code of ['53100', '53200', '25006', '57014', '58030', 'XX000']) {
    test(`P-08: ${code} is no verdict, nothing was recorded, and it goes on afterwards`, async () => {
      const options = at.options();
      const store = await PostgresStore.open(options);
      await plant(at, options.schema, { code, times: 1 });
      await assert.rejects(store.advance(lane, mark(5n)), isUnavailable);
      assert.deepEqual(await store.read(lane), { mark: null, closed: false });
      assert.deepEqual(await store.advance(lane, mark(5n)), { kind: 'advance', found: null });
      await store.end();
    });
  }

  test('P-08: a server that turns read-only is no verdict', async () => {
    const store = await PostgresStore.open(at.options());
    await store.advance(lane, mark(1n));
    await at.query('ALTER ROLE postgres SET default_transaction_read_only = on');
    await at.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tidemark'`);
    await assert.rejects(store.advance(lane, mark(2n)), isUnavailable);
    await at.session(async (operator) => {
      await operator.query('SET default_transaction_read_only = off');
      await operator.query('ALTER ROLE postgres RESET ALL');
    });
    await at.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tidemark'`);
    assert.equal((await store.advance(lane, mark(2n))).kind, 'advance');
    await store.end();
  });

  test('P-08: commits that are not durable any more are refused by the database itself', async () => {
    const store = await PostgresStore.open(at.options());
    await store.advance(lane, mark(1n));
    for (const setting of ["synchronous_commit = 'off'", "default_transaction_isolation = 'repeatable read'"]) {
      await at.query(`ALTER ROLE postgres SET ${setting}`);
      await at.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tidemark'`);
      await assert.rejects(store.advance(lane, mark(2n)), isUnavailable, setting);
      await at.query('ALTER ROLE postgres RESET ALL');
      await at.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tidemark'`);
    }
    assert.equal((await store.advance(lane, mark(2n))).kind, 'advance');
    await store.end();
  });

  test('P-08: a server that is shut down, or crashes, and comes back is waited for, not believed', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    for (const [height, signal] of [
      [1n, 'SIGINT'],
      [3n, 'SIGQUIT'],
    ] as const) {
      await store.advance(lane, mark(height));
      await at.stop(signal);
      await assert.rejects(store.advance(lane, mark(height + 1n)), isUnavailable);
      await at.run(['deadlock_timeout=100ms']);
      const verdict = await store.advance(lane, mark(height, { root: rootOf(9) }));
      assert.deepEqual(verdict, { kind: 'refused', why: 'double_vote', found: mark(height) });
      assert.equal((await store.advance(lane, mark(height + 1n))).kind, 'advance');
    }
    await store.end();
  });

  test('a server that is silent is given up in time, and the late mark is found as our own', async () => {
    const proxy = await PostgresProxy.start(at.port);
    const store = await PostgresStore.open(at.options({ url: at.url({ port: proxy.port }) }));
    await store.advance(lane, mark(1n));
    proxy.silent = true;
    const began = performance.now();
    await assert.rejects(store.advance(lane, mark(2n)), isUnavailable);
    assert(performance.now() - began < 2_500);
    proxy.silent = false;
    const verdict = await store.advance(lane, mark(2n));
    assert.deepEqual(verdict, { kind: 'repeat', found: mark(2n) });
    await store.end();
    await proxy.end();
  });
}
