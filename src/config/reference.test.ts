import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { loadConfig } from './load-config.ts';
import { innerOf, noteOf } from './note.ts';
import { configSchema } from './schema.ts';
import { coreOf } from './schema-walk.ts';

/** The compiled test runs in `build/src/config`. */
const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

interface Entry {
  readonly key: string;
  readonly schema: z.ZodType;
  readonly unbuilt: boolean;
}

/** Every setting that the schema knows, in its order; names that the operator chooses stand in angle brackets. */
function entriesOf(schema: z.ZodType, path: string): readonly Entry[] {
  const core = coreOf(schema);
  if (core instanceof z.ZodObject) {
    return Object.entries(core.shape).flatMap(([key, child]) => entry(child, path === '' ? key : `${path}.${key}`));
  }
  if (core instanceof z.ZodRecord)
    return core.valueType instanceof z.ZodType
      ? entry(core.valueType, `${path}.<${path === 'tezos' ? 'key hash' : 'name'}>`)
      : [];
  if (core instanceof z.ZodArray)
    return coreOfItem(core) instanceof z.ZodObject ? entry(core.element, `${path}[]`) : [];
  if (!(core instanceof z.ZodDiscriminatedUnion)) return [];
  return core.options.flatMap((option) => (option instanceof z.ZodType ? entriesOf(option, path) : []));
}

function coreOfItem({ element }: z.ZodArray): z.ZodType | null {
  return element instanceof z.ZodType ? coreOf(element) : null;
}

function entry(schema: unknown, key: string): readonly Entry[] {
  assert.ok(schema instanceof z.ZodType);
  return [{ key, schema, unbuilt: noteOf(schema)?.unbuilt === true }, ...entriesOf(schema, key)];
}

/** The first of the entries of one key: drivers have several, of which the first says most. */
function uniqueEntries(): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const each of entriesOf(configSchema, '')) {
    const known = entries.get(each.key);
    if (known === undefined || said(known.schema, 'Nothing to set.')) entries.set(each.key, each);
  }
  return [...entries.values()];
}

function said(schema: z.ZodType, meaning: string): boolean {
  return noteOf(schema)?.meaning === meaning;
}

function rowOf({ key, schema }: Entry): string {
  const note = noteOf(schema) ?? assert.fail(`${key} has no note`);
  return `| \`${key}\` | ${/[>\]]$/u.test(key) ? '' : defaultOf(schema)} | ${note.expects} | ${note.meaning} |`;
}

function defaultOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodDefault) return `\`${JSON.stringify(schema.def.defaultValue)}\``;
  const inner = innerOf(schema);
  if (inner === null) return 'required';
  return inner instanceof z.ZodDefault ? defaultOf(inner) : '';
}

function expectTable(header: string, rows: readonly string[]): void {
  const start = page.indexOf(header);
  assert.notEqual(start, -1, `docs/configuration.md has no table ${header}`);
  const [table = ''] = page.slice(start).split('\n\n');
  const expected = [header, header.replaceAll(/[^|]+/gu, ' --- '), ...rows];
  assert.deepEqual(table.trimEnd().split('\n'), expected, `the table should be:\n${expected.join('\n')}\n`);
}

test('the reference holds every setting with its type, default and meaning', () => {
  expectTable(
    '| key | default | value | meaning |',
    uniqueEntries()
      .filter(({ unbuilt }) => !unbuilt)
      .map(rowOf),
  );
});

test('the page names what is not built yet', () => {
  const later = uniqueEntries().filter(({ unbuilt }) => unbuilt);
  expectTable(
    '| key | what it will be |',
    later.map(({ key, schema }) => `| \`${key}\` | ${noteOf(schema)?.meaning ?? ''} |`),
  );
});

test('the examples of the page are valid configurations', () => {
  const examples = [...page.matchAll(/^```yaml\n(?<yaml>.*?)^```$/gmsu)].map(({ groups }) => groups?.['yaml'] ?? '');
  assert.ok(examples.length >= 3);
  const env = { HOME: '/srv' };
  for (const text of examples)
    assert.doesNotThrow(() => loadConfig({ file: 'docs/configuration.md', text, env }), text);
});
