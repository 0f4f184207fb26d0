import { Fault } from '../../base/fault.ts';
import type { Budget, Budgets } from './budget.ts';
import type { DynamoClient, Reply } from './client.ts';
import { type Condition, neverHolds } from './condition.ts';
import { failedFor } from './failure.ts';
import type { Fields } from './fields.ts';
import { isItem, type Item } from './item.ts';
import type { DynamoDbObserver } from './observer.ts';
import { keyItem, type RowKey } from './row.ts';

/** What came of a conditional write. */
export interface Written {
  readonly won: boolean;
  /** What stood there before, or stands there; null when nothing does, or when the server did not say. */
  readonly old: Item | null;
}

/** The rows of the table, one at a time, and never from a replica of it that lags behind. */
export class Rows {
  readonly budgets: Budgets;
  readonly #client: DynamoClient;
  readonly #observer: DynamoDbObserver;
  #warned = false;

  constructor(client: DynamoClient, budgets: Budgets, observer: DynamoDbObserver) {
    this.budgets = budgets;
    this.#client = client;
    this.#observer = observer;
  }

  /** One PutItem. @throws Fault `store_unavailable`, and then nobody knows whether it was written */
  async put(item: Item, condition: Condition, budget: Budget): Promise<Written> {
    const input = {
      Item: item,
      ...condition,
      ReturnValues: 'ALL_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    const reply = await this.#client.call('PutItem', input, budget);
    if (reply.kind === 'condition_failed') return { won: false, old: reply.item };
    return { won: true, old: itemIn(reply.output['Attributes']) };
  }

  /** One consistent GetItem. @throws Fault `store_unavailable` */
  async get(key: RowKey, budget: Budget): Promise<Item | null> {
    const reply = await this.#client.call('GetItem', { Key: keyItem(key), ConsistentRead: true }, budget);
    return itemIn(outputOf(reply)['Item']);
  }

  /**
   * The same for rows that need not be there. Where reading is not allowed, a write whose condition never holds shows
   * what stands there: the seed's three permissions suffice.
   *
   * @throws Fault `store_unavailable`
   */
  async look(key: RowKey, budget: Budget): Promise<Item | null> {
    try {
      return await this.get(key, budget);
    } catch (error) {
      if (!failedFor(error, 'denied')) throw error;
      this.#warn();
    }
    const { won, old } = await this.put(keyItem(key), neverHolds, budget);
    if (won) throw new Fault('store_failed', 'the server made a write whose condition cannot hold; do not use it');
    return old;
  }

  /** Sets or removes the stamp of a row that is there. */
  async stamp(key: RowKey, stamp: bigint | null, budget: Budget): Promise<void> {
    const names = { ExpressionAttributeNames: { '#stop': 'stop' }, ConditionExpression: 'attribute_exists(idx)' };
    const change =
      stamp === null
        ? { UpdateExpression: 'REMOVE #stop' }
        : {
            UpdateExpression: 'SET #stop = :stop',
            ExpressionAttributeValues: { ':stop': { N: stamp.toString() } },
          };
    await this.#client.call('UpdateItem', { Key: keyItem(key), ...names, ...change }, budget);
  }

  /** All rows, in the order of the table: those of one key stand together. */
  async *scan(): AsyncIterable<readonly Item[]> {
    let start: unknown;
    do {
      const from = start === undefined ? {} : { ExclusiveStartKey: start };
      const output = outputOf(
        await this.#client.call('Scan', { ConsistentRead: true, ...from }, this.budgets.patient()),
      );
      const { Items: items, LastEvaluatedKey: last } = output;
      if (!isItems(items)) throw new Fault('store_unavailable', 'a page of the table came without items');
      yield items;
      start = last;
    } while (start !== undefined && start !== null);
  }

  #warn(): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#observer.warn(
      "DynamoDB watermark backend may not read its table; each look costs a write unit. Allow 'dynamodb:GetItem' " +
        '(docs/operations/aws-iam.md)',
    );
  }
}

function isItems(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem);
}

function itemIn(value: unknown): Item | null {
  if (value === undefined || value === null) return null;
  if (isItem(value)) return value;
  throw new Fault('store_unavailable', 'the server sent something else than an item');
}

function outputOf(reply: Reply): Fields {
  if (reply.kind === 'done') return reply.output;
  throw new Fault('store_unavailable', 'the server spoke of a condition where there was none');
}
