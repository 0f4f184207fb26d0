import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import { PostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { ethereumLane, mark, rootOf, tezosLane } from '../contract/samples.ts';
import { listOf } from '../contract/history-cases.ts';
import { type PostgresServer, serverOfFile } from '../support/postgres-server.ts';

const server = await serverOfFile();
if (server !== null) schema(server);

const lane = ethereumLane(1);
const { network } = lane;

/** Past triggers, as a superuser can. */
async function byHand(at: PostgresServer, statement: string): Promise<void> {
  await at.query(`SET session_replication_role = replica; ${statement}`);
}

function schema(at: PostgresServer): void {
  const alterations: readonly (readonly [string, RegExp])[] = [
    ['ALTER TABLE marks DROP CONSTRAINT marks_sound', /constraint marks marks_sound/u],
    ['ALTER TABLE stops DROP CONSTRAINT stops_sound', /constraint stops stops_sound/u],
    ['ALTER TABLE marks DROP CONSTRAINT marks_pkey', /marks_pkey/u],
    [
      'DROP TRIGGER marks_only_rise ON marks; ALTER TABLE marks ALTER COLUMN height TYPE numeric',
      /column marks height/u,
    ],
    [
      'DROP TRIGGER marks_only_rise ON marks; ALTER TABLE marks ALTER COLUMN height TYPE double precision',
      /column marks height/u,
    ],
    ['ALTER TABLE stops DROP COLUMN sum', /column stops sum/u],
    ['ALTER TABLE marks ALTER COLUMN sum DROP NOT NULL', /column marks sum/u],
    ['ALTER TABLE marks ALTER COLUMN closed SET DEFAULT true', /column marks closed/u],
    ['ALTER TABLE marks DISABLE TRIGGER marks_only_rise', /trigger marks marks_only_rise/u],
    ['ALTER TABLE marks DISABLE TRIGGER ALL', /trigger marks /u],
    ['DROP TRIGGER marks_stay ON marks', /trigger marks marks_stay/u],
    ['DROP TRIGGER marks_are_durable ON marks', /trigger marks marks_are_durable/u],
    ['DROP TRIGGER stops_stay ON stops', /trigger stops stops_stay/u],
    [
      'CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
      /function refuse/u,
    ],
    ['ALTER TABLE marks SET UNLOGGED', /table marks/u],
    ['ALTER TABLE marks ENABLE ROW LEVEL SECURITY', /table marks/u],
    ['CREATE RULE deaf AS ON INSERT TO marks DO INSTEAD NOTHING', /table marks/u],
    ['CREATE UNIQUE INDEX one_key ON marks (key)', /index one_key/u],
    ['CREATE TABLE child () INHERITS (marks)', /table marks/u],
    ['DROP TABLE stops', /stops/u],
    ['DROP TABLE marks', /marks/u],
  ];

  for (const [alteration, named] of alterations) {
    test(`P-10: after "${alteration.slice(0, 70)}" the start is refused, and nothing is changed`, async () => {
      const options = at.options();
      await (await PostgresStore.open(options)).end();
      const path = `SET search_path = "${options.schema}"`;
      await at.query(`${path}; ${alteration}`);
      for (const _again of [1, 2]) {
        await assert.rejects(PostgresStore.open(options), (error) => {
          assert(isFault(error, 'store_corrupt'), String(error));
          assert.match(error.message, named);
          return true;
        });
      }
    });
  }

  test('P-10: the schema of a newer release, of nobody, or with a gap is refused', async () => {
    const options = at.options();
    await (await PostgresStore.open(options)).end();
    await at.query(`INSERT INTO "${options.schema}".migrations (version) VALUES (2)`);
    await assert.rejects(
      PostgresStore.open(options),
      (error) =>
        isFault(error, 'config_invalid') && /newer release \(version 2, and this one knows 1\)/u.test(error.message),
    );
    await at.query(`DELETE FROM "${options.schema}".migrations WHERE version = 1`);
    await assert.rejects(PostgresStore.open(options), (error) => isFault(error, 'store_corrupt'));
    await at.query(`DROP TABLE "${options.schema}".migrations`);
    await assert.rejects(PostgresStore.open(options), (error) => isFault(error, 'store_corrupt'));
    const foreign = at.options();
    await at.query(`CREATE SCHEMA "${foreign.schema}"; CREATE TABLE "${foreign.schema}".theirs ()`);
    await assert.rejects(PostgresStore.open(foreign), (error) => isFault(error, 'store_corrupt'));
    const emptied = at.options();
    await (await PostgresStore.open(emptied)).end();
    await byHand(
      at,
      `DELETE FROM "${emptied.schema}".identity; INSERT INTO "${emptied.schema}".marks VALUES ('tezos', 'a', 'b', 'block', false, 1, 1, 0, NULL, 0)`,
    );
    await assert.rejects(PostgresStore.open(emptied), (error) => isFault(error, 'store_corrupt'));
  });

  test('P-10: twenty signers that start at once on an empty database agree on one store', async () => {
    const options = at.options({ poolSize: 3 });
    const stores = await Promise.all(Array.from({ length: 20 }, () => PostgresStore.open(options)));
    assert.equal(new Set(stores.map(({ identity }) => identity)).size, 1);
    await Promise.all(stores.map((store) => store.end()));
  });

  test('where nobody asks for a store, none is made', async () => {
    const options = at.options({ make: false });
    await assert.rejects(
      PostgresStore.open(options),
      (error) => isFault(error, 'config_invalid') && /there is no store in the schema/u.test(error.message),
    );
    assert.deepEqual(await at.query('SELECT FROM pg_namespace WHERE nspname = $1', [options.schema]), []);
  });

  test('P-12: the tables take every uint64 and nothing else', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    const insert = (column: string, value: string): Promise<unknown> =>
      at.query(
        `INSERT INTO "${options.schema}".marks (chain, network, key, duty, closed, height, round, floor, sum)
         SELECT 'tezos', 'net', 'key', 'block', false, h, r, f, 0 FROM (SELECT ${['height', 'round', 'floor']
           .map((name) => `${name === column ? value : '0'}::numeric AS ${name.slice(0, 1)}`)
           .join(', ')}) AS one`,
      );
    for (const column of ['height', 'round', 'floor']) {
      for (const value of ['-1', '18446744073709551616', "'NaN'"])
        await assert.rejects(insert(column, value), (error: Error & { code: string }) =>
          /^22003|^23514/u.test(error.code),
        );
    }
    await insert('height', '18446744073709551615');
    const half = (set: string): Promise<unknown> => at.query(`UPDATE "${options.schema}".marks SET ${set}`);
    await assert.rejects(half('round = NULL'), (error: Error & { code: string }) => error.code === '23514');
    const rootless = `INSERT INTO "${options.schema}".marks (chain, network, key, duty, closed, root, sum)
      VALUES ('tezos', 'net', 'other', 'block', false, 'aa', 0)`;
    await assert.rejects(at.query(rootless), (error: Error & { code: string }) => error.code === '23514');
    const types = await at.query(
      `SELECT DISTINCT data_type, numeric_precision, numeric_scale FROM information_schema.columns
       WHERE table_schema = $1 AND column_name IN ('height', 'round', 'floor', 'slot', 'epoch')`,
      [options.schema],
    );
    assert.deepEqual(types, [['numeric', 20, 0]]);
    const beyond = 2n ** 53n + 1n;
    await store.advance(lane, mark(beyond, { floor: beyond }));
    assert.deepEqual((await store.read(lane)).mark, mark(beyond, { floor: beyond }));
    await store.end();
  });

  test('the database itself refuses to lower or delete a mark, or a stop, or to take another identity', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    await store.advance(lane, mark(5n, { round: 2n, floor: 3n }));
    await store.setStop(network, { slot: 9n, epoch: 9n });
    const refused = [
      ['UPDATE marks SET height = 4', 'TM001'],
      ['UPDATE marks SET round = 1', 'TM001'],
      ['UPDATE marks SET floor = 2', 'TM001'],
      ['UPDATE marks SET height = NULL, round = NULL, floor = NULL, root = NULL', 'TM001'],
      [`UPDATE marks SET root = repeat('b', 64)`, 'TM001'],
      ['UPDATE marks SET floor = 4', 'TM001'],
      [`UPDATE marks SET key = 'other'`, 'TM001'],
      ['DELETE FROM marks', 'TM002'],
      ['TRUNCATE marks', 'TM002'],
      ['DELETE FROM stops', 'TM002'],
      ['TRUNCATE stops', 'TM002'],
      [`UPDATE stops SET network = 'other'`, 'TM002'],
      [`UPDATE identity SET uuid = 'other'`, 'TM002'],
      ['DELETE FROM identity', 'TM002'],
      ['TRUNCATE identity', 'TM002'],
      ['SET synchronous_commit = off; UPDATE marks SET height = 6', 'TM003'],
      ['SET synchronous_commit = local; UPDATE marks SET height = 6', 'TM003'],
      ['BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE marks SET height = 6', 'TM003'],
      ['BEGIN ISOLATION LEVEL REPEATABLE READ; UPDATE stops SET slot = 6', 'TM003'],
    ] as const;
    for (const [statement, code] of refused) {
      await assert.rejects(
        at.query(`SET search_path = "${options.schema}"; ${statement}`),
        (error: Error & { code: string }) => error.code === code,
        statement,
      );
    }
    assert.deepEqual((await store.read(lane)).mark, mark(5n, { round: 2n, floor: 3n }));
    await store.end();
  });

  test('a row that is not what was written stops its own lane, and no other', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    const other = ethereumLane(2);
    await store.advanceAll([lane, other].map((one) => ({ lane: one, next: mark(50n) })));
    const isCorrupt = (error: unknown): boolean => isFault(error, 'store_corrupt');
    for (const change of [
      'height = 4',
      'round = 7',
      'floor = 1',
      `root = '${rootOf(7)}'`,
      'root = NULL',
      'closed = true',
      'height = NULL, round = NULL, floor = NULL, root = NULL',
    ]) {
      await byHand(at, `UPDATE "${options.schema}".marks SET ${change} WHERE key = '${lane.key}'`);
      for (const height of [5n, 50n, 51n]) await assert.rejects(store.advance(lane, mark(height)), isCorrupt, change);
      const both = await Promise.allSettled([store.advance(lane, mark(60n)), store.advance(other, mark(50n))]);
      assert.deepEqual(
        both.map(({ status }) => status),
        ['rejected', 'fulfilled'],
        'in one statement, too',
      );
      await assert.rejects(store.raise(lane, mark(70n)), isCorrupt);
      await assert.rejects(store.close(lane), isCorrupt);
      await assert.rejects(store.open(lane), isCorrupt);
      await assert.rejects(store.read(lane), isCorrupt);
      await assert.rejects(listOf(store), isCorrupt);
      await byHand(
        at,
        `UPDATE "${options.schema}".marks SET closed = false, height = 50, round = 0, floor = 0, root = '${mark(0n).root ?? ''}' WHERE key = '${lane.key}'`,
      );
      assert.equal((await store.advance(lane, mark(50n))).kind, 'repeat', 'what was written is believed again');
    }
    await store.end();
  });

  test('a stop line that is not what was written stops its network, and no other', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    await store.setStop(network, { slot: 9n, epoch: 9n });
    for (const change of ['slot = 900, epoch = 900', 'slot = NULL, epoch = NULL']) {
      await byHand(at, `UPDATE "${options.schema}".stops SET ${change}`);
      await assert.rejects(store.advance(lane, mark(1n)), (error) => isFault(error, 'store_corrupt'));
      await assert.rejects(store.stops(), (error) => isFault(error, 'store_corrupt'));
    }
    assert.equal((await store.advance(tezosLane('a'), mark(1n))).kind, 'advance');
    await store.setStop(network, null);
    assert.equal((await store.advance(lane, mark(1n))).kind, 'advance');
    await store.end();
  });

  test('a user who owns nothing signs with the privileges that the page lists', async () => {
    const options = at.options();
    await (await PostgresStore.open(options)).end();
    const { schema: name } = options;
    await at.query(`CREATE ROLE signer LOGIN PASSWORD 'x${at.password}';
      GRANT USAGE ON SCHEMA "${name}" TO signer;
      GRANT SELECT ON ALL TABLES IN SCHEMA "${name}" TO signer;
      GRANT INSERT, UPDATE ON "${name}".marks, "${name}".stops, "${name}".identity TO signer`);
    const store = await PostgresStore.open({ ...options, url: at.url({ user: `signer:x${at.password}` }) });
    assert.equal((await store.advance(lane, mark(1n))).kind, 'advance');
    assert.equal((await store.advance(lane, mark(1n))).kind, 'repeat');
    await store.raise(lane, mark(2n));
    await store.close(lane);
    await store.setStop(network, { slot: 9n, epoch: 9n });
    assert.equal((await listOf(store)).size, 1);
    await store.end();
    const elsewhere = { ...at.options(), url: at.url({ user: `signer:x${at.password}` }) };
    await assert.rejects(
      PostgresStore.open(elsewhere),
      (error) => isFault(error, 'config_invalid') && /may not make or use the schema/u.test(error.message),
    );
  });

  test('a schema that is dropped under a running signer is neither made anew nor believed', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    await store.advance(lane, mark(5n));
    await at.query(`DROP SCHEMA "${options.schema}" CASCADE`);
    await assert.rejects(store.advance(lane, mark(6n)), (error) => isFault(error, 'store_corrupt'));
    await (await PostgresStore.open(options)).end();
    await assert.rejects(
      store.advance(lane, mark(4n)),
      (error) => isFault(error, 'store_failed'),
      'it is another store',
    );
    await assert.rejects(store.advance(lane, mark(7n)), (error) => isFault(error, 'store_failed'), 'for good');
    await store.end();
  });
}
