import { cpus, loadavg, release } from 'node:os';
import { benchBlsPool } from './bls-pool.ts';
import { benchDynamoDbStore } from './dynamodb-store.ts';
import { benchEthereumAttestations } from './ethereum-attestations.ts';
import { benchEthereumBlocks } from './ethereum-blocks.ts';
import { benchEthereumHealth } from './ethereum-health.ts';
import { benchEthereumMemory } from './ethereum-memory.ts';
import { benchFileStore } from './file-store.ts';
import { benchKeystores } from './keystores.ts';
import { benchPostgresStore } from './postgres-store.ts';
import { benchSqliteStore } from './sqlite-store.ts';
import { benchStoreBursts } from './store-bursts.ts';
import { benchStoreSyncs } from './store-syncs.ts';
import { benchTezosAttestations } from './tezos-attestations.ts';
import { benchUnderstand } from './understand.ts';

/**
 * Every benchmark, or those named on the command line, one after the other; prints what belongs into
 * `bench/RESULTS.md`.
 */
const benches = {
  'tezos-attestations': benchTezosAttestations,
  'file-store': benchFileStore,
  'sqlite-store': benchSqliteStore,
  'postgres-store': benchPostgresStore,
  'store-syncs': benchStoreSyncs,
  'dynamodb-store': benchDynamoDbStore,
  'store-bursts': benchStoreBursts,
  'bls-pool': benchBlsPool,
  understand: benchUnderstand,
  keystores: async () => await benchKeystores(1_000),
  'ethereum-attestations': benchEthereumAttestations,
  'ethereum-health': benchEthereumHealth,
  'ethereum-blocks': benchEthereumBlocks,
  'ethereum-memory': benchEthereumMemory,
};

/** Above it something else runs: ratios move then, and latencies are somebody else's. */
const quietLoad = 0.3;

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}.`);
const [load = 0] = loadavg();
console.log(`Load average at the start: ${load.toFixed(2)}, ${load > quietLoad ? 'NOT a quiet machine' : 'quiet'}.\n`);
const named = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (named.length === 0 || named.includes(name)) console.log((await bench()).join('\n'));
}
