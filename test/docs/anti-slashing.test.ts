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

test('each store of the page can be configured, with a path or without as it says', () => {
  const rows = [...sectionOf(page, 'stores').text.matchAll(/^\| `(\w+)` \| (.+?) \|/gmu)];
  assert.deepEqual(
    rows.map(([, backend]) => backend),
    ['sqlite', 'postgres', 'file', 'dynamodb', 'mem', 'noop'],
  );
  const needed: Readonly<Record<string, string>> = {
    dynamodb: ', table: marks, region: us-east-1',
    postgres: ', url: env:MARKS',
  };
  for (const [, backend = '', path = ''] of rows) {
    const none = path.startsWith('none');
    const settings = needed[backend] ?? '';
    const place = none ? settings : ', path: /marks';
    const load = (more: string) => loadConfig({ file: null, text: configOf(backend, more), env: {} });
    assert.doesNotThrow(() => load(place));
    if (none) assert.throws(() => load(`${settings}, path: /marks`), invalid);
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
