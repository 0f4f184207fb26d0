import type { Config, FirestoreConfig } from './config.ts';
import { type MapNode, nodeAt } from './node.ts';
import type { AddProblem } from './problems.ts';

interface Whole {
  readonly config: Pick<Config, 'watermark' | 'ethereum'>;
  readonly root: MapNode;
  /** Permission bits of the configuration file; 0 when there is none. */
  readonly mode: number;
}

/** Adds what the settings of Firestore allow one by one, but not together. */
export function checkFirestore({ config, root, mode }: Whole, add: AddProblem): void {
  const tezos = config.watermark.driver === 'gcp' ? config.watermark.firestore : null;
  const marks = config.ethereum?.antiSlashing;
  const ethereum = marks?.backend === 'firestore' ? marks.firestore : null;
  for (const [found, path] of [
    [tezos, ['watermark', 'config']],
    [ethereum, ['anti_slashing']],
  ] as const) {
    if (found === null) continue;
    const data = [...path, 'application_credentials_data'];
    const [inFile, inPlace] = [nodeAt(root, [...path, 'application_credentials']), nodeAt(root, data)];
    if (inFile !== null && inPlace !== null) add(data, 'application_credentials stands beside it; give one of them');
    if ((mode & 0o007) === 0 || inPlace === null || found.credentials?.isLiteral !== true) continue;
    const shown = `mode ${mode.toString(8).padStart(4, '0')}`;
    add(data, `a secret stands here, and every user of this machine can read the file (${shown}); set it to 0600`);
  }
  if (tezos === null || ethereum === null || !isSameCollection(tezos, ethereum)) return;
  const text = `${ethereum.collection} is the collection of watermark, too; the Ethereum marks need one of their own: name another here`;
  add(['anti_slashing', 'collection'], text);
}

function isSameCollection(one: FirestoreConfig, other: FirestoreConfig): boolean {
  const keys = ['project', 'database', 'collection', 'emulatorHost'] as const;
  return keys.every((key) => one[key] === other[key]);
}
