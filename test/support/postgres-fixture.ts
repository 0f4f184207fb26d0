import { PostgresStore, type PostgresStoreOptions } from '../../src/stores/postgres/postgres-store.ts';
import { statementsOf } from '../../src/stores/postgres/statements.ts';
import type { OpenStore } from '../contract/contract-case.ts';
import type { PostgresServer } from './postgres-server.ts';

/** Makes each store in a schema of its own, which goes with it. */
export function openOn(
  server: PostgresServer,
  changes: Partial<PostgresStoreOptions> = {},
  makeStatements = statementsOf,
): OpenStore {
  return async () => {
    const options = server.options(changes);
    const store = await PostgresStore.open(options, makeStatements);
    let current = store;
    return {
      store,
      reopen: async () => {
        await current.end();
        current = await PostgresStore.open(options, makeStatements);
        return current;
      },
      destroy: async () => {
        await current.end();
        await server.query(`DROP SCHEMA "${options.schema}" CASCADE`);
      },
    };
  };
}
