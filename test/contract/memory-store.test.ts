import { markStoreContract } from './mark-store.ts';
import { memoryFixture } from './stores.ts';

markStoreContract(memoryFixture.name, memoryFixture.open);
