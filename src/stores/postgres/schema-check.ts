import { Fault } from '../../base/fault.ts';
import type { Conversation } from './connections.ts';
import type { Cell } from './row.ts';
import { migrations } from './schema.ts';

/**
 * Compares the tables with ones that are made for it, since a server keeps each definition in its own way: a constraint
 * or a trigger that is missing, off or changed is found, whoever made it so.
 *
 * To be called in a transaction; what it makes there, among the temporary tables, it takes back.
 *
 * @throws Fault `store_corrupt`
 */
export async function checkSchema({ ask }: Conversation, schema: string): Promise<void> {
  const found = await ask({ text: definitionsSql, values: [schema] });
  const kinds = await ask({ text: kindsSql, values: [schema] });
  await ask({ text: `SAVEPOINT model; ${migrations.map((migration) => migration('pg_temp')).join('')}` });
  const expected = await ask({ text: definitionsSql, values: [null] });
  await ask({ text: 'ROLLBACK TO SAVEPOINT model' });
  const missing = difference(expected, found);
  const added = difference(found, expected);
  const [odd] = kinds.filter(([, isPlain]) => isPlain !== true);
  if (missing.length === 0 && added.length === 0 && odd === undefined && kinds.length === tables.length) return;
  const what = missing[0] ?? added[0] ?? `table ${String(odd?.[0] ?? 'missing')}`;
  const text =
    `the tables in the schema ${schema} are not as this program made them (first difference: ${what}). Nothing was ` +
    'changed. Find out who altered them before you restore them, see docs/troubleshooting.md#store-corrupt';
  throw new Fault('store_corrupt', text);
}

const tables = ['identity', 'marks', 'stops'] as const;
const inList = tables.map((name) => `'${name}'`).join(', ');
/** The schema that is asked about, or the temporary one. */
const namespace = `(CASE WHEN $1::text IS NULL THEN pg_my_temp_schema() ELSE to_regnamespace(quote_ident($1)) END)::oid`;

/** Kind and name, then the definition, one line for each part of the tables; where they are is left out. */
const definitionsSql = `
WITH ours AS (SELECT oid, relname FROM pg_class WHERE relnamespace = ${namespace} AND relname IN (${inList}))
SELECT 'column ' || relname || ' ' || attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull,
  (SELECT collname FROM pg_collation c WHERE c.oid = attcollation), attidentity, attgenerated,
  (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef d WHERE d.adrelid = attrelid AND d.adnum = attnum))
FROM ours JOIN pg_attribute ON attrelid = ours.oid WHERE attnum > 0 AND NOT attisdropped
UNION ALL SELECT 'constraint ' || relname || ' ' || conname, concat_ws(' ', pg_get_constraintdef(k.oid), convalidated)
FROM ours JOIN pg_constraint k ON conrelid = ours.oid WHERE contype <> 'n'
UNION ALL SELECT 'trigger ' || relname || ' ' || tgname, concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled)
FROM ours JOIN pg_trigger t ON tgrelid = ours.oid WHERE NOT tgisinternal
UNION ALL SELECT 'index ' || indexrelid::regclass, concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid, indisunique)
FROM ours JOIN pg_index ON indrelid = ours.oid
UNION ALL SELECT 'function ' || proname, concat_ws(' ', prosrc, pg_get_function_result(p.oid), proconfig)
FROM pg_proc p WHERE pronamespace = ${namespace} AND proname = 'refuse'`;

/** Is each table an ordinary one, which is logged, shows every row and has no rules or children? */
const kindsSql = `
SELECT relname::text, relkind = 'r' AND relpersistence = 'p' AND NOT relrowsecurity AND NOT relhasrules
  AND NOT relhassubclass AND NOT relispartition
FROM pg_class WHERE relnamespace = ${namespace} AND relname IN (${inList})`;

type Rows = readonly (readonly Cell[])[];

/** @returns the parts of `one` that the other does not have in the same form, by name */
function difference(one: Rows, other: Rows): readonly string[] {
  const known = new Set(other.map(comparable));
  return one.filter((row) => !known.has(comparable(row))).map(([name]) => withoutPlace(String(name)));
}

function comparable(row: readonly Cell[]): string {
  return withoutPlace(row.join(' = '));
}

/** The name of the schema before a name; no definition of ours has a dot elsewhere that would be lost, too. */
function withoutPlace(text: string): string {
  return text.replaceAll(/(?:"[^"]+"|\b(?!pg_catalog\b)[a-z_]\w*)\.(?=[a-z])/gu, '');
}
