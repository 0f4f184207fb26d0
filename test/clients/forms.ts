import {
  genesis,
  type Json,
  type NetworkName,
  type Sample,
  type SampleFork,
  type SampleName,
  samples,
} from './samples.ts';
import type { Ask } from './exchange.ts';

export interface ForkInfoJson {
  readonly fork: { readonly previous_version: string; readonly current_version: string; readonly epoch: string };
  readonly genesis_validators_root: string;
}

/** The fork with the epoch that it took effect in, as most clients have it. */
export function forkInfo(sample: Sample): ForkInfoJson {
  return forkInfoOf(sample.network, sample.fork, sample.fork.epoch);
}

export function forkInfoOf(network: NetworkName, fork: SampleFork, epoch: number): ForkInfoJson {
  const { previous: previous_version, version: current_version } = fork;
  return {
    fork: { previous_version, current_version, epoch: `${epoch}` },
    genesis_validators_root: genesis[network].root,
  };
}

export function rootOf(sample: Sample): string {
  return `0x${sample.signingRoot}`;
}

/** `{ version, data }`, as the later types and Electra's aggregates come. */
export function versioned(sample: Sample): Json {
  return { version: sample.fork.name, data: sample.value };
}

export function withHeader(sample: Sample): Json {
  return { version: sample.fork.name, block_header: sample.value };
}

export function withBlock(sample: Sample): Json {
  return { version: sample.fork.name, block: sample.value };
}

export type Write = (sample: Sample, type: string, object: Readonly<Record<string, Json>>) => object;

/** A row of a client's table: our name for the message, the client's type and member for it, and its inner form. */
export type Row = readonly [sample: SampleName, type: string, member: string, inner?: (sample: Sample) => Json];

export function asksOf(rows: readonly Row[], write: Write): readonly Ask[] {
  return rows.map(([name, type, member, inner = (sample) => sample.value]) => {
    const sample: Sample = samples[name];
    return { name: `${type} ${name}`, sample: name, body: write(sample, type, { [member]: inner(sample) }) };
  });
}
