import { Pool, type PoolClient } from 'pg';
import { assert, Fault } from '../../base/fault.ts';
import type { Address } from './address.ts';
import { asideConnections, budget } from './budget.ts';
import type { Row } from './row.ts';
import { Sessions, type SessionPool } from './session.ts';
import { socketFor } from './socket.ts';

export interface Statement {
  readonly text: string;
  readonly values?: readonly (string | number | null)[];
  /** Where sessions are ours, the server keeps the plan of a statement under this name. */
  readonly name?: string;
  readonly timeoutMs?: number;
}

export interface ConnectionOptions {
  readonly address: Address;
  readonly poolSize: number;
  readonly forceIpv4: boolean;
  readonly sessionPool: SessionPool;
}

/** A conversation with the server: one connection, for as long as it is lent. */
export interface Conversation {
  /** @throws what the driver throws, or `store_unavailable` when the server warned that it did not do all it should */
  readonly ask: (statement: Statement) => Promise<readonly Row[]>;
}

/**
 * The connections to one database: most of them for signatures, a few aside for everything else. One that failed is
 * thrown away, whatever it failed of.
 */
export class Connections {
  readonly #signing: Pool;
  readonly #aside: Pool;
  readonly #sessions: Sessions;
  /** What the server warned of since the last question on each connection. */
  readonly #warned = new WeakMap<object, string>();

  constructor(options: ConnectionOptions) {
    this.#sessions = new Sessions(options.sessionPool);
    this.#signing = this.#pool(options, options.poolSize - asideConnections);
    this.#aside = this.#pool(options, asideConnections);
  }

  /** For what a signature waits for. */
  async forSigning<T>(use: (conversation: Conversation) => Promise<T>): Promise<T> {
    return await this.#lend(this.#signing, use);
  }

  /** For everything else. */
  async aside<T>(use: (conversation: Conversation) => Promise<T>): Promise<T> {
    return await this.#lend(this.#aside, use);
  }

  /** In one transaction: all of it, or nothing. */
  async transaction<T>(lockMs: number, use: (conversation: Conversation) => Promise<T>): Promise<T> {
    // Each statement may wait for a lock so long, and then has its own time.
    const timeoutMs = lockMs + budget.statementMs;
    return await this.aside(async (lent) => {
      const conversation: Conversation = { ask: async (statement) => await lent.ask({ timeoutMs, ...statement }) };
      // Both are gone with the transaction, so they hold behind a pooler, too.
      const text = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = ${lockMs}`;
      await conversation.ask({ text });
      const answer = await use(conversation);
      await conversation.ask({ text: 'COMMIT' });
      return answer;
    });
  }

  async end(): Promise<void> {
    await Promise.all([this.#signing.end(), this.#aside.end()]);
  }

  async #lend<T>(pool: Pool, use: (conversation: Conversation) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let sound = false;
    try {
      const isOwn = await this.#sessions.isOwn(client);
      const ask = async ({ name, ...rest }: Statement) =>
        await this.#ask(client, isOwn && name !== undefined ? { name, ...rest } : rest);
      const answer = await use({ ask });
      sound = true;
      return answer;
    } finally {
      client.release(!sound);
    }
  }

  async #ask(client: PoolClient, { text, values = [], name, timeoutMs }: Statement): Promise<readonly Row[]> {
    this.#warned.delete(client);
    const named = name === undefined ? {} : { name };
    // One text with several statements goes without parameters.
    const parameters = values.length === 0 ? {} : { values: [...values] };
    const query = {
      text,
      ...named,
      ...parameters,
      rowMode: 'array' as const,
      query_timeout: timeoutMs ?? budget.statementMs,
    };
    const result = await client.query<Cells>(query);
    const warning = this.#warned.get(client);
    if (warning !== undefined) throw notReplicated(warning);
    // The server ends a failed transaction with ROLLBACK, and says so only here.
    assert(text !== 'COMMIT' || result.command === 'COMMIT', 'a transaction that was committed is committed');
    return Array.isArray(result) ? [] : result.rows;
  }

  #pool(options: ConnectionOptions, max: number): Pool {
    const { address, forceIpv4 } = options;
    const { host, port, user, database, password, tls } = address;
    const pool = new Pool({
      host,
      port,
      user,
      database,
      // As a function it stands in no object that could be printed, and no environment variable takes its place.
      password: () => password(),
      ssl: tls ?? false,
      stream: () => socketFor(forceIpv4),
      max,
      application_name: 'tidemark',
      connectionTimeoutMillis: budget.connectMs,
      idleTimeoutMillis: budget.idleMs,
      allowExitOnIdle: true,
      keepAlive: true,
    });
    // A connection that breaks while it is idle has left the pool already, and one that breaks while it is lent fails
    // its query. Without a listener either would end the process.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => {
      client.on('error', () => undefined);
      client.on('notice', ({ severity, code }) => {
        if (severity === 'WARNING') this.#warned.set(client, code ?? 'without a code');
      });
    });
    return pool;
  }
}

type Cells = (string | boolean | null)[];

/**
 * The wait for a synchronous standby was cancelled: the transaction is committed here, and perhaps only here. A server
 * that warns of something else while it records has not earned more trust.
 */
function notReplicated(code: string): Fault {
  const text = `the mark database recorded with a warning (SQLSTATE ${code}), so no standby may have it; nothing was signed, ask again`;
  return new Fault('store_unavailable', text);
}
