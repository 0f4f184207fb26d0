import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, isFault } from '../../base/fault.ts';
import type { Config } from '../../config/config.ts';
import { createLog } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import type { MarkStore } from '../../protection/store.ts';
import { openMarkStore } from '../open-store.ts';
import { antiSlashingPlace, type StorePlace } from '../store-place.ts';

/** The parts of the configuration that the commands on the store of Ethereum marks need. */
export type ProtectionSettings = Pick<Config, 'log'> & {
  readonly ethereum: Pick<NonNullable<Config['ethereum']>, 'antiSlashing'> | null;
};

/**
 * Opens the store that `anti_slashing` names for one command, while no signer runs on it. A place without a store stays
 * without one: a mistyped path must not look like a store that has signed nothing. An import alone makes one.
 *
 * @throws Fault `config_invalid`; `store_in_use` while a signer runs; what is wrong with the store
 */
export async function withAntiSlashing(
  { ethereum, log: logOptions }: ProtectionSettings,
  use: (store: MarkStore, place: string) => Promise<void>,
  { make = false } = {},
): Promise<void> {
  if (ethereum === null)
    throw new Fault('config_invalid', 'the configuration has no anti_slashing, so there is no store of Ethereum marks');
  const place = antiSlashingPlace(ethereum.antiSlashing);
  const name = nameOf(place, make);
  const log = createLog(logOptions);
  const store = await openMarkStore(place, { log, metrics: new Metrics([]), make }).catch((error: unknown) => {
    throw isFault(error, 'store_in_use') ? inUse(error, name) : error;
  });
  try {
    await use(store, name);
  } finally {
    await store.end();
  }
}

/** @returns the store as a person would name it. @throws Fault `config_invalid` when there is none to look at */
function nameOf(place: StorePlace, make: boolean): string {
  if (place.backend === 'mem' || place.backend === 'noop') {
    const text =
      `anti_slashing.backend is ${place.backend}: that store keeps nothing when the program stops, ` +
      'so there is nothing to look at and no stop line would last; set sqlite, file, postgres, dynamodb or firestore';
    throw new Fault('config_invalid', text);
  }
  // Signers may run meanwhile: they heed what this command changes there.
  if (place.backend === 'postgres') return `postgres, schema ${place.postgres.schema}`;
  // Whether the table is there is seen when it is opened: only its own command makes it.
  if (place.backend === 'dynamodb') return `dynamodb ${place.dynamodb.table} (${place.dynamodb.region})`;
  if (place.backend === 'firestore') return `firestore ${place.firestore.collection} (${place.firestore.project})`;
  const path = place.backend === 'sqlite' ? place.path : place.folder;
  // Where the file store keeps its journal.
  if (make || existsSync(place.backend === 'sqlite' ? path : join(path, 'protection')))
    return `${place.backend} ${path}`;
  const text = `anti_slashing.path: there is no store at ${path} yet; check the path, or start the signer once`;
  throw new Fault('config_invalid', text);
}

function inUse(cause: Fault, name: string): Fault {
  const text =
    `the signer is running and holds ${name}. It reads its stop lines when it starts and would not notice a change: ` +
    `stop it, run this command, start it again, which takes seconds (${cause.message})`;
  return new Fault('store_in_use', text, { facts: cause.facts, cause });
}
