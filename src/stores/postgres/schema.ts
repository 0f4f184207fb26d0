/**
 * The tables, as numbered migrations. Everything in them can be read by a person with `psql`.
 *
 * `was_*` is the mark that the last advance replaced, so that one statement can move the mark and answer what it found.
 * `sum` covers a row's name and content, but not `was_*`, which only the statement that wrote it reads.
 *
 * The names of a lane compare byte by byte (`COLLATE "C"`): every signer, whatever its locale, then locks the rows of a
 * batch in the same order, and two batches never wait for each other.
 *
 * The triggers are the second net below the statements: they hold for everyone who writes these tables. Their
 * conditions are evaluated without calling anything, so a write that is in order pays next to nothing for them.
 */

/** The migration that this program writes and reads; it never opens a higher one. */
export const schemaVersion = 1;

/** What a trigger says when it refuses: codes of our own class, which Postgres leaves to programs. */
export const sqlStates = { markFalls: 'TM001', kept: 'TM002', notDurable: 'TM003' } as const;

/** Each takes the quoted name of the schema. The schema itself, and the table of migrations, are there already. */
export const migrations: readonly ((schema: string) => string)[] = [firstMigration];

/** The table that says which migrations were applied. It is there before the first of them. */
export function migrationsTable(schema: string): string {
  return `CREATE TABLE ${schema}.migrations (
  version integer PRIMARY KEY CHECK (version > 0),
  applied_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);`;
}

const uint64Max = '18446744073709551615';

/**
 * All of these columns hold a number up to 2^64 - 1, or none of them and the others do either. One constraint for all:
 * each is read anew for every statement. What names and roots are made of is looked at before they are sent and after
 * they are read; here it would cost more than the rest of an advance.
 */
function sound([first, ...rest]: readonly [string, ...string[]], others: readonly string[] = []): string {
  const none = [...rest, ...others].map((column) => `${column} IS NULL`).join(' AND ');
  const fit = [first, ...rest].map((column) => `${column} >= 0 AND ${column} <= ${uint64Max}`).join(' AND ');
  return `CHECK (CASE WHEN ${first} IS NULL THEN ${none} ELSE coalesce(${fit}, false) END)`;
}

const unsafe = `pg_catalog.current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
  OR pg_catalog.current_setting('fsync') <> 'on'
  OR pg_catalog.current_setting('full_page_writes') <> 'on'
  OR pg_catalog.current_setting('transaction_isolation') <> 'read committed'`;

function firstMigration(schema: string): string {
  return `
CREATE FUNCTION ${schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING ERRCODE = TG_ARGV[0], MESSAGE = TG_ARGV[1]; END $$;

CREATE TABLE ${schema}.identity (
  only_row boolean PRIMARY KEY CHECK (only_row),
  uuid text COLLATE "C" NOT NULL,
  server text COLLATE "C" NOT NULL,
  timeline text COLLATE "C" NOT NULL CHECK (timeline ~ '^[0-9A-F]{8}$'),
  marks_oid bigint NOT NULL
);

CREATE TABLE ${schema}.marks (
  chain text COLLATE "C" NOT NULL,
  network text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  duty text COLLATE "C" NOT NULL,
  closed boolean NOT NULL,
  height numeric(20),
  round numeric(20),
  floor numeric(20),
  root text COLLATE "C",
  sum bigint NOT NULL,
  was_height numeric(20),
  was_round numeric(20),
  was_floor numeric(20),
  was_root text COLLATE "C",
  PRIMARY KEY (chain, network, key, duty),
  CONSTRAINT marks_sound ${sound(['height', 'round', 'floor'], ['root'])}
) WITH (fillfactor = 50);

CREATE TABLE ${schema}.stops (
  network text COLLATE "C" PRIMARY KEY,
  slot numeric(20),
  epoch numeric(20),
  sum bigint NOT NULL,
  CONSTRAINT stops_sound ${sound(['slot', 'epoch'])}
);
${triggers(schema)}`;
}

function triggers(schema: string): string {
  return `CREATE TRIGGER marks_are_durable BEFORE INSERT OR UPDATE ON ${schema}.marks FOR EACH STATEMENT WHEN (${unsafe})
EXECUTE FUNCTION ${schema}.refuse('${sqlStates.notDurable}', 'a mark is written durably, at READ COMMITTED');

CREATE TRIGGER marks_only_rise BEFORE UPDATE ON ${schema}.marks FOR EACH ROW WHEN (
  NEW.chain <> OLD.chain OR NEW.network <> OLD.network OR NEW.key <> OLD.key OR NEW.duty <> OLD.duty
  OR (OLD.height IS NOT NULL AND (
    NEW.height IS NULL
    OR NEW.height < OLD.height
    OR (NEW.height = OLD.height AND NEW.round < OLD.round)
    OR NEW.floor < OLD.floor
    OR (NEW.height = OLD.height AND NEW.round = OLD.round AND NEW.root IS NOT NULL
      AND (NEW.root IS DISTINCT FROM OLD.root OR NEW.floor <> OLD.floor)))))
EXECUTE FUNCTION ${schema}.refuse('${sqlStates.markFalls}', 'a mark never falls');

CREATE TRIGGER marks_stay BEFORE DELETE OR TRUNCATE ON ${schema}.marks FOR EACH STATEMENT
EXECUTE FUNCTION ${schema}.refuse('${sqlStates.kept}', 'a mark is never deleted');

CREATE TRIGGER stops_are_durable BEFORE INSERT OR UPDATE ON ${schema}.stops FOR EACH STATEMENT WHEN (${unsafe})
EXECUTE FUNCTION ${schema}.refuse('${sqlStates.notDurable}', 'a stop is written durably, at READ COMMITTED');

CREATE TRIGGER stops_keep_their_network BEFORE UPDATE ON ${schema}.stops FOR EACH ROW
WHEN (NEW.network <> OLD.network)
EXECUTE FUNCTION ${schema}.refuse('${sqlStates.kept}', 'a stop keeps its network');

CREATE TRIGGER stops_stay BEFORE DELETE OR TRUNCATE ON ${schema}.stops FOR EACH STATEMENT
EXECUTE FUNCTION ${schema}.refuse('${sqlStates.kept}', 'a stop is never deleted');

CREATE TRIGGER identity_stays BEFORE UPDATE ON ${schema}.identity FOR EACH ROW WHEN (NEW.uuid <> OLD.uuid)
EXECUTE FUNCTION ${schema}.refuse('${sqlStates.kept}', 'a store keeps its identity');

CREATE TRIGGER identity_is_kept BEFORE DELETE OR TRUNCATE ON ${schema}.identity FOR EACH STATEMENT
EXECUTE FUNCTION ${schema}.refuse('${sqlStates.kept}', 'a store keeps its identity');
`;
}
