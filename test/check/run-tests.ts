import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Note } from '../not-run.ts';
import type { Ended, Outcome } from './reporter.ts';
import { runTestProcess, type TestProcess } from './test-process.ts';

const processesMax = 4;
/** A test file gets so long. The slowest needs some seconds; on a busy machine, several times that. */
const fileTimeoutMs = 300_000;

export interface Failure {
  readonly name: string;
  readonly text: string;
}

interface FileReport {
  /** How many tests passed. */
  readonly passed: number;
  readonly failures: readonly Failure[];
}

export interface TestsReport extends FileReport {
  readonly notes: readonly Note[];
}

export interface TestsOptions {
  /** The folder that the files are named from. */
  readonly folder: string;
  /** Compiled test files, as absolute paths. */
  readonly files: readonly string[];
  /** Is told one line per file that has ended. */
  readonly say: (line: string) => void;
  readonly timeoutMs?: number;
}

/** Runs each test file in a process of its own, a few at a time. */
export async function runTests({ folder, files, say, timeoutMs = fileTimeoutMs }: TestsOptions): Promise<TestsReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'tidemark-check-'));
  const notesPath = join(scratch, 'notes');
  const waiting = files.map((file, index) => ({ file, outcomesPath: join(scratch, `${index}`), notesPath, timeoutMs }));
  const reports: FileReport[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const started = performance.now();
      const name = relative(folder, next.file);
      const report = await runFile(name, next);
      reports.push(report);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      say(`${reports.length}/${files.length} ${name}: ${countsOf(report)}, ${seconds} s`);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(processesMax, availableParallelism()) }, work));
    const passed = reports.reduce((sum, report) => sum + report.passed, 0);
    return { passed, failures: reports.flatMap((report) => report.failures), notes: readLines<Note>(notesPath) };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function countsOf({ passed, failures }: FileReport): string {
  return failures.length === 0 ? `${passed} passed` : `${passed} passed, ${failures.length} FAILED`;
}

async function runFile(name: string, process: TestProcess): Promise<FileReport> {
  const { how, output } = await runTestProcess(process);
  const lines = readLines<Outcome | Ended>(process.outcomesPath);
  const outcomes = lines.filter((line) => line.kind !== 'ended');
  const bad = outcomes.filter((outcome) => outcome.kind !== 'passed');
  const failures = bad.map((outcome) => ({ name: `${name} > ${outcome.name}`, text: outcome.text }));
  const hasEnded = lines.some((line) => line.kind === 'ended');
  if (how !== 'exit 0' && failures.length === 0) failures.push({ name, text: `ended with ${how}` });
  else if (lines.length === 0 && !isExcused(process)) failures.push({ name, text: 'holds no test' });
  else if (lines.length > 0 && !hasEnded) failures.push({ name, text: 'did not reach the end of its tests' });
  const last = failures.at(-1);
  if (last !== undefined && output !== '') last.text += `\n\nWhat ${name} printed:\n${output}`;
  return { passed: outcomes.length - bad.length, failures };
}

/** Did the file say that it cannot run here? */
function isExcused({ file, notesPath }: TestProcess): boolean {
  return readLines<Note>(notesPath).some((note) => note.kind === 'missing' && note.file === file);
}

/** The JSON lines of a file that other processes of this check wrote; nothing when none of them did. */
function readLines<Line>(path: string): Line[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').flatMap((line): Line[] => parsed(line));
}

/** Nothing for a line that its writer did not live to finish. */
function parsed<Line>(line: string): Line[] {
  try {
    return [JSON.parse(line) as Line];
  } catch {
    return [];
  }
}
