import { Fault } from '../../base/fault.ts';
import { createLog } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import { openMarkStore } from '../open-store.ts';
import { antiSlashingPlace } from '../store-place.ts';
import { readConfig } from '../read-config.ts';
import type { ProtectionSettings } from './anti-slashing.ts';
import type { GlobalOptions } from './global-options.ts';

/** `tidemark tables create` */
export async function createTables(options: GlobalOptions): Promise<void> {
  await makeTables(readConfig(options));
}

/**
 * Makes the table of the Ethereum marks, and checks it; one that is there stays as it is.
 *
 * @throws Fault `config_invalid` when `anti_slashing` names no DynamoDB table, `store_unavailable`
 */
async function makeTables({ ethereum, log: logOptions }: ProtectionSettings): Promise<void> {
  const place = ethereum === null ? null : antiSlashingPlace(ethereum.antiSlashing);
  if (place?.backend !== 'dynamodb') {
    const text =
      'anti_slashing.backend is not dynamodb, so there is no table to make (that of watermark is made by serve)';
    throw new Fault('config_invalid', text);
  }
  const make = { billingMode: 'on_demand', deletionProtection: true } as const;
  const parts = { log: createLog(logOptions), metrics: new Metrics([]) };
  const store = await openMarkStore({ ...place, make }, parts);
  console.log(`the table ${place.dynamodb.table} is ready: ${store.identity}`);
  await store.end();
}
