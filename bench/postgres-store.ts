import { Pool } from 'pg';
import type { Lane } from '../src/protection/lane.ts';
import { PostgresStore } from '../src/stores/postgres/postgres-store.ts';
import { PostgresServer } from '../test/support/postgres-server.ts';
import { median, rate, timed } from './measure.ts';

const keys = 1_000;
const runMs = 1_500;
const runs = 3;
const concurrencies = [1, 20] as const;

/**
 * How many attestations does one Postgres take, as Tidemark asks it and as Web3Signer does: in a transaction under an
 * advisory lock, with seven statements, each with a plan that the server keeps?
 */
export async function benchPostgresStore(): Promise<readonly string[]> {
  const server = await PostgresServer.start();
  if (server === null) return ['### Postgres store: not run, there is no Postgres here', ''];
  try {
    return await compare(server);
  } finally {
    await server.destroy();
  }
}

type Sign = (key: number, target: bigint) => Promise<void>;

interface Contestant {
  readonly name: string;
  readonly sign: Sign;
}

async function compare(server: PostgresServer): Promise<readonly string[]> {
  const plain = await PostgresStore.open(server.options({ sessionPool: false }));
  const sessions = await PostgresStore.open(server.options());
  const pool = poolOf(server);
  await prepare(pool);
  const contestants: readonly Contestant[] = [
    { name: 'a transaction as Web3Signer has it', sign: (key, target) => web3signer(pool, key, target) },
    { name: 'Tidemark', sign: (key, target) => tidemark(sessions, key, target) },
    { name: 'Tidemark, as behind a pooler', sign: (key, target) => tidemark(plain, key, target) },
    { name: 'the least: one prepared UPDATE of one number', sign: (key, target) => least(pool, key, target) },
  ];
  const lines: string[] = [];
  for (const concurrency of concurrencies) lines.push(...(await measure(contestants, concurrency)));
  await Promise.all([plain.end(), sessions.end(), pool.end()]);
  return [
    `### Postgres store: attestations of ${keys} keys, median of ${runs} × ${runMs / 1000} s, one server`,
    '',
    '| at once | | a second | p50 ms | ratio |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ];
}

async function measure(contestants: readonly Contestant[], concurrency: number): Promise<readonly string[]> {
  const rates = contestants.map((): number[] => []);
  const times = contestants.map((): number[] => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, { sign }] of contestants.entries()) {
      const step = stepsOf(sign);
      rates[index]?.push(await rate(runMs, concurrency, step));
      times[index]?.push(median(await timed(200, step)));
    }
  }
  const base = median(rates[0] ?? []);
  return contestants.map(({ name }, index) => {
    const perSecond = median(rates[index] ?? []);
    const p50 = concurrency === 1 ? median(times[index] ?? []).toFixed(2) : '';
    return `| ${concurrency} | ${name} | ${Math.round(perSecond)} | ${p50} | ${(perSecond / base).toFixed(1)} |`;
  });
}

let asked = 0;

/** Each key in turn, then all of them an epoch higher; never the same twice, whoever asks. */
function stepsOf(sign: Sign): () => Promise<void> {
  return async () => {
    asked += 1;
    await sign(asked % keys, BigInt(1 + Math.floor(asked / keys)));
  };
}

function rootOf(target: bigint): string {
  return target.toString(16).padStart(64, '0');
}

async function tidemark(store: PostgresStore, key: number, target: bigint): Promise<void> {
  const name = `0x${key.toString(16).padStart(96, '0')}`;
  const lane: Lane = { chain: 'ethereum', network: `0x${'4b'.repeat(32)}`, key: name, duty: 'attestation' };
  const next = { height: target, round: 0n, floor: target - 1n, root: rootOf(target) };
  const verdict = await store.advance(lane, next);
  if (verdict.kind !== 'advance') throw new Error('the bench asks for what rises');
}

function poolOf({ port, password }: PostgresServer): Pool {
  return new Pool({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres', ssl: false, max: 20 });
}

/** What nothing that records can be faster than, one at a time. */
async function least(pool: Pool, key: number, target: bigint): Promise<void> {
  const text = 'UPDATE validators SET enabled = $2 WHERE id = $1';
  await pool.query({ name: 'least', text, values: [key + 1, target > 0n] });
}

/** The tables that matter, with the constraints that Web3Signer gives them. */
async function prepare(pool: Pool): Promise<void> {
  await pool.query(`
    CREATE TABLE validators (id serial PRIMARY KEY, public_key bytea UNIQUE NOT NULL, enabled boolean NOT NULL);
    CREATE TABLE signed_attestations (id bigserial PRIMARY KEY, validator_id integer NOT NULL REFERENCES validators,
      signing_root bytea, source_epoch numeric(20) NOT NULL, target_epoch numeric(20) NOT NULL,
      UNIQUE (validator_id, target_epoch));
    CREATE TABLE low_watermarks (validator_id integer PRIMARY KEY REFERENCES validators, slot numeric(20),
      source_epoch numeric(20), target_epoch numeric(20));
    CREATE TABLE metadata (id integer PRIMARY KEY, genesis_validators_root bytea, high_watermark_epoch numeric(20));
    INSERT INTO metadata VALUES (1, decode(repeat('4b', 32), 'hex'), NULL);
    INSERT INTO validators (public_key, enabled) SELECT decode(lpad(to_hex(n), 96, '0'), 'hex'), true
      FROM generate_series(1, ${keys}) AS n;
    INSERT INTO low_watermarks SELECT id, NULL, 0, 0 FROM validators;
  `);
}

async function web3signer(pool: Pool, key: number, target: bigint): Promise<void> {
  const client = await pool.connect();
  const [id, source, epoch] = [key + 1, String(target - 1n), String(target)];
  const ask = async (name: string, text: string, values: readonly unknown[]): Promise<number> =>
    (await client.query({ name, text, values: [...values] })).rows.length;
  try {
    await client.query('BEGIN');
    await ask('lock', 'SELECT pg_advisory_xact_lock(1, $1)', [id]);
    await ask('enabled', 'SELECT enabled FROM validators WHERE id = $1', [id]);
    await ask('high', 'SELECT high_watermark_epoch FROM metadata WHERE id = 1', []);
    await ask('low', 'SELECT source_epoch, target_epoch FROM low_watermarks WHERE validator_id = $1', [id]);
    const mine = 'SELECT * FROM signed_attestations WHERE validator_id = $1';
    const found =
      (await ask('same', `${mine} AND target_epoch = $2`, [id, epoch])) +
      (await ask('around', `${mine} AND source_epoch < $2 AND target_epoch > $3 LIMIT 1`, [id, source, epoch])) +
      (await ask('inside', `${mine} AND source_epoch > $2 AND target_epoch < $3 LIMIT 1`, [id, source, epoch]));
    if (found > 0) throw new Error('the bench asks for what rises');
    const insert = `INSERT INTO signed_attestations (validator_id, signing_root, source_epoch, target_epoch)
      VALUES ($1, decode($2, 'hex'), $3, $4)`;
    await ask('insert', insert, [id, rootOf(target), source, epoch]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
