import { markStoreContract } from './mark-store.ts';
import { fileFixture } from './stores.ts';

markStoreContract(fileFixture.name, fileFixture.open);
