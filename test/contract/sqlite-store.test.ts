import { markStoreContract } from './mark-store.ts';
import { sqliteFixture } from './stores.ts';

markStoreContract(sqliteFixture.name, sqliteFixture.open, { histories: 12 });
