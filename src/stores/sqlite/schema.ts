/**
 * The database of version 2. Everything in it is text that a person with the `sqlite3` shell can read.
 *
 * A number is twenty digits with leading zeros: text compares byte by byte, so this order is the order of numbers over
 * the whole of uint64, which SQLite's own signed integers do not hold.
 *
 * `was_*` is the mark that the last advance replaced, so that one statement can move the mark and answer what it found.
 * `crc` covers the row's name and content, but not `was_*`, which only the statement that wrote it reads.
 *
 * Version 1 had no `stops`. A stop line that is taken away leaves its row, without numbers: a row is never deleted, so
 * one that is missing was never there.
 */

/** `TDMK`: says in the file's header whose file it is. */
export const applicationId = 0x54_44_4d_4b;

/** In `user_version`. A program never opens a version it does not know. */
export const schemaVersion = 2;

const digits = `'${'[0-9]'.repeat(20)}'`;

/** NULL, or a number up to 2^64 - 1. */
function uint64(column: string): string {
  return `${column} TEXT CHECK (${column} GLOB ${digits} AND ${column} <= '18446744073709551615')`;
}

/** What a database of version 1 consists of. */
export const firstSchema = `
CREATE TABLE identity (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  uuid TEXT NOT NULL,
  crc TEXT NOT NULL
) STRICT;

CREATE TABLE marks (
  chain TEXT NOT NULL CHECK (chain IN ('tezos', 'ethereum')),
  network TEXT NOT NULL,
  key TEXT NOT NULL,
  duty TEXT NOT NULL CHECK (duty IN ('block', 'preattestation', 'attestation')),
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  ${uint64('height')},
  ${uint64('round')},
  ${uint64('floor')},
  root TEXT CHECK (length(root) = 64 AND root NOT GLOB '*[^0-9a-f]*'),
  crc TEXT NOT NULL,
  was_height TEXT,
  was_round TEXT,
  was_floor TEXT,
  was_root TEXT,
  PRIMARY KEY (chain, network, key, duty),
  CHECK ((height IS NULL) = (round IS NULL) AND (height IS NULL) = (floor IS NULL)),
  CHECK (height IS NOT NULL OR root IS NULL)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER marks_only_rise BEFORE UPDATE ON marks
WHEN NEW.chain <> OLD.chain OR NEW.network <> OLD.network OR NEW.key <> OLD.key OR NEW.duty <> OLD.duty
  OR (OLD.height IS NOT NULL AND (
    NEW.height IS NULL
    OR NEW.height < OLD.height
    OR (NEW.height = OLD.height AND NEW.round < OLD.round)
    OR NEW.floor < OLD.floor
    OR (NEW.height = OLD.height AND NEW.round = OLD.round AND NEW.root IS NOT NULL
      AND (NEW.root IS NOT OLD.root OR NEW.floor <> OLD.floor))))
BEGIN SELECT RAISE(ABORT, 'a mark never falls'); END;

CREATE TRIGGER marks_stay BEFORE DELETE ON marks
BEGIN SELECT RAISE(ABORT, 'a mark is never deleted'); END;

CREATE TRIGGER identity_stays BEFORE UPDATE ON identity
BEGIN SELECT RAISE(ABORT, 'a store keeps its identity'); END;

CREATE TRIGGER identity_is_kept BEFORE DELETE ON identity
BEGIN SELECT RAISE(ABORT, 'a store keeps its identity'); END;
`;

/** What version 2 adds to it. */
export const secondSchema = `
CREATE TABLE stops (
  network TEXT NOT NULL PRIMARY KEY,
  ${uint64('slot')},
  ${uint64('epoch')},
  crc TEXT NOT NULL,
  CHECK ((slot IS NULL) = (epoch IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER stops_stay BEFORE DELETE ON stops
BEGIN SELECT RAISE(ABORT, 'a stop is never deleted'); END;

CREATE TRIGGER stops_keep_their_network BEFORE UPDATE ON stops
WHEN NEW.network <> OLD.network
BEGIN SELECT RAISE(ABORT, 'a stop keeps its network'); END;
`;

export const schema = `${firstSchema}${secondSchema}`;

/**
 * The rule in SQL's words, with no read before it: a row comes back if and only if the mark advanced, and it holds the
 * mark that was found. A row whose content is not what was written advances never.
 */
export const advanceSql = `
INSERT INTO marks (chain, network, key, duty, closed, height, round, floor, root, crc)
SELECT @chain, @network, @key, @duty, 0, @height, @round, @floor, @root, @crc WHERE @floor <= @height
ON CONFLICT (chain, network, key, duty) DO UPDATE SET
  was_height = height, was_round = round, was_floor = floor, was_root = root,
  height = excluded.height, round = excluded.round, floor = excluded.floor, root = excluded.root, crc = excluded.crc
WHERE closed = 0
  AND crc = row_crc(chain, network, key, duty, closed, height, round, floor, root)
  AND (height IS NULL OR (floor <= excluded.floor AND (height < excluded.height
    OR (height = excluded.height AND round < excluded.round))))
RETURNING was_height AS height, was_round AS round, was_floor AS floor, was_root AS root`;

/** Writes a whole row, for imports and closing; the triggers still refuse to lower it. */
export const putSql = `
INSERT INTO marks (chain, network, key, duty, closed, height, round, floor, root, crc)
VALUES (@chain, @network, @key, @duty, @closed, @height, @round, @floor, @root, @crc)
ON CONFLICT (chain, network, key, duty) DO UPDATE SET closed = excluded.closed,
  height = excluded.height, round = excluded.round, floor = excluded.floor, root = excluded.root, crc = excluded.crc`;

const columns = 'chain, network, key, duty, closed, height, round, floor, root, crc';

export const readSql = `SELECT ${columns} FROM marks
WHERE chain = @chain AND network = @network AND key = @key AND duty = @duty`;

/** Lanes after the given one, in the order of the primary key. Four empty texts come before all of them. */
export const pageSql = `SELECT ${columns} FROM marks
WHERE (chain, network, key, duty) > (@chain, @network, @key, @duty)
ORDER BY chain, network, key, duty LIMIT @rowsMax`;

/** Sets a stop line, or takes it away. */
export const putStopSql = `
INSERT INTO stops (network, slot, epoch, crc) VALUES (@network, @slot, @epoch, @crc)
ON CONFLICT (network) DO UPDATE SET slot = excluded.slot, epoch = excluded.epoch, crc = excluded.crc`;

export const stopsSql = 'SELECT network, slot, epoch, crc FROM stops';
