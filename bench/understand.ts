import { fromHex } from '../src/base/hex.ts';
import { Networks } from '../src/ethereum/networks.ts';
import { understand } from '../src/ethereum/understand.ts';
import { hex, mainnetRoot, requestOf } from '../test/support/ethereum-requests.ts';
import { median } from './measure.ts';

const rounds = 7;
const each = 20_000;

/**
 * What does it cost to understand an attestation request, from its bytes to its signing root? Beside it, in turns, what
 * the same takes with `JSON.parse` and the types of Lodestar, its domain kept too.
 */
export async function benchUnderstand(): Promise<readonly string[]> {
  const { ssz } = await import('@lodestar/types');
  const body = requestOf('ATTESTATION', { signingRoot: hex('ab') });
  const networks = new Networks({ served: null, registrations: null });
  const type = ssz.phase0.AttestationData;
  const forkData = { currentVersion: fromHex('06000000'), genesisValidatorsRoot: fromHex(mainnetRoot.slice(2)) };
  const domain = Buffer.concat([fromHex('01000000'), ssz.phase0.ForkData.hashTreeRoot(forkData).subarray(0, 28)]);
  const theirs = (): void => {
    const { attestation } = JSON.parse(Buffer.from(body).toString()) as { attestation: unknown };
    const objectRoot = type.hashTreeRoot(type.fromJson(attestation));
    ssz.phase0.SigningData.hashTreeRoot({ objectRoot, domain });
  };
  const ours = (): void => {
    understand(body, networks);
  };
  const times = { ours: [microseconds(ours)], theirs: [microseconds(theirs)] };
  for (let round = 1; round < rounds; round += 1) {
    times.ours.push(microseconds(ours));
    times.theirs.push(microseconds(theirs));
  }
  const [our, their] = [median(times.ours), median(times.theirs)];
  return [
    `### Understanding an attestation request of ${body.byteLength} bytes, median of ${rounds} × ${each}`,
    '',
    '| what | microseconds |',
    '| --- | --- |',
    `| bytes to what it asks, every check, signing root | ${our.toFixed(1)} |`,
    `| JSON.parse and the roots of @lodestar/types, unchecked | ${their.toFixed(1)} |`,
    `| ratio | ${(our / their).toFixed(2)} |`,
    '',
  ];
}

function microseconds(step: () => void): number {
  const started = performance.now();
  for (let count = 0; count < each; count += 1) step();
  return ((performance.now() - started) * 1000) / each;
}
