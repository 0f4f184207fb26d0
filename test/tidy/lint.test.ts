import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const body = '  let sum = 0;\n'.concat('  sum += 1;\n'.repeat(68), '  return sum;\n');

/** What is left to the linter, by the rule that must find it. */
const faults: Readonly<Record<string, string>> = {
  'no-floating-promises': 'async function later() { return 1; }\nexport function now() { later(); }',
  'no-misused-promises': 'export async function later() { return true; }\nexport const a = later() ? 1 : 2;',
  'no-explicit-any': 'export const a: any = 1;',
  'no-unsafe-assignment': "export const a: string = JSON.parse('1');",
  'no-non-null-assertion': 'export const a = new Map<string, string>().get("a")!;',
  'no-unsafe-type-assertion': 'declare const a: unknown;\nexport const b = a as string;',
  'no-default-export': 'export default 1;',
  'no-cycle': "import type { other } from './other.ts';\nexport type Thing = typeof other;\nexport const thing = 1;",
  'no-console': "console.log('a');",
  'no-process-env': "export const a = process.env['A'];",
  'max-params':
    'export function f(a: string, b: string, c: string, d: string, e: string) { return a + b + c + d + e; }',
  'max-lines-per-function': `export function f() {\n${body}}`,
  'max-lines': 'export const a = 1;\n'.concat('// a line\n'.repeat(400)),
  'only-throw-error': "export function f() { throw 'a'; }",
  'switch-exhaustiveness-check': "export function f(a: 'b' | 'c') { switch (a) { case 'b': return 1; } return 2; }",
  'no-abusive-eslint-disable': '// eslint-disable-next-line\nexport const a = 1;',
};

const good = "import { test } from 'node:test';\n\ntest('a', async () => {});\n";

const output = lint({
  ...faults,
  good,
  other: "import { thing } from './no-cycle.ts';\nexport const other = thing;\n",
});

for (const rule of Object.keys(faults)) {
  test(`the linter finds ${rule}`, () => {
    assert.match(output, new RegExp(String.raw`^${rule}\.ts:.*\(${rule}\)\]$`, 'mu'), output);
  });
}

test('the linter has nothing against a good file, nor against tests at the top of a file', () => {
  assert.doesNotMatch(output, /^good\.ts/mu);
});

/** What oxlint prints about files, each named by the key of its text, by the rules of this project. */
function lint(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-lint-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const types = { strict: true, module: 'nodenext', types: ['node'], noEmit: true, allowImportingTsExtensions: true };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: types }));
    for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, `${name}.ts`), source);
    const args = [
      '-c',
      join(root, '.oxlintrc.json'),
      '--format=unix',
      ...Object.keys(files).map((name) => `${name}.ts`),
    ];
    return spawnSync(join(root, 'node_modules/.bin/oxlint'), args, { cwd: folder, encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
