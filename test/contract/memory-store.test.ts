import { markStoreContract } from './mark-store.ts';
import { openMemory } from './stores.ts';

markStoreContract('memory', openMemory);
