import { markStoreContract } from './mark-store.ts';
import { openSqlite, openTemporary } from './stores.ts';

markStoreContract('sqlite', () => openTemporary(openSqlite), { histories: 12 });
