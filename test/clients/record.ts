import { createHash } from 'node:crypto';
import { type EthereumKey, ethereumKey, signPath } from '../support/ethereum-setup.ts';
import type { Client, Recorded } from './exchange.ts';
import { lighthouse } from './lighthouse.ts';
import { lodestar } from './lodestar.ts';
import { nimbus } from './nimbus.ts';
import { prysm } from './prysm.ts';
import { type Sample, samples } from './samples.ts';
import { teku } from './teku.ts';
import { vero } from './vero.ts';

export const clients: readonly Client[] = [lodestar, lighthouse, prysm, teku, nimbus, vero];

/** Every request of a client, as it goes over the wire. */
export function record(client: Client): readonly Recorded[] {
  const { headers, asks } = client;
  const { publicKey } = keyOf(client);
  return asks.map(({ name, sample: sampleName, body }) => {
    const sample: Sample = samples[sampleName];
    const { network, signingRoot } = sample;
    return { name, network, path: signPath(publicKey), headers, body: JSON.stringify(body), signingRoot };
  });
}

/** Each client has a key of its own, the same in each run, since recorded requests name it. */
export function keyOf({ name }: Client): EthereumKey {
  const secret = createHash('sha256').update(`the key of ${name} in the tests of tidemark`).digest();
  // Below the order of the curve, whatever the digest.
  secret[0] = 0x10;
  return ethereumKey(secret);
}
