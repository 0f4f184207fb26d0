import { openOn } from '../support/postgres-fixture.ts';
import { serverOfFile } from '../support/postgres-server.ts';
import { markStoreContract } from './mark-store.ts';

const server = await serverOfFile();

if (server !== null) {
  markStoreContract('postgres', openOn(server), { histories: 6, stopsInStore: true });
  markStoreContract('postgres, no sessions', openOn(server, { sessionPool: false }), {
    histories: 2,
    stopsInStore: true,
  });
}
