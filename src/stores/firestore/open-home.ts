import { randomUUID } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { noStops } from '../../protection/stop.ts';
import { patientBudget } from './budget.ts';
import type { FirestoreClient } from './client.ts';
import { corruptDocument } from './corrupt.ts';
import { homeFields, readHome } from './home.ts';
import { chainOf, homePath } from './place.ts';
import type { Transactions } from './transactions.ts';

/**
 * The name of the store at a place, which is drawn here when nobody did so before. Nothing else is ever made outside an
 * advance, an import or a closing.
 *
 * @throws Fault `config_invalid` where there is no store and `make` is false; `store_corrupt`, `store_unavailable`
 */
export async function openHome(client: FirestoreClient, transactions: Transactions, make: boolean): Promise<string> {
  const { place } = client;
  const path = homePath(place);
  const found = (await transactions.read([path], patientBudget())).get(path);
  if (found) return readHome(path, found.fields).store;
  if (!make)
    throw new Fault('config_invalid', `the Firestore collection '${place.collection}' holds no store of marks`);
  await checkNoEthereum(client, transactions);
  return await transactions.change([path], patientBudget(), (documents) => {
    const made = documents.get(path);
    if (made) return { writes: new Map(), answer: readHome(path, made.fields).store };
    const store = randomUUID();
    return { writes: new Map([[path, homeFields({ store, stops: noStops })]]), answer: store };
  });
}

/**
 * Signatory's marks may be there before us. Those of Ethereum are ours, and the stop lines stood in what is missing.
 */
async function checkNoEthereum(client: FirestoreClient, transactions: Transactions): Promise<void> {
  const { collection } = client.place;
  for (let token = '', more = true; more; more = token !== '') {
    const at = token;
    const where = { parent: '', collection, showMissing: true };
    const page = await transactions.ask(patientBudget(), () => client.list(where, at, patientBudget()));
    if (page.documents.some(({ id }) => chainOf(id) === 'ethereum')) {
      throw corruptDocument(
        `the collection ${collection} has marks of Ethereum, but ${homePath(client.place)} is gone`,
      );
    }
    token = page.next;
  }
}
