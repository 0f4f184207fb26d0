import { Fault, isFault } from '../../base/fault.ts';
import { decode } from '../../tezos/base58.ts';
import type { WatermarkRecords } from '../../tezos/watermark-records.ts';
import { type ChainContent, watermarkTemporary } from './chain-file.ts';
import { corrupt } from './corrupt.ts';
import type { DiskEntry, FileFacts } from './disk.ts';
import type { Folder } from './folder.ts';
import { type FileStoreObserver, observed } from './observer.ts';

/** A version of Signatory's format. @throws Fault `store_corrupt` with the fact `offset` */
export type ParseWatermarks = (bytes: Uint8Array) => WatermarkRecords;

/** Room for some hundred thousand keys. */
const fileBytesMax = 256 * 1024 * 1024;
const ending = '.json';
/** What Signatory and this store call a file while they write it. */
const temporaryPattern = /^watermark\d+$/u;

/**
 * Reads every chain's file of a watermark folder, by chain id. Other entries are none of ours.
 *
 * What is read is durable afterwards: Signatory asks the system for no such thing, and a process of ours may have died
 * before it could.
 *
 * @throws Fault `store_corrupt`, naming file and offset; the system's error
 */
export async function readWatermarks(
  folder: Folder,
  parse: ParseWatermarks,
  observer: FileStoreObserver,
): Promise<Map<string, ChainContent>> {
  const chains = new Map<string, ChainContent>();
  for (const entry of await folder.list()) {
    const network = chainOf(folder, entry);
    if (network === null) continue;
    chains.set(network, await observed(observer, 'read', async () => await readChain(folder, entry.name, parse)));
  }
  await folder.sync();
  return chains;
}

/** Shows that files can be made here. @throws the system's error */
export async function probe(folder: Folder): Promise<void> {
  const name = watermarkTemporary();
  await (await folder.open(name, 'create')).close();
  await folder.remove(name);
}

/** The temporary files that someone who was killed left behind. */
export async function leftoversOf(folder: Folder): Promise<readonly string[]> {
  const entries = await folder.list();
  return entries.filter(({ name, kind }) => kind === 'file' && temporaryPattern.test(name)).map(({ name }) => name);
}

function chainOf(folder: Folder, { name, kind }: DiskEntry): string | null {
  if (!name.endsWith(ending) || kind === 'folder') return null;
  if (kind !== 'file') throw corrupt(folder.pathOf(name), 0, 'this is not a regular file');
  const network = name.slice(0, -ending.length);
  if (!isChainId(network)) throw corrupt(folder.pathOf(name), 0, `its name is not a chain id and ${ending}`);
  return network;
}

/** Is this a Tezos chain id, `Net…`? */
export function isChainId(text: string): boolean {
  try {
    return decode(text).prefix === 'Net';
  } catch (error) {
    if (isFault(error, 'base58check')) return false;
    throw error;
  }
}

async function readChain(folder: Folder, name: string, parse: ParseWatermarks): Promise<ChainContent> {
  const { bytes, facts } = await readWhole(folder, name);
  return { records: parsed(folder.pathOf(name), () => parse(bytes)), facts };
}

async function readWhole(folder: Folder, name: string): Promise<{ bytes: Uint8Array; facts: FileFacts }> {
  const file = await folder.open(name, 'read');
  try {
    const facts = await file.facts();
    if (facts.size > fileBytesMax)
      throw corrupt(folder.pathOf(name), fileBytesMax, 'it is larger than any watermark file');
    // One byte more, to notice a file that grows while it is read.
    const bytes = Buffer.alloc(Number(facts.size) + 1);
    const length = await file.read(bytes, 0);
    if (BigInt(length) !== facts.size) throw corrupt(folder.pathOf(name), length, 'it changes while it is read');
    await file.sync();
    return { bytes: bytes.subarray(0, length), facts };
  } finally {
    await file.close();
  }
}

/** Adds the file's name to what the parser found wrong. */
function parsed(path: string, read: () => WatermarkRecords): WatermarkRecords {
  try {
    return read();
  } catch (error) {
    if (!isFault(error, 'store_corrupt')) throw error;
    throw new Fault(
      'store_corrupt',
      `${path}: ${error.message}. The file is left as it is: restore it as it last was`,
      {
        facts: { ...error.facts, path },
        cause: error,
      },
    );
  }
}
