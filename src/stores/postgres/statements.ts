/** The statements of one schema, each complete in itself: nothing of a session is relied on. */
export interface Statements {
  readonly advance: string;
  readonly classify: string;
  readonly prepareEdit: string;
  readonly lockForEdit: string;
  readonly edit: string;
  readonly read: string;
  readonly page: string;
  readonly stops: string;
  readonly lockForStop: string;
  readonly putStop: string;
}

const lane = 'chain, network, key, duty';

/** @param schema the quoted name of the schema */
export function statementsOf(schema: string): Statements {
  const marks = `${schema}.marks`;
  const stops = `${schema}.stops`;
  return {
    advance: advanceSql(schema),
    classify: classifySql(schema),
    // A row that is there is a row that can be locked. One without a mark says nothing.
    prepareEdit: `INSERT INTO ${marks} AS m (${lane}, closed, sum)
SELECT ${lane}, closed, ${rowSum('c')}
FROM (SELECT *, false AS closed, NULL AS height, NULL AS round, NULL AS floor, NULL AS root
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS names (${lane})) AS c
ORDER BY ${ordered('c')}
ON CONFLICT DO NOTHING`,
    lockForEdit: `SELECT ${rowColumns('m')}, ${homeSql(schema)}
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS c (${lane})
JOIN ${marks} AS m USING (${lane})
ORDER BY ${ordered('m')}
FOR UPDATE OF m`,
    edit: `UPDATE ${marks} AS m
SET closed = c.closed, height = c.height, round = c.round, floor = c.floor, root = c.root, sum = ${rowSum('c')}
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::numeric[], $8::text[],
  $9::boolean[]) AS c (${lane}, height, round, floor, root, closed)
WHERE ${sameLane('m', 'c')}`,
    read: `SELECT ${rowColumns('m')}, ${homeSql(schema)}
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS c (${lane}) JOIN ${marks} AS m USING (${lane})`,
    page: `SELECT ${rowColumns('m')}, ${homeSql(schema)} FROM ${marks} AS m
WHERE (${lane}) > ($1, $2, $3, $4) ORDER BY ${ordered('m')} LIMIT $5`,
    stops: `SELECT network, slot, epoch, sum = ${stopSum('s')}, ${homeSql(schema)} FROM ${stops} AS s`,
    // Waits for every advance that is on its way, and lets none begin: an advance holds ROW EXCLUSIVE on the table
    // until it is committed, and takes its view of the stops only once it has it.
    lockForStop: `LOCK TABLE ${marks} IN SHARE ROW EXCLUSIVE MODE`,
    putStop: `INSERT INTO ${stops} (network, slot, epoch, sum)
SELECT c.*, ${stopSum('c')} FROM (SELECT $1::text AS network, $2::numeric AS slot, $3::numeric AS epoch) AS c
ON CONFLICT (network) DO UPDATE SET slot = excluded.slot, epoch = excluded.epoch, sum = excluded.sum`,
  };
}

/**
 * The rule in SQL's words, with no read before it: a row comes back for each claim that advanced, with the mark that
 * was found. A claim at or above its network's stop line does not advance; nor does one on a row, or below a stop line,
 * whose content is not what was written.
 *
 * At READ COMMITTED a row that another transaction is changing is waited for, and the condition is evaluated on what it
 * left: check and record are one step.
 */
function advanceSql(schema: string): string {
  return `INSERT INTO ${schema}.marks AS m (${lane}, closed, height, round, floor, root, sum)
SELECT ${lane}, false, height, round, floor, root, ${rowSum('c')}
FROM (SELECT *, false AS closed FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[],
  $6::numeric[], $7::numeric[], $8::text[]) AS claims (${lane}, height, round, floor, root)) AS c
WHERE floor <= height AND NOT EXISTS (
  SELECT FROM ${schema}.stops AS s WHERE c.chain = 'ethereum' AND s.network = c.network
  AND (s.sum <> ${stopSum('s')} OR c.height >= CASE c.duty WHEN 'block' THEN s.slot ELSE s.epoch END))
ORDER BY ${ordered('c')}
ON CONFLICT (${lane}) DO UPDATE SET
  was_height = m.height, was_round = m.round, was_floor = m.floor, was_root = m.root,
  height = excluded.height, round = excluded.round, floor = excluded.floor, root = excluded.root, sum = excluded.sum
WHERE NOT m.closed AND m.sum = ${rowSum('m')}
  AND (m.height IS NULL OR (m.floor <= excluded.floor
    AND (m.height < excluded.height OR (m.height = excluded.height AND m.round < excluded.round))))
RETURNING ${lane}, was_height, was_round, was_floor, was_root, ${homeSql(schema)}`;
}

/** What stands where a claim did not advance: the lane's row and its network's stop line, if there are any. */
function classifySql(schema: string): string {
  return `SELECT ${lane.replaceAll(/\w+/gu, 'c.$&')}, m.closed, m.height, m.round, m.floor, m.root,
  m.sum = ${rowSum('m')}, s.slot, s.epoch, s.sum = ${stopSum('s')}, ${homeSql(schema)}
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS c (${lane})
LEFT JOIN ${schema}.marks AS m ON ${sameLane('m', 'c')}
LEFT JOIN ${schema}.stops AS s ON c.chain = 'ethereum' AND s.network = c.network`;
}

/**
 * Which database answers: the store's own name, the history that the server writes (a promoted standby and a server
 * that was restored to a point in time begin a new one) and the table itself (a restored dump makes it anew).
 */
export function homeSql(schema: string): string {
  return `(SELECT i.uuid || ' ' || pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8)
    || ' ' || '${schema}.marks'::regclass::oid FROM ${schema}.identity AS i) AS home`;
}

function rowColumns(row: string): string {
  const columns = 'chain, network, key, duty, closed, height, round, floor, root'.replaceAll(/\w+/gu, `${row}.$&`);
  return `${columns}, ${row}.sum = ${rowSum(row)} AS intact`;
}

/** Finds what a disk or a hand changed. It is no protection against someone who computes it anew. */
function rowSum(row: string): string {
  return sumOf(row, ['chain', 'network', 'key', 'duty', 'closed', 'height', 'round', 'floor', 'root']);
}

function stopSum(row: string): string {
  return sumOf(row, ['network', 'slot', 'epoch']);
}

function sumOf(row: string, columns: readonly string[]): string {
  const texts = columns.map((column) => `${row}.${column}`).join(', ');
  return `pg_catalog.hashtextextended(ROW(${texts})::text COLLATE "C", 0)`;
}

function ordered(row: string): string {
  return lane.replaceAll(/\w+/gu, `${row}.$& COLLATE "C"`);
}

function sameLane(one: string, other: string): string {
  return lane
    .split(', ')
    .map((column) => `${one}.${column} = ${other}.${column}`)
    .join(' AND ');
}
