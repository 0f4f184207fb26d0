import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { notRun } from '../not-run.ts';
import { freePort, type PostgresServer } from './postgres-server.ts';

export interface Pooler {
  readonly port: number;
  end(): Promise<void>;
}

/**
 * PgBouncer in transaction mode, as strict as it can be: two connections to the server for everyone, and no statement
 * is kept for anyone.
 *
 * @returns null where there is none, after the summary was told so
 */
export async function startPgBouncer(server: PostgresServer): Promise<Pooler | null> {
  const folders = ['/usr/sbin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const program = folders.map((folder) => join(folder, 'pgbouncer')).find((path) => existsSync(path));
  if (program === undefined) {
    notRun('postgres store behind PgBouncer', 'no pgbouncer was found; install pgbouncer');
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-pgbouncer-'));
  const port = await freePort();
  // It does not run as root.
  chmodSync(folder, 0o755);
  const users = join(folder, 'users');
  writeFileSync(users, `"postgres" "${server.password}"\n`);
  const config = join(folder, 'pgbouncer.ini');
  writeFileSync(
    config,
    `[databases]
postgres = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 2
server_round_robin = 1
`,
  );
  const user = process.getuid?.() === 0 ? ['--user', 'nobody'] : [];
  const child = spawn(program, ['--quiet', ...user, config], { stdio: 'ignore' });
  child.unref();
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    port,
    end: async () => {
      child.ref();
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}
