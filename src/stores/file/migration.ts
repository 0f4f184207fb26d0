import { formatWatermarkV2 } from '../../tezos/watermark-file.ts';
import { parseWatermarkV0, parseWatermarkV1 } from '../../tezos/watermark-legacy.ts';
import { RecordCollector } from '../../tezos/watermark-records.ts';
import { chainFileName, watermarkTemporary } from './chain-file.ts';
import type { Draft, Folder } from './folder.ts';
import type { FileStoreObserver } from './observer.ts';
import { type ParseWatermarks, readWatermarks } from './watermark-folder.ts';

/** Signatory's folder of today; one that this store made lasts as long as the store. */
export const watermarkFolderName = 'watermark_v2';

const building = 'watermark_v2.new';
const folderMode = 0o750;

interface Legacy {
  readonly name: string;
  readonly parse: ParseWatermarks;
}

/** Signatory's older folders. */
const legacies: readonly Legacy[] = [
  { name: 'watermark_v1', parse: parseWatermarkV1 },
  { name: 'watermark', parse: parseWatermarkV0 },
];

/**
 * Opens `watermark_v2`, and makes it where it is missing: from the older folders if they hold anything, of all of them
 * the higher marks. The older ones stay as they are. The new one is built under another name and gets its own in one
 * step, so that whoever is killed here begins anew the next time.
 *
 * @throws Fault `store_corrupt` for an older file that cannot be read; the system's error
 */
export async function openWatermarkFolder(base: Folder, observer: FileStoreObserver): Promise<Folder> {
  const present = await base.look(watermarkFolderName);
  for (const legacy of legacies) {
    if ((await base.look(legacy.name)) === null || present === null) continue;
    observer.warn(
      `Watermark storage directory ${base.pathOf(legacy.name)} is deprecated and must be removed manually`,
      {},
    );
  }
  if (present === null) await migrate(base, observer);
  return await base.makeFolder(watermarkFolderName, folderMode);
}

async function migrate(base: Folder, observer: FileStoreObserver): Promise<void> {
  const chains = new Map<string, RecordCollector>();
  const used: Legacy[] = [];
  for (const legacy of legacies) {
    if (await collect(base, legacy, { chains, observer })) used.push(legacy);
  }
  if (used.length === 0) return;
  await build(base, chains);
  for (const { name } of used) {
    const text =
      `Watermark data migrated successfully to ${watermarkFolderName}. ` +
      `Old watermark storage directory ${base.pathOf(name)} can now be safely removed`;
    observer.info(text, {});
  }
}

interface Collection {
  readonly chains: Map<string, RecordCollector>;
  readonly observer: FileStoreObserver;
}

/** Adds what an older folder says, where that is higher. @returns whether there was anything */
async function collect(base: Folder, { name, parse }: Legacy, { chains, observer }: Collection): Promise<boolean> {
  if ((await base.look(name)) === null) return false;
  const folder = await base.openFolder(name);
  try {
    const found = await readWatermarks(folder, parse, observer);
    for (const [network, { records }] of found) {
      const collector = chains.get(network) ?? new RecordCollector();
      for (const [key, marks] of records) {
        for (const [duty, mark] of marks) collector.add(key, duty, mark);
      }
      chains.set(network, collector);
    }
    return found.size > 0;
  } finally {
    await folder.close();
  }
}

async function build(base: Folder, chains: ReadonlyMap<string, RecordCollector>): Promise<void> {
  await base.removeFolder(building);
  const folder = await base.makeFolder(building, folderMode);
  try {
    for (const [network, { records }] of chains) {
      const bytes = Buffer.from(formatWatermarkV2(records));
      const draft: Draft = { temporary: watermarkTemporary(), fill: async (file) => await file.write(bytes, 0) };
      await folder.replace(chainFileName(network), draft);
    }
  } finally {
    await folder.close();
  }
  await base.rename(building, watermarkFolderName);
}
