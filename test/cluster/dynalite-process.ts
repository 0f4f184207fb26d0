import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Emulator, EmulatorKind } from '../dynamodb/emulator.ts';
import { dynaliteKind } from '../dynamodb/emulators.ts';

/** The emulator in pure JavaScript, in a process of its own. */
export const dynaliteProcess: EmulatorKind = { ...dynaliteKind, start: startProcess };

async function startProcess(): Promise<Emulator> {
  const script = new URL('dynalite-server.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  const [line] = (await Promise.race([once(child.stdout, 'data'), exited])) as unknown[];
  if (!(line instanceof Buffer)) throw new Error('dynalite stopped while starting');
  return {
    name: dynaliteKind.name,
    endpoint: line.toString('utf8').trim(),
    end: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
