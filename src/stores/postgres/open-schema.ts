import { randomUUID } from 'node:crypto';
import { Fault, isFault } from '../../base/fault.ts';
import { budget } from './budget.ts';
import type { Connections, Conversation } from './connections.ts';
import type { Failover, Place } from './home.ts';
import { placeOf } from './home.ts';
import { sqlStateOf } from './postgres-fault.ts';
import { checkSchema } from './schema-check.ts';
import { migrations, migrationsTable, schemaVersion } from './schema.ts';
import { homeSql } from './statements.ts';

export interface OpenSchemaOptions {
  /** The name of the schema: lower-case letters, digits and underscores. */
  readonly schema: string;
  /** May it be made where there is none? */
  readonly make: boolean;
  readonly systemIdentifier: string;
  readonly failover: Failover;
  /** The server and timeline that the operator takes over from another one, as an error named them; null for none. */
  readonly acceptServer: string | null;
}

/**
 * Brings the tables to this program's version, one process at a time, all of it or nothing; checks them; and holds the
 * server against the one that wrote them last.
 *
 * @throws Fault `config_invalid`, `store_corrupt`
 */
export async function openSchema(connections: Connections, options: OpenSchemaOptions): Promise<Place> {
  const quoted = `"${options.schema}"`;
  try {
    return await connections.transaction(budget.openMs, async (conversation) => {
      const { ask } = conversation;
      // Until the end of the transaction, so that it holds behind a pooler, too.
      await ask({ text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', values: [`tidemark ${quoted}`] });
      await migrate(conversation, options, quoted);
      await checkSchema(conversation, options.schema);
      return await settle(conversation, quoted, options);
    });
  } catch (error) {
    if (isFault(error) || sqlStateOf(error) !== '42501') throw error;
    const text = `the user of the mark database may not make or use the schema ${options.schema}: run once as its owner, or grant what docs/stores/postgres.md lists`;
    throw new Fault('config_invalid', text, { cause: error });
  }
}

async function migrate({ ask }: Conversation, { schema, make }: OpenSchemaOptions, quoted: string): Promise<void> {
  const found = await versionOf({ ask }, schema, quoted);
  if (found !== null && found > schemaVersion) {
    const text = `the schema ${schema} was written by a newer release (version ${found}, and this one knows ${schemaVersion}); start that release`;
    throw new Fault('config_invalid', text);
  }
  if (found === null && !make) {
    const text = `there is no store in the schema ${schema} yet; check the schema and the database, or start the signer once`;
    throw new Fault('config_invalid', text);
  }
  if (found === null) await ask({ text: `CREATE SCHEMA IF NOT EXISTS ${quoted}; ${migrationsTable(quoted)}` });
  for (let version = (found ?? 0) + 1; version <= schemaVersion; version += 1) {
    const text = migrations[version - 1]?.(quoted) ?? '';
    await ask({ text: `${text} INSERT INTO ${quoted}.migrations (version) VALUES (${version})` });
  }
}

/** @returns null where nothing of ours is. @throws Fault `store_corrupt` for what is no database of ours */
async function versionOf({ ask }: Conversation, schema: string, quoted: string): Promise<number | null> {
  const [place] = await ask({
    text: `SELECT to_regclass($1 || '.migrations') IS NOT NULL,
      EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace WHERE nspname = $2)`,
    values: [quoted, schema],
  });
  const [isOurs, isUsed] = place ?? [];
  if (isOurs !== true && isUsed !== true) return null;
  const why = `the schema ${schema} holds something, but no marks of this program; name another one, or restore what was there`;
  if (isOurs !== true) throw new Fault('store_corrupt', why);
  const [row] = await ask({ text: `SELECT max(version)::text, count(*)::text FROM ${quoted}.migrations` });
  const [version, count] = row ?? [];
  if (typeof version !== 'string' || version !== count) throw new Fault('store_corrupt', why);
  return Number(version);
}

/** @returns where the marks are, after it was compared with where they were */
async function settle({ ask }: Conversation, quoted: string, options: OpenSchemaOptions): Promise<Place> {
  const { systemIdentifier, acceptServer, failover } = options;
  const insert = `INSERT INTO ${quoted}.identity (only_row, uuid, server, timeline, marks_oid)
    SELECT true, $1, $2, left(pg_walfile_name(pg_current_wal_lsn()), 8), '${quoted}.marks'::regclass::oid
    WHERE NOT EXISTS (SELECT FROM ${quoted}.marks) ON CONFLICT DO NOTHING`;
  await ask({ text: insert, values: [randomUUID(), systemIdentifier] });
  const [row] = await ask({
    text: `SELECT server, timeline, marks_oid::text, ${homeSql(quoted)} FROM ${quoted}.identity`,
  });
  const [server, timeline, marksOid, home] = row ?? [];
  const place = placeOf(home);
  if (place === null)
    throw new Fault('store_corrupt', 'the identity of the mark database is missing, and marks are there');
  const here = `${systemIdentifier}/${Number.parseInt(place.timeline, 16)}`;
  const isSame = server === systemIdentifier && marksOid === place.marksOid;
  if (isSame && timeline === place.timeline) return place;
  const isPromoted = isSame && String(timeline) < place.timeline;
  if (acceptServer !== here && !(isPromoted && failover === 'go_on')) throw moved(isPromoted, here);
  await ask({
    text: `UPDATE ${quoted}.identity SET server = $1, timeline = $2, marks_oid = $3::bigint`,
    values: [systemIdentifier, place.timeline, place.marksOid],
  });
  return place;
}

function moved(isPromoted: boolean, here: string): Fault {
  const what = isPromoted
    ? 'another server was promoted, or restored to a point in time, since these marks were last used: it may lack the last of them'
    : 'these marks were written on another server, or restored from a dump: they may be older than the last signature';
  const text = `${what}. Make sure that they are not (docs/stores/postgres.md), then set accept_server: "${here}" for one start`;
  return new Fault('config_invalid', text);
}
