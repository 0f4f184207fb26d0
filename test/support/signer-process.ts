import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { recordOutput } from './run-record.ts';

const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;
const startMs = 30_000;

/** The built program, run as an operator runs it, on free ports, in a folder of its own. */
export class SignerProcess {
  readonly child: ChildProcess;
  /** `http://127.0.0.1:…` */
  readonly api: string;
  readonly metrics: string;
  /** Everything that it logged so far, one parsed line each. */
  readonly log: readonly LogLine[];

  private constructor(child: ChildProcess, log: readonly LogLine[], addresses: { api: string; metrics: string }) {
    this.child = child;
    this.log = log;
    this.api = addresses.api;
    this.metrics = addresses.metrics;
  }

  /**
   * Starts `tidemark serve -c FILE` and resolves when it signs. @throws Error with what it logged when it stops instead
   */
  static async start(configFile: string, { args = [], env = {} }: StartOptions = {}): Promise<SignerProcess> {
    const argv = [cli, 'serve', '-c', configFile, '--json-log', ...args];
    const child = spawn(process.execPath, argv, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...freePorts, ...env },
    });
    const log: LogLine[] = [];
    const listening = new Promise<{ api: string; metrics: string }>((resolve, reject) => {
      let metrics = '';
      createInterface({ input: child.stderr }).on('line', (text) => {
        recordOutput(`${text}\n`);
        const line = parsed(text);
        log.push(line);
        if (line.msg === 'Metrics and health') metrics = String(line['address']);
        if (line.msg === 'Signing') resolve({ api: String(line['address']), metrics });
      });
      child.once('exit', (code) =>
        reject(new Error(`the signer stopped (${code}): ${log.map((line) => line.msg).join('\n')}`)),
      );
      setTimeout(() => reject(new Error(`the signer did not start within ${startMs} ms`)), startMs).unref();
    });
    child.stdout.on('data', (bytes: Buffer) => recordOutput(bytes.toString('latin1')));
    return new SignerProcess(child, log, await listening);
  }

  /** Is it still running? */
  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends it and resolves with its exit code, or null when the signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.alive) return this.child.exitCode;
    const exited = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill(signal);
    return (await exited)[0];
  }

  async post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
    return await answerOf(
      await fetch(`${this.api}${path}`, { method: 'POST', body, headers: { ...json, ...headers } }),
    );
  }

  async get(path: string): Promise<Answer> {
    return await answerOf(await fetch(`${this.api}${path}`));
  }

  /** The metrics page. */
  async scrape(): Promise<string> {
    return await (await fetch(`${this.metrics}/metrics`)).text();
  }

  /** Asks for a signature over `message`. */
  async sign(pkh: string, message: Uint8Array): Promise<Answer> {
    return await this.post(`/keys/${pkh}`, JSON.stringify(Buffer.from(message).toString('hex')));
  }
}

const json = { 'content-type': 'application/json' };
const freePorts = { TIDEMARK_SERVER__LISTEN_PORT: '0', TIDEMARK_METRICS__LISTEN_PORT: '0' };

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: await response.text(), headers: response.headers };
}

function parsed(text: string): LogLine {
  return text.startsWith('{') ? (JSON.parse(text) as LogLine) : { level: 'raw', msg: text };
}

/** A folder for one test, removed by `remove`. */
export class ScratchFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tidemark-test-'));

  /** Writes a file for the owner's eyes only. @returns its path */
  write(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
