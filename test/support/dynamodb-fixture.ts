import { DynamoDbStore, type DynamoDbStoreOptions } from '../../src/stores/dynamodb/dynamodb-store.ts';
import type { OpenStore } from '../contract/contract-case.ts';
import { credentials, region } from '../dynamodb/credentials.ts';
import type { Emulator } from '../dynamodb/emulator.ts';

/** An emulator that is asked for hundreds of things at once takes longer than the service. */
const timing = { budgetMs: { tezos: 30_000, ethereum: 30_000 }, tryMs: 10_000 };

let tables = 0;

/** Opens each store on a table of its own. */
export function openOn(
  { endpoint }: Pick<Emulator, 'endpoint'>,
  options: Partial<DynamoDbStoreOptions> = {},
): OpenStore {
  return async () => {
    tables += 1;
    const table = `contract-${process.pid}-${tables}`;
    const open = (): Promise<DynamoDbStore> =>
      DynamoDbStore.open({ region, table, endpoint, credentials, timing, ...options });
    const store = await open();
    let current = store;
    return {
      store,
      reopen: async () => {
        await current.end();
        current = await open();
        return current;
      },
      destroy: () => current.end(),
    };
  };
}
