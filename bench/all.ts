import { cpus, release } from 'node:os';
import { benchEthereumAttestations } from './ethereum-attestations.ts';
import { benchEthereumBlocks } from './ethereum-blocks.ts';
import { benchEthereumMemory } from './ethereum-memory.ts';
import { benchFileStore } from './file-store.ts';
import { benchTezosAttestations } from './tezos-attestations.ts';

/** Every benchmark, one after the other; prints what belongs into `bench/RESULTS.md`. */
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}\n`);
const benches = [
  benchTezosAttestations,
  benchFileStore,
  benchEthereumAttestations,
  benchEthereumBlocks,
  benchEthereumMemory,
];
for (const bench of benches) console.log((await bench()).join('\n'));
