import { FirestoreStore, type FirestoreStoreOptions } from '../../src/stores/firestore/firestore-store.ts';
import type { OpenStore } from '../contract/contract-case.ts';
import type { StandIn } from '../firestore/stand-in.ts';

/** A stand-in that is asked for hundreds of things at once by the process that it lives in takes longer. */
const timing = { budgetMs: { tezos: 30_000, ethereum: 30_000 }, tryMs: 10_000 };

let collections = 0;

/** Opens each store in a collection of its own. */
export function openOn({ host }: Pick<StandIn, 'host'>, options: Partial<FirestoreStoreOptions> = {}): OpenStore {
  return async () => {
    collections += 1;
    const collection = `contract-${collections}`;
    const open = (): Promise<FirestoreStore> =>
      FirestoreStore.open({ project: 'tidemark-test', collection, emulatorHost: host, timing, ...options });
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
