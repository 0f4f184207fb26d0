import { join } from 'node:path';
import { builtInNetwork } from '../../src/ethereum/built-in-networks.ts';
import type { Network } from '../../src/ethereum/network.ts';
import { MarkExport } from '../../src/main/protection/export-marks.ts';
import { importMarks, type ImportMarksOptions } from '../../src/main/protection/import-marks.ts';
import type { ImportSummary } from '../../src/main/protection/import-summary.ts';
import { InterchangeFile } from '../../src/main/protection/interchange-file.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { ethereumLane } from '../contract/samples.ts';
import { ScratchFolder } from '../support/signer-process.ts';

/** The network of the sample lanes. */
export const { network: sampleRoot } = ethereumLane(1);

export function sampleNetwork(): Network {
  const hoodi = builtInNetwork('hoodi');
  if (hoodi === null) throw new Error('hoodi is built in');
  return { ...hoodi, genesisValidatorsRoot: sampleRoot };
}

/** The whole export of a store. */
export async function exported(store: MarkStore, keys: readonly string[] | null = null): Promise<string> {
  let text = '';
  for await (const piece of new MarkExport({ store, network: sampleRoot, keys }).pieces()) text += piece;
  return text;
}

interface FileForm {
  readonly data: readonly { readonly pubkey: string }[];
}

/** Entries in the order of keys: stores list in orders of their own. */
export function sorted(text: string): FileForm {
  const { data, ...rest } = JSON.parse(text) as FileForm;
  return { ...rest, data: data.toSorted((a, b) => (a.pubkey < b.pubkey ? -1 : 1)) };
}

export async function imported(
  store: MarkStore,
  text: string,
  options: Partial<ImportMarksOptions> = {},
): Promise<ImportSummary> {
  const folder = new ScratchFolder();
  folder.write('in.json', text);
  const file = await InterchangeFile.open(join(folder.path, 'in.json'));
  const silent = { together: 16, onEntry: () => undefined, onProgress: () => undefined };
  try {
    return await importMarks(file, { ...silent, store, network: sampleNetwork(), ...options });
  } finally {
    await file.end();
    folder.remove();
  }
}
