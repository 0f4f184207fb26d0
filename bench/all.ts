import { cpus, release } from 'node:os';
import { benchBlsPool } from './bls-pool.ts';
import { benchEthereumAttestations } from './ethereum-attestations.ts';
import { benchEthereumBlocks } from './ethereum-blocks.ts';
import { benchEthereumMemory } from './ethereum-memory.ts';
import { benchFileStore } from './file-store.ts';
import { benchKeystores } from './keystores.ts';
import { benchSqliteStore } from './sqlite-store.ts';
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
  'bls-pool': benchBlsPool,
  keystores: benchKeystores,
  understand: benchUnderstand,
  'ethereum-attestations': benchEthereumAttestations,
  'ethereum-blocks': benchEthereumBlocks,
  'ethereum-memory': benchEthereumMemory,
};

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}\n`);
const named = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (named.length === 0 || named.includes(name)) console.log((await bench()).join('\n'));
}
