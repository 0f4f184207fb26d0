import { assert, Fault } from '../../base/fault.ts';
import type { Lane } from '../../protection/lane.ts';
import { laneNeverSeen, type LaneState, type Mark, type Verdict } from '../../protection/mark.ts';
import { checkStop, type Stop, type Stops } from '../../protection/stop.ts';
import type { Claim, LaneRecord, MarkStore } from '../../protection/store.ts';
import { addressOf, type AddressText } from './address.ts';
import { Advances, type Answer } from './advances.ts';
import { Batcher } from './batcher.ts';
import { asideConnections, budget, rowsMax, waitingMax } from './budget.ts';
import { Connections, type Statement } from './connections.ts';
import { type Edit, type Edited, Edits } from './edits.ts';
import { type Failover, Home } from './home.ts';
import { openSchema } from './open-schema.ts';
import { faultOfOpening } from './postgres-fault.ts';
import { inTime, withRetries } from './retry.ts';
import { copyOfLane, copyOfMark, laneArrays, recordOf, type Row, stopOf } from './row.ts';
import type { SessionPool } from './session.ts';
import { checkServer } from './server-check.ts';
import { type Statements, statementsOf } from './statements.ts';

export interface PostgresStoreOptions extends AddressText {
  /** The schema of the tables: lower-case letters, digits and underscores. */
  readonly schema: string;
  /** May it be made where there is none? */
  readonly make: boolean;
  /** The most connections, at least three. */
  readonly poolSize: number;
  readonly forceIpv4: boolean;
  /** Do connections keep their session, so that statements can be kept there by name? Null: that is found out. */
  readonly sessionPool: SessionPool;
  readonly failover: Failover;
  readonly acceptServer: string | null;
  /** Told what the operator should know. */
  readonly warn: (text: string) => void;
}

interface Parts {
  readonly connections: Connections;
  readonly statements: Statements;
  readonly home: Home;
}

const beforeAll: readonly string[] = ['', '', '', ''];

/** Marks in one Postgres database, for any number of signers at a time. Concurrent calls share one statement. */
export class PostgresStore implements MarkStore {
  readonly backend = 'postgres';
  readonly durable = true;
  readonly remembers = true;
  readonly identity: string;
  readonly #parts: Parts;
  readonly #advances: Batcher<readonly Claim[], Answer>;
  readonly #edits: Batcher<Edit, Edited>;
  #waiting = 0;
  #ending: Promise<void> | null = null;

  private constructor(identity: string, parts: Parts, poolSize: number) {
    this.identity = identity;
    this.#parts = parts;
    const advances = new Advances(parts);
    const edits = new Edits(parts);
    this.#advances = new Batcher((calls) => advances.run(calls), poolSize - asideConnections);
    this.#edits = new Batcher((jobs) => edits.run(jobs), 1);
  }

  /**
   * @param makeStatements others than the real ones only where `test/sabotage/` plants a fault
   * @throws Fault `config_invalid` for an address, a server or its settings that cannot keep marks, or a server that
   *   was promoted; `store_corrupt` for tables that cannot be trusted; `store_unavailable` when nothing answers
   */
  static async open(options: PostgresStoreOptions, makeStatements = statementsOf): Promise<PostgresStore> {
    const { schema, make, poolSize, forceIpv4, sessionPool, failover, acceptServer, warn } = options;
    assert(/^[a-z_][a-z0-9_]{0,62}$/u.test(schema), 'a schema has a plain name');
    const address = addressOf(options);
    const connections = new Connections({ address, poolSize, forceIpv4, sessionPool });
    try {
      const { systemIdentifier, synchronousStandby } = await connections.aside(checkServer);
      if (!synchronousStandby) warn(singleNode);
      const place = await openSchema(connections, { schema, make, systemIdentifier, failover, acceptServer });
      const adopt = adopting(connections, `"${schema}"`);
      const home = new Home({ place, failover, warn, adopt });
      const statements = makeStatements(`"${schema}"`);
      return new PostgresStore(place.uuid, { connections, statements, home }, poolSize);
    } catch (error) {
      await connections.end();
      throw faultOfOpening(error, address);
    }
  }

  async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const [verdict] = await this.advanceAll([{ lane, next }]);
    assert(verdict !== undefined, 'every claim is answered');
    return verdict;
  }

  async advanceAll(claims: readonly Claim[]): Promise<readonly Verdict[]> {
    const copies = claims.map(({ lane, next }) => ({ lane: copyOfLane(lane), next: copyOfMark(next) }));
    const answer = await this.#ask(() => inTime(this.#advances.submit(copies), budget.callMs));
    if ('fault' in answer) throw answer.fault;
    return answer.verdicts;
  }

  async raise(lane: Lane, mark: Mark): Promise<Mark> {
    const { mark: held } = await this.#edit({ kind: 'raise', lane: copyOfLane(lane), mark: copyOfMark(mark) });
    assert(held !== null, 'a lane that was raised holds a mark');
    return { ...held };
  }

  async close(lane: Lane): Promise<void> {
    await this.#edit({ kind: 'close', lane: copyOfLane(lane) });
  }

  async open(lane: Lane): Promise<void> {
    await this.#edit({ kind: 'open', lane: copyOfLane(lane) });
  }

  async read(lane: Lane): Promise<LaneState> {
    const values = laneArrays([copyOfLane(lane)]);
    const [row] = await this.#ask(() => this.#look({ text: this.#parts.statements.read, values }));
    if (row === undefined) return laneNeverSeen;
    const { mark, closed } = recordOf(row);
    return { mark, closed };
  }

  async *list(): AsyncIterable<LaneRecord> {
    for (let after: readonly string[] | null = beforeAll; after !== null;) {
      const values: (string | number)[] = [...after, rowsMax];
      const rows: readonly Row[] = await this.#ask(() => this.#look({ text: this.#parts.statements.page, values }));
      const records = rows.map(recordOf);
      const last: Lane | undefined = records.at(-1)?.lane;
      after = last === undefined ? null : [last.chain, last.network, last.key, last.duty];
      yield* records.filter(({ mark, closed }) => mark !== null || closed);
    }
  }

  async stops(): Promise<Stops> {
    const rows = await this.#ask(() => this.#look({ text: this.#parts.statements.stops }));
    const stops = new Map<string, Stop>();
    for (const [network, ...cells] of rows) {
      assert(typeof network === 'string', 'a stop line has a network');
      const stop = stopOf(cells, network);
      if (stop !== null) stops.set(network, stop);
    }
    return stops;
  }

  async setStop(network: string, stop: Stop | null): Promise<void> {
    checkStop(network, stop);
    const values = [network, stop === null ? null : `${stop.slot}`, stop === null ? null : `${stop.epoch}`];
    const { connections, statements } = this.#parts;
    await this.#ask(async () => {
      await withRetries(async () => {
        await connections.transaction(budget.stopLockMs, async ({ ask }) => {
          await ask({ text: statements.lockForStop });
          await ask({ text: statements.putStop, values });
        });
      }, budget.stopLockMs);
    });
  }

  async end(): Promise<void> {
    this.#ending ??= this.#finish();
    await this.#ending;
  }

  async #finish(): Promise<void> {
    await Promise.all([this.#advances.idle(), this.#edits.idle()]);
    await this.#parts.connections.end();
  }

  async #edit(edit: Edit): Promise<LaneState> {
    const answer = await this.#ask(() => this.#edits.submit(edit));
    if ('fault' in answer) throw answer.fault;
    return answer.state;
  }

  /** Its last column is the home. */
  async #look(statement: Statement): Promise<readonly Row[]> {
    const { connections, home } = this.#parts;
    const rows = await withRetries(async () => await connections.aside(async ({ ask }) => await ask(statement)));
    await home.check(rows);
    return rows;
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ending !== null) throw new Fault('store_failed', 'the postgres store was shut down');
    this.#parts.home.assertSame();
    if (this.#waiting >= waitingMax)
      throw new Fault('store_unavailable', 'too many requests wait for the mark database');
    this.#waiting += 1;
    try {
      return await work();
    } finally {
      this.#waiting -= 1;
    }
  }
}

const singleNode =
  'The mark database has no synchronous standby (synchronous_standby_names is empty): marks are as durable as its one disk, ' +
  'and a standby that is promoted may lack the last of them';

/** Writes down that a timeline is known; one that is lower never replaces it. */
function adopting(connections: Connections, schema: string): (timeline: string) => Promise<void> {
  return async (timeline) => {
    const text = `UPDATE ${schema}.identity SET timeline = $1 WHERE timeline < $1`;
    await withRetries(
      async () => void (await connections.aside(async ({ ask }) => await ask({ text, values: [timeline] }))),
    );
  };
}
