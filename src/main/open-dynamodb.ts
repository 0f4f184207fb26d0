import type { DynamoDbConfig } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Credentials } from '../stores/dynamodb/credentials.ts';
import { DynamoDbStore } from '../stores/dynamodb/dynamodb-store.ts';
import type { DynamoDbObserver } from '../stores/dynamodb/observer.ts';
import type { StorePlace } from './store-place.ts';

type Place = Extract<StorePlace, { backend: 'dynamodb' }>;

interface Observing {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** @throws Fault `config_invalid`, `store_unavailable` */
export async function openDynamoDb(place: Place, observing: Observing): Promise<DynamoDbStore> {
  const { dynamodb, make, sharedWithSignatory } = place;
  return await DynamoDbStore.open({
    ...connectionOf(dynamodb),
    ...(make ?? { makeTable: false }),
    sharedWithSignatory,
    observer: observerOf(dynamodb.table, observing),
  });
}

/** How the table is reached. @throws Fault `config_invalid` for a secret that cannot be read */
function connectionOf({ region, table, endpoint, keys }: DynamoDbConfig) {
  const credentials = keys === null ? undefined : credentialsOf(keys);
  return { region, table, endpoint: endpoint ?? undefined, credentials };
}

function credentialsOf({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: NonNullable<DynamoDbConfig['keys']>): Credentials {
  const keys = { accessKeyId: textOf(accessKeyId), secretAccessKey: textOf(secretAccessKey) };
  return sessionToken === null ? keys : { ...keys, sessionToken: textOf(sessionToken) };
}

function textOf(secret: Secret): string {
  using bytes = secret.resolve();
  return Buffer.from(bytes.reveal()).toString('utf8');
}

function observerOf(table_name: string, { log, metrics }: Observing): DynamoDbObserver {
  return {
    operation: (operation, result, seconds) => {
      metrics.dynamodbOperations.inc({ operation, table_name, result });
      metrics.dynamodbLatency.observe({ operation, table_name }, seconds);
    },
    error: (operation, error_type) => metrics.dynamodbErrors.inc({ error_type, table_name, operation }),
    info: (text) => log.info(text),
    warn: (text) => log.warn(text),
  };
}
