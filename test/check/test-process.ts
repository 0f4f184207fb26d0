import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What is kept of a test file's own output, to be shown when it fails. */
const outputCharactersMax = 20_000;

export interface Ending {
  /** `exit 0`, `exit 1`, a signal's name, or how long it was waited for in vain. */
  readonly how: string;
  /** The end of what the process printed. */
  readonly output: string;
}

const running = new Set<ChildProcess>();

export interface TestProcess {
  /** The compiled test file, as an absolute path. */
  readonly file: string;
  /** Where the process writes what became of its tests. */
  readonly outcomesPath: string;
  /** Where it leaves lines for the summary. */
  readonly notesPath: string;
  readonly timeoutMs: number;
}

/** Runs a test file in a process of its own; whatever that started ends with it. */
export async function runTestProcess({ file, outcomesPath, notesPath, timeoutMs }: TestProcess): Promise<Ending> {
  const reporter = new URL('reporter.js', import.meta.url).href;
  const flags = [`--test-reporter=${reporter}`, `--test-reporter-destination=${outcomesPath}`];
  const child = spawn(process.execPath, [...flags, file], {
    // Without `NODE_TEST_CONTEXT`, which `node --test` sets and which would silence our reporter.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, TIDEMARK_CHECK_NOTES: notesPath },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  const closed = once(child, 'close');
  let output = '';
  const keep = (chunk: string): void => {
    output = (output + chunk).slice(-outputCharactersMax);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const how = await endingOf(child, timeoutMs);
  running.delete(child);
  await closed;
  return { how, output };
}

/** Ends every test process: for a check that is interrupted. */
export function endTestProcesses(): void {
  for (const child of running) endGroup(child);
}

async function endingOf(child: ChildProcess, timeoutMs: number): Promise<string> {
  let how: string | null = null;
  const timer = setTimeout(() => {
    how = `no answer within ${timeoutMs / 1000} s`;
    endGroup(child);
  }, timeoutMs);
  await once(child, 'exit');
  clearTimeout(timer);
  endGroup(child);
  return how ?? child.signalCode ?? `exit ${child.exitCode}`;
}

/** The child leads a process group (`detached`), so that a server which a test started and forgot goes with it. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}
