import { cpus, release } from 'node:os';
import { benchFileStore } from './file-store.ts';
import { benchKeystores } from './keystores.ts';
import { benchTezosAttestations } from './tezos-attestations.ts';

/** Every benchmark, one after the other; prints what belongs into `bench/RESULTS.md`. */
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}\n`);
for (const bench of [benchTezosAttestations, benchFileStore, () => benchKeystores()])
  console.log((await bench()).join('\n'));
