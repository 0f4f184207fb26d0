import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { readPage, root, sectionOf } from './page.ts';

/** The page names every reason of a refusal, and every store. */
const page = readPage('docs/anti-slashing.md');

test('each reason of a 412 has its row', () => {
  const source = readFileSync(join(root, 'src/http/ethereum-refused.ts'), 'utf8');
  const [, table = ''] = /const reasons[^{]*\{([^}]+)\}/u.exec(source) ?? [];
  const reasons = [...table.matchAll(/^ +(\w+):/gmu)].map(([, reason = '']) => reason);
  assert.ok(reasons.length > 5);
  assert.deepEqual(firstColumn('what-a-refusal-says').toSorted(), reasons.toSorted());
});

test('each store of the page can be configured with what it says that it needs', () => {
  const rows = [...sectionOf(page, 'stores').text.matchAll(/^\| \[?`(\w+)`(?:\]\([^)]+\))? \| (.+?) \|/gmu)];
  const backends = ['sqlite', 'file', 'postgres', 'dynamodb', 'firestore', 'mem', 'noop'];
  assert.deepEqual(
    rows.map(([, backend]) => backend),
    backends,
  );
  const values: Readonly<Record<string, string>> = {
    path: '/marks',
    table: 'marks',
    region: 'us-east-1',
    url: 'env:DB',
  };
  for (const [, backend = '', needs = ''] of rows) {
    const names = [...needs.matchAll(/`(\w+)`/gu)].map(([, name = '']) => name);
    const place = names.map((name) => `, ${name}: ${values[name] ?? ''}`).join('');
    const load = (more: string) => loadConfig({ file: null, text: configOf(backend, more), env: {} });
    assert.doesNotThrow(() => load(place), backend);
    if (!names.includes('path')) assert.throws(() => load(`${place}, path: /marks`), invalid);
  }
});

function configOf(backend: string, place: string): string {
  return `network: hoodi\nanti_slashing: { backend: ${backend}${place} }`;
}

function invalid(error: unknown): boolean {
  return isFault(error, 'config_invalid');
}

function firstColumn(anchor: string): readonly string[] {
  return [...sectionOf(page, anchor).text.matchAll(/^\| `(\w+)` \|/gmu)].map(([, word = '']) => word);
}
