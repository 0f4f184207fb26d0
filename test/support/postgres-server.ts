import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { Client } from 'pg';
import type { PostgresStoreOptions } from '../../src/stores/postgres/postgres-store.ts';
import { notRun } from '../not-run.ts';
import { eventually } from './eventually.ts';
import { recordSecret } from './run-record.ts';

const postgresName = 'postgres store';

/** Where Debian and others keep the server's programs, the newest first, and then the path. */
function programFolder(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...pathFolders()];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null;
}

function pathFolders(): readonly string[] {
  return (process.env['PATH'] ?? '').split(delimiter);
}

/** Postgres does not run as root. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function ownerOfServers(): Owner | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const fields = ['postgres', 'nobody'].map((name) => lines.find((line) => line.startsWith(`${name}:`))?.split(':'));
  const [, , uid, gid] = fields.find((one) => one !== undefined) ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

export interface ServerOptions {
  /** `name=value`, for the command line of the server. */
  readonly settings?: readonly string[];
  /** Files to write into its folder before it starts, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A server of our own: a real one, in a folder of its own, on a free port of the loopback interface. */
export class PostgresServer {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  readonly #programs: string;
  readonly #owner: Owner | null;
  #child: ChildProcess | null = null;
  #schemas = 0;

  private constructor(parts: {
    folder: string;
    port: number;
    password: string;
    programs: string;
    owner: Owner | null;
  }) {
    this.folder = parts.folder;
    this.port = parts.port;
    this.password = parts.password;
    this.#programs = parts.programs;
    this.#owner = parts.owner;
  }

  /** @returns null where there is no Postgres, after the summary was told so */
  static async start(options: ServerOptions = {}): Promise<PostgresServer | null> {
    const programs = programFolder();
    if (programs === null) {
      notRun(postgresName, 'no initdb and postgres were found; install postgresql');
      return null;
    }
    const owner = ownerOfServers();
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-postgres-'));
    const password = randomBytes(12).toString('hex');
    recordSecret(password);
    const server = new PostgresServer({ folder, port: await freePort(), password, programs, owner });
    server.#initialise(options);
    await server.run(options.settings);
    return server;
  }

  /** Starts the server on its folder. */
  async run(settings: readonly string[] = []): Promise<void> {
    const place = [`port=${this.port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${this.folder}`];
    const all = [...place, 'max_connections=200', ...settings].flatMap((setting) => ['-c', setting]);
    const log = openSync(join(this.folder, 'server.log'), 'a');
    const child = spawn(join(this.#programs, 'postgres'), ['-D', this.#data, ...all], {
      stdio: ['ignore', log, log],
      ...this.#owner,
    });
    child.unref();
    this.#child = child;
    process.once('exit', () => child.kill('SIGQUIT'));
    await eventually(async () => (await this.query('SELECT 1')).length === 1, 'the server answers');
  }

  /** @param signal SIGINT ends it cleanly, SIGQUIT as if the power had failed */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    child.ref();
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /**
   * A server on a copy of this one's files, which must have been stopped cleanly: it takes up where this one stood
   * then.
   *
   * @param asStandby so that it can be promoted, which begins a new history
   */
  async copy({ asStandby }: { readonly asStandby: boolean }): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-postgres-'));
    const { password } = this;
    const server = new PostgresServer({
      folder,
      port: this.port,
      password,
      programs: this.#programs,
      owner: this.#owner,
    });
    execFileSync('cp', ['-a', this.#data, server.#data]);
    if (asStandby) writeFileSync(join(server.#data, 'standby.signal'), '');
    const { uid, gid } = this.#owner ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    chownSync(folder, uid, gid);
    if (asStandby) chownSync(join(server.#data, 'standby.signal'), uid, gid);
    return server;
  }

  /** Runs one of the programs that come with the server, as its superuser. @returns what it printed */
  program(name: string, args: readonly string[], input = ''): string {
    const env = { PGHOST: '127.0.0.1', PGPORT: String(this.port), PGUSER: 'postgres', PGPASSWORD: this.password };
    const path = existsSync(join(this.#programs, name)) ? join(this.#programs, name) : name;
    return execFileSync(path, [...args, 'postgres'], {
      env: { ...process.env, ...env },
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  }

  async destroy(): Promise<void> {
    await this.stop('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** One statement by the superuser, or several without parameters; rows as arrays. */
  async query(text: string, values: readonly unknown[] = []): Promise<readonly (readonly unknown[])[]> {
    return await this.session(async (client) => {
      const result = await client.query<unknown[]>({ text, values: [...values], rowMode: 'array' });
      return Array.isArray(result) ? [] : result.rows;
    });
  }

  /** A connection of the superuser's, for as long as `use` runs. */
  async session<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const { port, password } = this;
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      password,
      database: 'postgres',
      ssl: false,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** What opens a store here, in a schema of its own unless one is named. */
  options(changes: Partial<PostgresStoreOptions> = {}): PostgresStoreOptions {
    this.#schemas += 1;
    return {
      url: this.url(),
      password: null,
      allowPlaintext: false,
      setting: 'anti_slashing.url',
      schema: `tidemark_${process.pid}_${this.#schemas}`,
      make: true,
      poolSize: 8,
      forceIpv4: false,
      sessionPool: null,
      failover: 'stop',
      acceptServer: null,
      warn: () => undefined,
      ...changes,
    };
  }

  url({ port = this.port, user = `postgres:${this.password}`, query = '?sslmode=disable' } = {}): string {
    return `postgres://${user}@127.0.0.1:${port}/postgres${query}`;
  }

  get #data(): string {
    return join(this.folder, 'data');
  }

  #initialise({ files = {} }: ServerOptions): void {
    const passwordFile = join(this.folder, 'password');
    writeFileSync(passwordFile, this.password);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text, { mode: 0o600 });
    if (this.#owner !== null)
      for (const path of [this.folder, passwordFile, ...Object.keys(files).map((name) => join(this.folder, name))])
        chownSync(path, this.#owner.uid, this.#owner.gid);
    const args = [
      '-D',
      this.#data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--no-sync',
    ];
    execFileSync(join(this.#programs, 'initdb'), args, { stdio: 'ignore', cwd: this.folder, ...this.#owner });
  }
}

/** A server for one test file, which ends with it; null where there is none. */
export async function serverOfFile(options: ServerOptions = {}): Promise<PostgresServer | null> {
  const server = await PostgresServer.start(options);
  if (server !== null) after(async () => await server.destroy());
  return server;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
