import { type Fault, isFault } from '../../src/base/fault.ts';
import { type Lane, laneId } from '../../src/protection/lane.ts';
import type { Mark, Verdict } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { RelayStore } from '../doubles/relay-store.ts';
import type { Rewrite } from '../dynamodb/fault-proxy.ts';
import type { Sabotage } from '../dynamodb/world.ts';

/** Ways to break the DynamoDB store from outside: what it answers, and what reaches its server. */
type Wrap = NonNullable<Sabotage['wrap']>;
type Advance = (target: MarkStore, lane: Lane, next: Mark) => Promise<Verdict>;

/** The store, with another way to advance. */
export function wrapped(advance: Advance): Wrap {
  class Wrapped extends RelayStore {
    override async advance(lane: Lane, next: Mark): Promise<Verdict> {
      return await advance(this.target, lane, next);
    }
  }
  return (store) => new Wrapped(store);
}

/** The verdict of the store goes through `change`. */
export function judged(change: (verdict: Verdict, next: Mark) => Verdict): Wrap {
  return wrapped(async (target, lane, next) => change(await target.advance(lane, next), next));
}

/** Where the store could not tell, `instead` is the answer. */
export function unknownAs(instead: Verdict): Wrap {
  return wrapped(async (target, lane, next) => {
    return await target.advance(lane, next).catch((error: unknown) => {
      if (isFault(error, 'store_unavailable')) return instead;
      throw error;
    });
  });
}

interface PutBody {
  Item: Record<string, Record<string, unknown>>;
  ConditionExpression?: string;
  ExpressionAttributeNames?: unknown;
  ExpressionAttributeValues?: unknown;
}

/** Each PutItem goes through `change`. */
export function puts(change: (body: PutBody) => void): Rewrite {
  return ({ action, body }) => {
    if (action !== 'PutItem') return body;
    const put = JSON.parse(body) as PutBody;
    change(put);
    return JSON.stringify(put);
  };
}

export function conditions(change: (condition: string) => string): Rewrite {
  return puts((put) => {
    if (put.ConditionExpression !== undefined) put.ConditionExpression = change(put.ConditionExpression);
  });
}

export function unconditional(put: PutBody): void {
  delete put.ConditionExpression;
  delete put.ExpressionAttributeNames;
  delete put.ExpressionAttributeValues;
}

export function roundedNumbers({ Item: item }: PutBody): void {
  for (const value of Object.values(item)) if ('N' in value) value['N'] = BigInt(Number(value['N'])).toString();
}

/** Tells what it wrote itself, and not what stands there. */
export function remembering(): Wrap {
  const written = new Map<string, Mark>();
  return wrapped(async (target, lane, next) => {
    const found = written.get(laneId(lane));
    const verdict = await target.advance(lane, next);
    if (verdict.kind === 'advance') written.set(laneId(lane), next);
    return found === undefined ? verdict : { ...verdict, found };
  });
}

export const belowMark: Verdict = { kind: 'refused', why: 'below_mark', found: null };

/** Makes the table when it is gone, and goes on. */
export const eager: Sabotage = {
  wrap: (store, world) => {
    const advance: Advance = async (target, lane, next) => {
      return await target.advance(lane, next).catch(async (error: unknown) => {
        if (!isMissing(error)) throw error;
        return await (await world.openSound()).advance(lane, next);
      });
    };
    return wrapped(advance)(store, world);
  },
};

function isMissing(error: unknown): error is Fault {
  return isFault(error, 'store_unavailable') && /ResourceNotFound|does not exist/u.test(error.message);
}
