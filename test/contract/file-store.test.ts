import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileStoreObserver } from '../../src/stores/file/observer.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';
import { markStoreContract } from './mark-store.ts';

const observer: FileStoreObserver = { operation: () => {}, info: () => {}, warn: () => {} };

markStoreContract('file', async () => {
  const baseDir = await mkdtemp(join(tmpdir(), 'tidemark-file-'));
  const options = { baseDir, observer, segmentBytes: 64 * 1024 };
  let store = await FileStore.open(options);
  return {
    store,
    reopen: async () => {
      await store.end();
      store = await FileStore.open(options);
      return store;
    },
    destroy: async () => {
      await store.end();
      await rm(baseDir, { recursive: true });
    },
  };
});
