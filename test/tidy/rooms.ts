/**
 * The rooms of the house and their doors: what is not listed here is forbidden. ARCHITECTURE.md shows this table, and
 * tidy compares the two. To add a room, add its row, below every room that it may see.
 */
export interface Room {
  /** A folder below `src/`. */
  readonly name: string;
  /** What it holds, for ARCHITECTURE.md. */
  readonly holds: string;
  /** The rooms it may import. Each of them stands above in this list, so that no two rooms can import each other. */
  readonly doors: readonly string[];
  /** The packages and parts of Node it may import, in files that are not tests. */
  readonly packages: readonly string[];
  /** Pure: no clock, chance, environment, input or output, nothing asynchronous; or the files of which this holds. */
  readonly pure: 'whole' | 'none' | readonly string[];
}

export const rooms: readonly Room[] = [
  {
    name: 'base',
    holds: 'hex, limits, faults, secret bytes, the commit queue; knows nothing of us',
    doors: [],
    packages: ['node:buffer', 'node:util'],
    pure: 'whole',
  },
  {
    name: 'crypto',
    holds: 'thin doors to the curve and hash libraries, and the threads that run them',
    doors: ['base'],
    packages: [
      '@chainsafe/blst',
      '@noble/ciphers',
      '@noble/curves',
      '@noble/hashes',
      'node:crypto',
      'node:os',
      'node:util',
      'node:worker_threads',
    ],
    pure: 'none',
  },
  { name: 'observe', holds: 'log and metrics', doors: ['base'], packages: ['pino', 'prom-client'], pure: 'none' },
  {
    name: 'protection',
    holds: 'the rule, the store port, the guard and its permit',
    doors: ['base'],
    packages: [],
    pure: ['mark.ts', 'lane.ts', 'lane-map.ts', 'stop.ts', 'intent.ts', 'store.ts', 'permit.ts'],
  },
  {
    name: 'tezos',
    holds: 'bytes to intent, base58check, operation kinds, watermark file formats',
    doors: ['base', 'crypto', 'protection'],
    packages: ['@scure/base', 'node:crypto'],
    pure: 'whole',
  },
  {
    name: 'ethereum',
    holds: 'request to intent: signing roots, networks, the bound of the clock; slashing protection interchange files',
    doors: ['base', 'crypto', 'protection'],
    packages: ['node:crypto'],
    pure: 'whole',
  },
  {
    name: 'ssz',
    holds: 'roots of full blocks and progressive types, on a thread of their own; loaded when one is asked for',
    doors: ['base', 'crypto', 'protection', 'ethereum'],
    packages: ['@chainsafe/ssz', 'node:worker_threads'],
    pure: 'none',
  },
  {
    name: 'policy',
    holds: 'may this caller ask this of this key',
    doors: ['base', 'protection', 'tezos'],
    packages: [],
    pure: 'whole',
  },
  {
    name: 'stores/memory',
    holds: 'marks in this process, the model of every other store',
    doors: ['base', 'protection'],
    packages: ['node:crypto'],
    pure: 'none',
  },
  {
    name: 'stores/noop',
    holds: 'no marks at all: nothing is refused',
    doors: ['base', 'protection'],
    packages: ['node:crypto'],
    pure: 'none',
  },
  {
    name: 'stores/file',
    holds: "marks in files of Signatory's form, under the lock of the kernel",
    doors: ['base', 'protection', 'tezos'],
    packages: [
      'fs-native-extensions',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:util',
      'node:zlib',
    ],
    pure: 'none',
  },
  {
    name: 'stores/sqlite',
    holds: 'marks in one SQLite database',
    doors: ['base', 'protection'],
    packages: [
      'better-sqlite3',
      'better-sqlite3-napi',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:worker_threads',
      'node:zlib',
    ],
    pure: 'none',
  },
  {
    name: 'stores/postgres',
    holds: 'marks in one Postgres database, for any number of signers',
    doors: ['base', 'protection'],
    packages: ['node:crypto', 'node:fs', 'node:net', 'node:tls', 'pg'],
    pure: ['judge.ts', 'schema.ts', 'statements.ts', 'row.ts'],
  },
  {
    name: 'stores/dynamodb',
    holds: 'marks in one DynamoDB table, for any number of signers',
    doors: ['base', 'protection', 'tezos'],
    packages: [
      '@aws-sdk/credential-provider-node',
      '@smithy/signature-v4',
      'node:crypto',
      'node:http',
      'node:https',
      'node:timers/promises',
      'node:tls',
      'node:zlib',
    ],
    pure: 'none',
  },
  {
    name: 'stores/firestore',
    holds: 'marks in one Firestore collection, for any number of signers',
    doors: ['base', 'protection'],
    packages: ['@google-cloud/firestore', '@grpc/grpc-js', 'node:crypto', 'node:module', 'node:timers/promises'],
    pure: ['value.ts', 'corrupt.ts', 'failure.ts', 'place.ts', 'home.ts', 'lane-document.ts', 'lane-edit.ts'],
  },
  {
    name: 'keys',
    holds: 'the key port, the keyring and the key sources',
    doors: ['base', 'crypto', 'protection', 'tezos', 'ethereum'],
    packages: ['node:crypto', 'node:fs', 'node:fs/promises', 'node:path', 'yaml'],
    pure: 'none',
  },
  {
    name: 'signing',
    holds: 'the way of one request: policy, key, guard, signature',
    doors: ['base', 'crypto', 'observe', 'protection', 'tezos', 'ethereum', 'policy', 'keys'],
    packages: [],
    pure: 'none',
  },
  {
    name: 'http',
    holds: 'listeners, limits, routes, the one table from fault to status',
    doors: ['base', 'observe', 'protection', 'tezos', 'ethereum', 'policy', 'keys', 'signing'],
    packages: [
      'fastify',
      'node:crypto',
      'node:events',
      'node:fs',
      'node:fs/promises',
      'node:http',
      'node:https',
      'node:net',
      'node:path',
      'node:tls',
    ],
    pure: 'none',
  },
  {
    name: 'config',
    holds: 'load, the strict schema, secret references',
    doors: ['base', 'observe', 'tezos', 'ethereum', 'policy'],
    packages: ['fastest-levenshtein', 'node:fs', 'node:net', 'node:path', 'node:util', 'yaml', 'zod'],
    pure: 'none',
  },
  {
    name: 'main',
    holds: 'the composition root and the command line; nothing imports it',
    doors: [
      'base',
      'crypto',
      'observe',
      'protection',
      'tezos',
      'ethereum',
      'ssz',
      'policy',
      'stores/memory',
      'stores/noop',
      'stores/file',
      'stores/sqlite',
      'stores/postgres',
      'stores/dynamodb',
      'stores/firestore',
      'keys',
      'signing',
      'http',
      'config',
    ],
    packages: [
      'commander',
      'node:crypto',
      'node:events',
      'node:fs',
      'node:fs/promises',
      'node:http',
      'node:os',
      'node:path',
      'node:stream',
      'node:stream/promises',
      'node:tty',
      'zod',
    ],
    pure: 'none',
  },
];

/** Where the program starts: every other file of `src/` is reached from one of these. */
export const entryPoints: readonly string[] = ['src/main/cli.ts'];

/** Files of pure rooms that are not pure. */
export const impure: Readonly<Record<string, string>> = {
  'src/base/commit-queue.ts': 'joins concurrent callers, so it waits; it asks no clock and does no input or output',
};

/** Who may name `takeMint`, the right to make permits. */
export const mintFiles: readonly string[] = [
  'src/protection/permit.ts',
  'src/protection/permit.test.ts',
  'src/protection/guard.ts',
];

/** Rooms that the unit tests of any room may use. */
export const testDoors: readonly string[] = ['stores/memory'];

/** Tests wait for what they expect, not for time to pass; a deadline is no sleep. Those that must sleep say why. */
export const sleepsInTests: Readonly<Record<string, string>> = {
  'bench/bls-pool.ts': 'a client that keeps to its pace, and a heap that settles',
  'bench/ethereum-signer.ts': 'asks a process again until its last key is there, which tells nobody',
  'bench/load-child.ts': 'a client that keeps to its pace',
  'test/acceptance/bad-input/raw-request.ts': 'a client that pauses in the middle of its request',
  'test/acceptance/kill.test.ts': 'kills the program at some moment of its work',
  'test/acceptance/service.test.ts': 'asks again until another process has come far enough, which tells nobody',
  'test/acceptance/ethereum-kill.test.ts': 'kills the program at some moment of its work',
  'test/clients/idle-pool.test.ts': 'a client whose connections are idle for as long as those of real ones',
  'test/support/eventually.ts': 'asks again until another process has come far enough, which tells nobody',
  'test/cluster/kills.ts': 'kills the program at some moment of its work',
  'test/sabotage/hasty-postgres.ts': 'a fault: it commits later than it answers',
  'test/crash/kill-loop.ts': 'kills a process at some moment of its work',
};
