import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import type { Verdict } from '../../src/protection/mark.ts';
import type { Claim } from '../../src/protection/store.ts';
import { PostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { statementsOf } from '../../src/stores/postgres/statements.ts';
import { ethereumLane, mark, rootOf } from '../contract/samples.ts';
import { eventually } from '../support/eventually.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { type PostgresServer, serverOfFile } from '../support/postgres-server.ts';

const server = await serverOfFile();
if (server !== null) races(server);

const { network } = ethereumLane(1);

/** Is anybody waiting for a lock? */
async function someoneWaits(at: PostgresServer): Promise<boolean> {
  return (await at.query('SELECT FROM pg_locks WHERE NOT granted')).length > 0;
}

/** Asks until there is an answer, as a client does. */
async function toldBy(store: PostgresStore, claims: readonly Claim[]): Promise<readonly Verdict[]> {
  for (;;) {
    try {
      return await store.advanceAll(claims);
    } catch (error) {
      if (!isFault(error, 'store_unavailable')) throw error;
    }
  }
}

function races(at: PostgresServer): void {
  test('P-01: of conflicting votes on 64 connections one wins each position of each lane', async () => {
    const options = at.options({ poolSize: 3 });
    const signers: PostgresStore[] = [];
    while (signers.length < 64) signers.push(await PostgresStore.open(options));
    const lanes = Array.from({ length: 30 }, (_, key) => ethereumLane(key));
    let claims = 0;
    for (let height = 1n; height <= 52n; height += 1n) {
      const answers = await Promise.all(
        signers.map((signer, number) =>
          toldBy(
            signer,
            lanes.map((lane) => ({ lane, next: mark(height, { root: rootOf(number) }) })),
          ),
        ),
      );
      for (const index of lanes.keys()) {
        const verdicts = answers.map((verdict) => verdict[index]);
        claims += verdicts.length;
        // Who was not told in time, on a busy machine, has asked again and found his own.
        const winner = verdicts.findIndex((verdict) => verdict?.kind !== 'refused');
        const found = mark(height, { root: rootOf(winner) });
        for (const [number, verdict] of verdicts.entries())
          if (number !== winner) assert.deepEqual(verdict, { kind: 'refused', why: 'double_vote', found });
      }
    }
    assert.equal(claims, 99_840);
    const connected = await at.query(`SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'tidemark'`);
    assert(Number(connected[0]?.[0]) >= 64, 'each signer has a connection of its own');
    await Promise.all(signers.map((signer) => signer.end()));
  });

  test('winners cost one trip, losers two, and what is joined costs no more', async () => {
    const proxy = await PostgresProxy.start(at.port);
    const store = await PostgresStore.open(at.options({ url: at.url({ port: proxy.port }), sessionPool: false }));
    await store.advance(ethereumLane(0), mark(1n));
    const trips = async (work: () => Promise<unknown>): Promise<number> => {
      const before = proxy.trips;
      await work();
      return proxy.trips - before;
    };
    const claim = (key: number, height: bigint, root = 1) => ({
      lane: ethereumLane(key),
      next: mark(height, { root: rootOf(root) }),
    });
    const ask = (key: number, height: bigint, root = 1): Promise<Verdict> => {
      const { lane, next } = claim(key, height, root);
      return store.advance(lane, next);
    };
    const many = Array.from({ length: 200 }, (_, key) => key);
    assert.equal(await trips(() => ask(1, 5n)), 1, 'a lane that was never seen');
    assert.equal(await trips(() => ask(1, 6n)), 1, 'a lane that rises');
    assert.equal(await trips(() => Promise.all(many.map((key) => ask(key, 7n)))), 1, 'two hundred at once');
    assert.equal(await trips(() => ask(1, 7n)), 2, 'a repeat');
    assert.equal(await trips(() => ask(1, 7n, 2)), 2, 'a refusal');
    assert.equal(await trips(() => Promise.all(many.map((key) => ask(key, 7n, 2)))), 2, 'two hundred refusals');
    assert.equal(
      await trips(() => Promise.all(many.map((root) => ask(1, 8n, root)))),
      1,
      'two hundred for one position',
    );
    assert.equal(
      await trips(() => store.advanceAll([claim(1, 9n), claim(1, 9n), claim(1, 10n), claim(2, 9n), claim(1, 8n)])),
      2,
      'a lane that rises twice',
    );
    assert.equal(proxy.names.size, 0, 'no statement is kept in a session');
    await store.end();
    await proxy.end();
  });

  test('statements are kept by name where the session is known to be our own, and nowhere else', async () => {
    for (const [sessionPool, kept] of [
      [null, 1],
      [true, 1],
      [false, 0],
    ] as const) {
      const proxy = await PostgresProxy.start(at.port);
      const store = await PostgresStore.open(at.options({ url: at.url({ port: proxy.port }), sessionPool }));
      await store.advance(ethereumLane(1), mark(1n));
      assert.equal(proxy.names.size, kept);
      await store.end();
      await proxy.end();
    }
  });

  /** Another signer's advance and the operator's order meet: whichever is answered first holds. */
  async function meetAdvance(makeStatements = statementsOf): Promise<boolean> {
    const options = at.options();
    const store = await PostgresStore.open(options, makeStatements);
    const lane = ethereumLane(1);
    await store.advance(lane, mark(5n));
    let answered = false;
    await at.session(async (other) => {
      await other.query('BEGIN');
      await other.query(`UPDATE "${options.schema}".marks SET height = 9`);
      const order = store.setStop(network, { slot: 0n, epoch: 7n }).then(() => (answered = true));
      await eventually(async () => answered || (await someoneWaits(at)), 'the order waits, or does not');
      const early = answered;
      await other.query('COMMIT');
      await order;
      answered = early;
    });
    await store.end();
    return answered;
  }

  test('a stop line is not answered for while an advance past it is on its way', async () => {
    assert.equal(await meetAdvance(), false);
    const unlocked = (schema: string) => ({ ...statementsOf(schema), lockForStop: 'SELECT 1' });
    assert.equal(await meetAdvance(unlocked), true, 'without its lock it would be');
  });

  test('an advance that waited for a stop line heeds it', async () => {
    const options = at.options();
    const store = await PostgresStore.open(options);
    const lane = ethereumLane(1);
    await store.advance(lane, mark(5n));
    await store.setStop(network, { slot: 0n, epoch: 100n });
    const { lockForStop, putStop } = statementsOf(`"${options.schema}"`);
    const verdict = await at.session(async (operator) => {
      await operator.query('BEGIN');
      await operator.query(lockForStop);
      await operator.query(putStop, [network, '0', '7']);
      const asked = store.advance(lane, mark(8n));
      await eventually(() => someoneWaits(at), 'the advance waits');
      await operator.query('COMMIT');
      return await asked;
    });
    assert.deepEqual(verdict, { kind: 'refused', why: 'stopped', found: mark(5n) });
    assert.equal((await store.advance(lane, mark(6n))).kind, 'advance', 'below the line all is as before');
    assert.equal((await store.advance(lane, mark(7n))).kind, 'refused');
    await store.end();
  });

  test('signers that rise over a stop line while it is set never pass it after the answer', async () => {
    const options = at.options({ poolSize: 3 });
    const operator = await PostgresStore.open(options);
    const signers = await Promise.all(Array.from({ length: 4 }, () => PostgresStore.open(options)));
    const ends = signers.map(async (signer, key) => {
      let height = 1n;
      while ((await signer.advance(ethereumLane(key), mark(height))).kind === 'advance') height += 1n;
    });
    await eventually(async () => ((await operator.read(ethereumLane(3))).mark?.height ?? 0n) > 20n, 'all of them rise');
    await operator.setStop(network, { slot: 0n, epoch: 30n });
    const heights = await Promise.all(
      signers.map(async (_, key) => (await operator.read(ethereumLane(key))).mark?.height ?? 0n),
    );
    await Promise.all(ends);
    for (const [key, height] of heights.entries()) {
      const last = (await operator.read(ethereumLane(key))).mark?.height ?? 0n;
      assert(last === height || last < 30n, `lane ${key} was at ${height} and rose to ${last}`);
    }
    await Promise.all([operator, ...signers].map((store) => store.end()));
  });
}
