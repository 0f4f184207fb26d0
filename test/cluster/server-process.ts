import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ServerProcess {
  /** What it wrote first: where it is. */
  readonly address: string;
  readonly end: () => Promise<void>;
}

/**
 * Starts a server for tests in a process of its own, so that it takes no time from those who ask it.
 *
 * @param script of this folder, as it is built
 * @throws Error when it stops instead
 */
export async function startServer(script: string): Promise<ServerProcess> {
  const path = new URL(script, import.meta.url).pathname;
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  const [line] = (await Promise.race([once(child.stdout, 'data'), exited])) as unknown[];
  if (!(line instanceof Buffer)) throw new Error(`${script} stopped while starting`);
  return {
    address: line.toString('utf8').trim(),
    end: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
