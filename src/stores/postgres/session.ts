import type { PoolClient } from 'pg';
import { budget } from './budget.ts';

/** Does each connection keep its session? Null: each of them is asked. */
export type SessionPool = boolean | null;

/**
 * Which connections have a session of their own, so that the server can keep statements and settings for them. A pooler
 * in transaction mode gives each transaction to any of its servers; what was kept on one is not there on the next.
 */
export class Sessions {
  readonly #sessionPool: SessionPool;
  readonly #own = new WeakMap<object, boolean>();

  constructor(sessionPool: SessionPool) {
    this.#sessionPool = sessionPool;
  }

  /** Is the session of this connection its own? The first time it is set up, or found out. */
  async isOwn(client: PoolClient): Promise<boolean> {
    const known = this.#own.get(client);
    if (known !== undefined) return known;
    const isOwn = this.#sessionPool ?? (await isDirect(client));
    if (isOwn) await client.query({ text: sessionSql, ...limit });
    this.#own.set(client, isOwn);
    return isOwn;
  }
}

const limit = { query_timeout: budget.statementMs };

/** The server gives up waiting for a row as early as we do. */
const sessionSql = `SET lock_timeout = ${budget.lockMs}; SET idle_in_transaction_session_timeout = ${budget.stopLockMs}`;

/**
 * Did the server itself take this connection? It tells the number of the process that serves it, by which a client can
 * cancel a statement; a pooler tells one of its own, since it does not know yet who will serve.
 */
async function isDirect(client: PoolClient): Promise<boolean> {
  const query = { text: 'SELECT pg_catalog.pg_backend_pid()::text', rowMode: 'array' as const, ...limit };
  const { rows } = await client.query<[string]>(query);
  return 'processID' in client && String(client.processID) === rows[0]?.[0];
}
