import { type Lane, laneId } from '../../protection/lane.ts';
import type { LaneRecord } from '../../protection/store.ts';
import { patientBudget } from './budget.ts';
import type { FirestoreClient, Page } from './client.ts';
import { corruptDocument } from './corrupt.ts';
import { joined, readState } from './lane-document.ts';
import { chainOf, dutiesOf, homeId, isKeyOf } from './place.ts';
import type { Transactions } from './transactions.ts';

type Where = Parameters<FirestoreClient['list']>[0];

/** Finds lanes by walking through the collection. */
export class Listing {
  readonly #client: FirestoreClient;
  readonly #transactions: Transactions;

  constructor(client: FirestoreClient, transactions: Transactions) {
    this.#client = client;
    this.#transactions = transactions;
  }

  /**
   * Every lane that holds a mark or is closed, network by network.
   *
   * @throws Fault `store_corrupt` for a document that cannot be read, or is no lane's; `store_unavailable`
   */
  async *lanes(): AsyncIterable<LaneRecord> {
    const { collection } = this.#client.place;
    for await (const { id } of this.#documents({ parent: '', collection, showMissing: true })) {
      if (id === homeId) continue;
      const chain = chainOf(id);
      if (chain === null)
        throw corruptDocument(`the collection ${collection} has a document that is no network (${id})`);
      for (const record of (await this.#network(chain, id)).values()) {
        if (record.mark !== null || record.closed) yield record;
      }
    }
  }

  async #network(chain: Lane['chain'], network: string): Promise<ReadonlyMap<string, LaneRecord>> {
    const parent = `${this.#client.place.collection}/${network}`;
    const records = new Map<string, LaneRecord>();
    for (const [kind, duty] of dutiesOf(chain)) {
      for await (const { id: key, document } of this.#documents({ parent, collection: kind, showMissing: false })) {
        const path = `${parent}/${kind}/${key}`;
        if (document === null || !isKeyOf(chain, key)) throw corruptDocument(`the document ${path} is no mark`);
        const lane: Lane = { chain, network, key, duty };
        const state = readState(path, document.fields, lane);
        const other = records.get(laneId(lane));
        records.set(laneId(lane), { lane, ...joined(other === undefined ? [state] : [other, state]) });
      }
    }
    return records;
  }

  async *#documents(where: Where): AsyncIterable<Page['documents'][number]> {
    for (let token = '', more = true; more; more = token !== '') {
      const at = token;
      const page = await this.#transactions.ask(patientBudget(), () => this.#client.list(where, at, patientBudget()));
      yield* page.documents;
      token = page.next;
    }
  }
}
