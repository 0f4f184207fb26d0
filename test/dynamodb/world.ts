import assert from 'node:assert/strict';
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { Lane } from '../../src/protection/lane.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { DynamoDbStore } from '../../src/stores/dynamodb/dynamodb-store.ts';
import { credentials, region } from './credentials.ts';
import type { Emulator } from './emulator.ts';
import { FaultProxy, type Plan, type Rewrite } from './fault-proxy.ts';

export type Item = Record<string, AttributeValue>;

type StoreOptions = Partial<Parameters<typeof DynamoDbStore.open>[0]>;

/** A fault that is planted between the store and those who ask it, or between the store and the server. */
export interface Sabotage {
  readonly options?: StoreOptions;
  readonly wrap?: (store: MarkStore, world: World) => MarkStore;
  /** What goes to the server instead of what the store sent. */
  readonly rewrite?: Rewrite;
  /** What becomes of a call, whatever the test wants; `pass` leaves it to the test. */
  readonly plan?: Plan;
}

/** So that a busy machine makes no call fail by itself. What is about time passes `asInProduction`. */
const timing = { budgetMs: { tezos: 30_000, ethereum: 30_000 }, tryMs: 10_000 };

/** The budget of a request, and of each of its tries, as the program has them. */
export const asInProduction: StoreOptions = { timing: undefined };

/** One table on an emulator, the proxy before it, and AWS's own client behind the store's back. */
export class World implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly table: string;
  readonly proxy: FaultProxy;
  /** AWS's own client, around the proxy. */
  readonly sdk: DynamoDBClient;
  readonly #stores: MarkStore[] = [];
  readonly #sabotage: Sabotage;
  readonly #closers: (() => Promise<void>)[] = [];
  static #tables = 0;

  private constructor(emulator: Emulator, proxy: FaultProxy, sabotage: Sabotage) {
    this.emulator = emulator;
    this.proxy = proxy;
    this.#sabotage = sabotage;
    World.#tables += 1;
    this.table = `marks-${process.pid}-${World.#tables}`;
    this.sdk = sdkAt(emulator.endpoint);
  }

  static async make(emulator: Emulator, sabotage: Sabotage = {}): Promise<World> {
    return new World(emulator, await proxyBefore(emulator, sabotage), sabotage);
  }

  /** A replica: a store of its own on the same table, through the proxy unless another endpoint is named. */
  async open(options: StoreOptions = {}): Promise<MarkStore> {
    const { options: others, wrap } = this.#sabotage;
    const store = await this.openSound({ ...options, ...others });
    return wrap === undefined ? store : wrap(store, this);
  }

  /** The same, with nothing planted in it. */
  async openSound(options: StoreOptions = {}): Promise<MarkStore> {
    const { table } = this;
    const { endpoint } = this.proxy;
    const store = await DynamoDbStore.open({ region, table, endpoint, credentials, timing, ...options });
    this.#stores.push(store);
    return store;
  }

  /** A replica behind a proxy of its own. */
  async replica(options: StoreOptions = {}): Promise<{ proxy: FaultProxy; store: MarkStore }> {
    const proxy = await proxyBefore(this.emulator, this.#sabotage);
    this.#closers.push(() => proxy.end());
    return { proxy, store: await this.open({ ...options, endpoint: proxy.endpoint }) };
  }

  /** Every item of the table, as `aws dynamodb scan` shows them. */
  async items(): Promise<Item[]> {
    const { Items: items = [] } = await this.sdk.send(new ScanCommand({ TableName: this.table, ConsistentRead: true }));
    return items;
  }

  /** The item of a lane; undefined when there is none. */
  async item(lane: Lane): Promise<Item | undefined> {
    const get = new GetItemCommand({ TableName: this.table, Key: keyOf(lane), ConsistentRead: true });
    return (await this.sdk.send(get)).Item;
  }

  /** Writes behind the store's back. */
  async put(item: Item): Promise<void> {
    await this.sdk.send(new PutItemCommand({ TableName: this.table, Item: item }));
  }

  /** Deletes behind the store's back. */
  async remove(lane: Lane): Promise<void> {
    await this.removeItem(keyOf(lane));
  }

  async removeItem({ idx, request }: Item): Promise<void> {
    assert.ok(idx !== undefined && request !== undefined, 'an item has both keys');
    await this.sdk.send(new DeleteItemCommand({ TableName: this.table, Key: { idx, request } }));
  }

  async tableExists(): Promise<boolean> {
    const { TableNames: names = [] } = await this.sdk.send(new ListTablesCommand({}));
    return names.includes(this.table);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#stores) await store.end().catch(() => {});
    for (const close of this.#closers) await close();
    await this.proxy.end();
    this.sdk.destroy();
  }
}

async function proxyBefore({ endpoint }: Emulator, { rewrite, plan }: Sabotage): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(endpoint);
  proxy.credentials = credentials;
  if (rewrite !== undefined) proxy.rewrite = rewrite;
  if (plan !== undefined) proxy.planted = plan;
  return proxy;
}

function sdkAt(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ region, endpoint, credentials });
}

/** Where the seed's layout keeps a lane. */
export function keyOf({ network, key, duty }: Lane): { idx: AttributeValue; request: AttributeValue } {
  return { idx: { S: `${network}/${key}` }, request: { S: duty } };
}
