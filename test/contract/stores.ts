import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MarkStore } from '../../src/protection/store.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';
import type { FileStoreObserver } from '../../src/stores/file/observer.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { SqliteStore } from '../../src/stores/sqlite/sqlite-store.ts';
import { sqliteRuns } from '../sqlite-addon.ts';
import type { OpenedStore, OpenStore } from './contract-case.ts';

/** A store that runs without a server. The suites that ask every store go through `stores`. */
export interface StoreFixture {
  readonly name: string;
  /** An empty store at a place of its own. */
  readonly open: OpenStore;
  /** Opens the store that lives in `directory`, or makes it there; null where marks die with the process. */
  readonly openIn: OpenIn | null;
}

export type OpenIn = (directory: string) => Promise<MarkStore>;

const observer: FileStoreObserver = { operation: () => {}, info: () => {}, warn: () => {} };
/** Small, so that suites cross the end of a segment. */
const segmentBytes = 64 * 1024;

export const memoryFixture: StoreFixture = { name: 'memory', open: openMemory, openIn: null };

export const fileFixture = durableFixture('file', (baseDir) => FileStore.open({ baseDir, observer, segmentBytes }));

export const sqliteFixture = durableFixture('sqlite', (directory) => {
  return SqliteStore.open({ path: join(directory, 'marks.sqlite') });
});

export const stores: readonly StoreFixture[] = [
  memoryFixture,
  fileFixture,
  ...((await sqliteRuns()) ? [sqliteFixture] : []),
];

async function openMemory(): Promise<OpenedStore> {
  const store = new MemoryStore();
  return { store, destroy: () => store.end() };
}

/** A store that outlives its process. */
interface DurableFixture extends StoreFixture {
  readonly openIn: OpenIn;
}

function durableFixture(name: string, openIn: OpenIn): DurableFixture {
  return { name, openIn, open: () => openTemporary(openIn) };
}

async function openTemporary(openIn: OpenIn): Promise<OpenedStore> {
  const directory = await temporaryDirectory();
  const store = await openIn(directory);
  let current = store;
  return {
    store,
    reopen: async () => {
      await current.end();
      current = await openIn(directory);
      return current;
    },
    destroy: async () => {
      await current.end();
      await rm(directory, { recursive: true });
    },
  };
}

export async function temporaryDirectory(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'tidemark-'));
}
