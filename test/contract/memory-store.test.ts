import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { markStoreContract } from './mark-store.ts';

markStoreContract('memory', async () => {
  const store = new MemoryStore();
  return { store, destroy: () => store.end() };
});
