import type { AntiSlashingConfig, Config, DynamoDbConfig, FirestoreConfig, PostgresConfig } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { MarkStore } from '../protection/store.ts';
import { MemoryStore } from '../stores/memory/memory-store.ts';
import { NoopStore } from '../stores/noop/noop-store.ts';

/** How a DynamoDB table is made. */
interface TableMaking {
  readonly billingMode: 'provisioned' | 'on_demand';
  readonly deletionProtection: boolean;
}

/** Where marks live: the same stores behind both doors, `watermark` and `anti_slashing`. */
export type StorePlace =
  | {
      readonly backend: 'file';
      /** Absolute; it must exist. */
      readonly folder: string;
      /** The setting that names the folder, for whoever reads that it cannot be used. */
      readonly setting: string;
    }
  | { readonly backend: 'sqlite'; /** Absolute; its folder must exist. */ readonly path: string }
  | {
      readonly backend: 'postgres';
      readonly postgres: PostgresConfig;
      /** The setting that holds the URL. */
      readonly setting: string;
    }
  | {
      readonly backend: 'dynamodb';
      readonly dynamodb: DynamoDbConfig;
      /** How to make the table when there is none; null refuses instead. */
      readonly make: TableMaking | null;
      /** Do Signatory instances write the same table? */
      readonly sharedWithSignatory: boolean;
    }
  | {
      readonly backend: 'firestore';
      readonly firestore: FirestoreConfig;
      /** The section that describes it. */
      readonly setting: string;
    }
  | { readonly backend: 'mem' }
  | { readonly backend: 'noop' };

/** The store of the Tezos marks. */
export function watermarkPlace({ watermark, baseDir }: Pick<Config, 'watermark' | 'baseDir'>): StorePlace {
  switch (watermark.driver) {
    case 'file':
      return { backend: 'file', folder: baseDir, setting: 'base_dir' };
    case 'sqlite':
      return { backend: 'sqlite', path: watermark.path };
    case 'postgres':
      return { backend: 'postgres', postgres: watermark.postgres, setting: 'watermark.config.url' };
    case 'aws': {
      const { dynamodb, billingMode, sharedWithSignatory } = watermark;
      return { backend: 'dynamodb', dynamodb, make: { billingMode, deletionProtection: false }, sharedWithSignatory };
    }
    case 'gcp':
      return { backend: 'firestore', firestore: watermark.firestore, setting: 'watermark.config' };
    case 'mem':
      return { backend: 'mem' };
    case 'ignore':
      return { backend: 'noop' };
  }
}

/** The store of the Ethereum marks. */
export function antiSlashingPlace(config: AntiSlashingConfig): StorePlace {
  switch (config.backend) {
    case 'file':
      return { backend: 'file', folder: config.path, setting: 'anti_slashing.path' };
    case 'sqlite':
      return { backend: 'sqlite', path: config.path };
    case 'postgres':
      return { backend: 'postgres', postgres: config.postgres, setting: 'anti_slashing.url' };
    case 'dynamodb':
      return { backend: 'dynamodb', dynamodb: config.dynamodb, make: null, sharedWithSignatory: false };
    case 'firestore':
      return { backend: 'firestore', firestore: config.firestore, setting: 'anti_slashing' };
    case 'mem':
      return { backend: 'mem' };
    case 'noop':
      return { backend: 'noop' };
  }
}

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
      return await openDynamoDb(place, { log, metrics });
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
