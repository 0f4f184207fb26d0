import type { Secret } from '../config/secret.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { MarkStore } from '../protection/store.ts';
import { MemoryStore } from '../stores/memory/memory-store.ts';
import { NoopStore } from '../stores/noop/noop-store.ts';
import type { StorePlace } from './store-place.ts';

/**
 * Opens the store at a place; the code of the others is not even loaded.
 *
 * @param parts.make whether a store on a server is made where there is none; a file or a folder always is
 * @throws Fault `config_invalid`, `store_in_use`, `store_corrupt`, `store_failed`, `store_unavailable`, `addon_missing`
 */
export async function openMarkStore(
  place: StorePlace,
  { log, metrics, make = true }: { log: Log; metrics: Metrics; make?: boolean },
): Promise<MarkStore> {
  switch (place.backend) {
    case 'mem':
      return new MemoryStore();
    case 'noop':
      return new NoopStore();
    case 'sqlite': {
      const { SqliteStore } = await import('../stores/sqlite/sqlite-store.ts');
      return await SqliteStore.open({ path: place.path });
    }
    case 'postgres': {
      const { PostgresStore } = await import('../stores/postgres/postgres-store.ts');
      const { url, password, ...rest } = place.postgres;
      const secrets = { url: textOf(url), password: password === null ? null : textOf(password) };
      const warn = (text: string) => log.warn(text);
      return await PostgresStore.open({ ...rest, ...secrets, setting: place.setting, make, warn });
    }
    case 'dynamodb': {
      const { openDynamoDb } = await import('./open-dynamodb.ts');
      return await openDynamoDb(make ? place : { ...place, make: null }, { log, metrics });
    }
    case 'firestore': {
      const { openFirestore } = await import('./open-firestore.ts');
      return await openFirestore(place, { log, make });
    }
    case 'file': {
      const { FileStore } = await import('../stores/file/file-store.ts');
      const observer = {
        operation: (operation: 'read' | 'write', result: 'success' | 'error', seconds: number) => {
          metrics.fileOperations.inc({ operation, result });
          metrics.fileLatency.observe({ operation }, seconds);
        },
        info: log.info,
        warn: log.warn,
      };
      return await FileStore.open({ baseDir: place.folder, setting: place.setting, observer });
    }
  }
}

/** The driver takes texts. */
function textOf(secret: Secret): string {
  using bytes = secret.resolve();
  return Buffer.from(bytes.reveal()).toString('utf8');
}
