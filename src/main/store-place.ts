import type { AntiSlashingConfig, Config, DynamoDbConfig, FirestoreConfig, PostgresConfig } from '../config/config.ts';

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
