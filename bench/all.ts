import { cpus, release } from 'node:os';
import { benchFileStore } from './file-store.ts';
import { benchTezosAttestations } from './tezos-attestations.ts';
import { benchUnderstand } from './understand.ts';

/** Every benchmark, one after the other; prints what belongs into `bench/RESULTS.md`. */
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}\n`);
for (const bench of [benchTezosAttestations, benchFileStore, benchUnderstand]) console.log((await bench()).join('\n'));
