import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runTests, type TestsReport } from './run-tests.ts';

const notRunUrl = new URL('../not-run.js', import.meta.url).href;
const head = `import { describe, test } from 'node:test'; import { note, notRun } from '${notRunUrl}';\n`;

test('tests are counted one by one, suites not at all', async (t) => {
  const suite = "describe('s', () => { test('b', () => {}); test('c', () => {}); });";
  const report = await run(t, `test('a', () => {}); ${suite}`);
  assert.deepEqual(report, { passed: 3, failures: [], notes: [] });
});

test('a test that fails is named with its suites', async (t) => {
  const report = await run(t, "describe('outer', () => { test('inner', () => { throw new Error('why'); }); });");
  assert.deepEqual(names(report), ['0.test.js > outer > inner']);
  assert.match(report.failures[0]?.text ?? '', /^Error: why/u);
});

test('what a failing file printed is shown', async (t) => {
  const report = await run(t, "test('a', () => { console.log('a hint'); throw new Error('why'); });");
  assert.match(report.failures[0]?.text ?? '', /What 0\.test\.js printed:\na hint/u);
});

const hook = "const { after } = await import('node:test'); after(() => { throw new Error('why'); });";

const quiet = "test('a', () => {});";

const faults = {
  'a skipped test': ["test('a', { skip: true }, () => {});", '0.test.js > a'],
  'a test marked as unfinished': ["test('a', { todo: true }, () => {});", '0.test.js > a'],
  'a suite that throws': ["describe('s', () => { throw new Error('why'); });", '0.test.js > s'],
  'a hook that fails': [`describe('s', async () => { ${hook} test('a', () => {}); });`, '0.test.js > s'],
  'a file without tests': ['', '0.test.js'],
  'a file that cannot be loaded': ["import './absent.js';", '0.test.js'],
  'an error after the tests': [`${quiet} process.on('exit', () => { process.exitCode = 3; });`, '0.test.js'],
  'an end before the tests': [`${quiet} test('b', () => process.exit(0));`, '0.test.js'],
} as const;

for (const [what, [source, name]] of Object.entries(faults)) {
  test(`${what} is a failure`, async (t) => {
    assert.deepEqual(names(await run(t, source)), [name]);
  });
}

test('a process that never ends is ended, and is a failure', async (t) => {
  const report = await run(t, "test('a', () => {}); setInterval(() => {}, 1000);", { timeoutMs: 2_000 });
  assert.deepEqual(report.failures, [{ name: '0.test.js', text: 'ended with no answer within 2 s' }]);
});

test('one bad file does not hide the others', async (t) => {
  const report = await run(t, ["test('a', () => {});", 'process.exit(1);', "test('b', () => {});"]);
  assert.equal(report.passed, 2);
  assert.deepEqual(names(report), ['1.test.js']);
});

test('notes reach the report, and a file that could not run needs no test', async (t) => {
  const report = await run(t, "notRun('a store', 'no addon'); note('vectors: 3 files');");
  assert.deepEqual(report.failures, []);
  const notes = report.notes.map(({ kind, text }) => `${kind}: ${text}`);
  assert.deepEqual(notes, ['missing: not run: a store (no addon)', 'told: vectors: 3 files']);
});

async function run(t: TestContext, source: string | string[], { timeoutMs = 60_000 } = {}): Promise<TestsReport> {
  const sources = typeof source === 'string' ? [source] : source;
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-check-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const files = sources.map((_, index) => join(folder, `${index}.test.js`));
  for (const [index, file] of files.entries()) writeFileSync(file, `${head}${sources[index]}\n`);
  return await runTests({ folder, files, say: () => {}, timeoutMs });
}

function names(report: TestsReport): string[] {
  return report.failures.map((failure) => failure.name).toSorted();
}
