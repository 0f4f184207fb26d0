/**
 * `npm run check`: everything that must hold before a change lands, in one command. Each stage says how it went as soon
 * as it has ended; the summary repeats what failed, and its last line is `N passed, N failed`, where each test counts
 * one and each other stage counts one.
 *
 * With `TIDEMARK_REQUIRE=all`, a suite that could not run here is a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledTests } from './check/build.ts';
import { leaksIn } from './check/leaks.ts';
import { type Failure, runTests } from './check/run-tests.ts';
import { endTestProcesses } from './check/test-process.ts';
import { shareDynamoDbLocal } from './dynamodb/dynamodb-local.ts';
import { type Note, notRunText } from './not-run.ts';
import { missingSuites } from './suites.ts';
import { sqliteName, sqliteProblem } from './sqlite-addon.ts';
import { tidy } from './tidy/tidy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface StageReport {
  /** How the stage went, for the summary. */
  readonly line: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
}

/** @returns how many checks failed */
async function check(): Promise<number> {
  const types = tool('types', 'tsc', ['-p', 'tsconfig.json']);
  // What does not compile would fail everywhere else too, and less clearly.
  if (types.failures.length > 0) return summarise([types], []);
  const lint = tool('lint', 'oxlint', []);
  const format = tool('format', 'prettier', ['--check', '--log-level', 'warn', 'src', 'test', 'bench']);
  const deadCode = tool('dead code', 'knip', ['--no-progress']);
  const house = tidyHouse();
  const record = mkdtempSync(join(tmpdir(), 'tidemark-record-'));
  process.env['TIDEMARK_CHECK_RECORD'] = record;
  try {
    const { stage, notes } = await tests();
    return summarise([types, lint, format, deadCode, house, stage, secrets(record)], notes);
  } finally {
    rmSync(record, { recursive: true });
  }
}

/** Runs one of the project's tools. */
function tool(stage: string, name: string, args: readonly string[]): StageReport {
  const started = performance.now();
  const program = join(root, 'node_modules/.bin', name);
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  const text = error === undefined ? `${stdout}${stderr}` : error.message;
  return announced(stage, status === 0 ? [] : [{ name: stage, text }], { passed: status === 0 ? 1 : 0, started });
}

function tidyHouse(): StageReport {
  const started = performance.now();
  const findings = tidy(root);
  const failures = findings.length === 0 ? [] : [{ name: 'tidy', text: findings.join('\n') }];
  return announced('tidy', failures, { passed: findings.length === 0 ? 1 : 0, started });
}

async function tests(): Promise<{ stage: StageReport; notes: readonly Note[] }> {
  const started = performance.now();
  const folder = join(root, 'build');
  const problem = await sqliteProblem();
  const files = compiledTests(root).filter((file) => problem === null || !relative(folder, file).includes('sqlite'));
  const say = (line: string): void => console.log(`  ${line}`);
  const { passed, failures, notes: told } = await withDynamoDb(() => runTests({ folder, files, say }));
  const notes = [...told.filter(({ kind }) => kind !== 'ran'), ...absences(told, problem)];
  const required = textsOf(notes.filter(isFailure)).map((name) => ({ name, text: 'TIDEMARK_REQUIRE=all wants it' }));
  const all = [...failures, ...required, ...(passed === 0 ? [{ name: 'tests', text: 'no test passed' }] : [])];
  return { stage: announced(`tests (${files.length} files)`, all, { passed, started }), notes };
}

/** One Java machine for all test files: each that started its own would take seconds, and 200 MB. */
async function withDynamoDb<Result>(run: () => Promise<Result>): Promise<Result> {
  const end = await shareDynamoDbLocal();
  try {
    return await run();
  } finally {
    await end();
  }
}

/**
 * No secret that any test used may stand in anything that the program printed; a run that kept nothing proves nothing.
 */
function secrets(record: string): StageReport {
  const started = performance.now();
  const { secrets: used, outputBytes, printed } = leaksIn(record);
  const text = `${printed} of ${used} secrets stand in ${outputBytes} bytes of output`;
  const proven = used > 0 && outputBytes > 0 && printed === 0;
  return announced(`secrets (${text})`, proven ? [] : [{ name: 'secrets', text }], { passed: proven ? 1 : 0, started });
}

/** What did not run although it should have, as far as no test file can say so itself. */
function absences(told: readonly Note[], sqlite: string | null): Note[] {
  const reported = told.filter(({ kind }) => kind === 'ran').map(({ text }) => text);
  const texts = missingSuites(reported).map((suite) => `not run: ${suite}`);
  if (sqlite !== null) texts.push(notRunText(sqliteName, sqlite));
  return texts.map((text) => ({ kind: 'missing', text, file: 'test/check.ts' }));
}

/** Each once: several test files may say the same. */
function textsOf(notes: readonly Note[]): string[] {
  return [...new Set(notes.map((note) => note.text))].toSorted();
}

function isFailure(note: Note): boolean {
  return note.kind === 'missing' && process.env['TIDEMARK_REQUIRE'] === 'all';
}

function announced(stage: string, failures: readonly Failure[], how: { passed: number; started: number }): StageReport {
  const seconds = ((performance.now() - how.started) / 1000).toFixed(1);
  const line = `${stage}: ${how.passed} passed, ${failures.length} failed, ${seconds} s`;
  console.log(line);
  return { line, passed: how.passed, failures };
}

function summarise(stages: readonly StageReport[], notes: readonly Note[]): number {
  const failures = stages.flatMap((stage) => stage.failures);
  for (const { name, text } of failures) console.log(`\nFAILED ${name}\n${text.trimEnd()}`);
  console.log('\nSummary');
  for (const { line } of stages) console.log(`  ${line}`);
  for (const text of textsOf(notes)) console.log(`  ${text}`);
  for (const { name } of failures) console.log(`  FAILED ${name}`);
  const passed = stages.reduce((sum, stage) => sum + stage.passed, 0);
  console.log(`${passed} passed, ${failures.length} failed`);
  return failures.length;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endTestProcesses();
    process.exit(1);
  });
}
process.exitCode = (await check()) === 0 ? 0 : 1;
