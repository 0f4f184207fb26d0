import { Fault } from '../base/fault.ts';
import type { Secret } from '../config/secret.ts';
import type { Log } from '../observe/log.ts';
import { FirestoreStore } from '../stores/firestore/firestore-store.ts';
import type { StorePlace } from './store-place.ts';

type Place = Extract<StorePlace, { backend: 'firestore' }>;

/** @throws Fault `config_invalid`, `store_unavailable`, `store_corrupt` */
export async function openFirestore(
  { firestore, setting }: Place,
  { log, make }: { log: Log; make: boolean },
): Promise<FirestoreStore> {
  const { credentials, ...place } = firestore;
  if (place.emulatorHost !== null) log.warn(`${setting}.emulator_host is set: marks live in an emulator; tests only`);
  return await FirestoreStore.open({ ...place, make, credentials: parsed(credentials, setting) });
}

function parsed(credentials: Secret | null, setting: string): object | null {
  if (credentials === null) return null;
  using bytes = credentials.resolve();
  try {
    const found: unknown = JSON.parse(Buffer.from(bytes.reveal()).toString('utf8'));
    if (typeof found === 'object' && found !== null && 'type' in found) return found;
  } catch {
    // What was found there may be a secret: no message shows it.
  }
  const text = `${setting}.application_credentials: ${credentials.reference} holds no credentials of Google (JSON with a type)`;
  throw new Fault('config_invalid', text);
}
