import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of this folder that talks in lines. */
export class Child {
  /** The lines that it has written so far. */
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #closed: Promise<unknown>;
  #wake: (() => void) | null = null;

  /** @param name of a compiled file of this folder, without its ending */
  constructor(name: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
    this.#process = spawn(process.execPath, [file, ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#process.stdout === null) throw new Error('a child has an output');
    createInterface(this.#process.stdout).on('line', (line) => {
      this.lines.push(line);
      this.#wake?.();
    });
    this.#closed = once(this.#process, 'close').then(() => this.#wake?.());
  }

  /** Resolves when `count` lines are there. @throws Error when the child ended before */
  async wrote(count: number): Promise<readonly string[]> {
    while (this.lines.length < count) {
      if (this.#process.exitCode !== null) throw new Error(`the child ended after ${this.lines.length} lines`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.lines;
  }

  /** SIGKILL, as at a crash. All that it wrote before is in `lines` when this resolves. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#closed;
  }

  /** Waits for its own end. */
  async ended(): Promise<readonly string[]> {
    await this.#closed;
    return this.lines;
  }
}
