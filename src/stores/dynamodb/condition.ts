import type { Mark } from '../../protection/mark.ts';
import type { AttributeValue, Item } from './item.ts';
import { type Form, hasFloor } from './row.ts';

/** The parts of a PutItem that say when it may be made. */
export interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** No row is there. */
const isAbsent: Condition = { ConditionExpression: 'attribute_not_exists(idx)' };

/** Holds for no row and for no absence: a write under it only looks. */
export const neverHolds: Condition = {
  ConditionExpression: 'attribute_exists(idx) AND attribute_not_exists(idx)',
};

/** `off` and `floor` and `stop` may be words of the expression language, so they are given by other names. */
const off = { '#off': 'off' };

/**
 * The rule, in DynamoDB's words, for a lane that is open: a row that has `off` in any form is not written over, and
 * neither is one with a stamp that the caller does not know.
 *
 * @param stamp the stop line that the row carries as far as the caller knows; undefined on Tezos, where none does
 */
export function advances(next: Mark, form: Form, stamp?: bigint | null): Condition {
  const { height, round, floor } = next;
  const line = stampCondition(stamp);
  const rule = hasFloor(form) ? 'lvl < :lvl AND #floor <= :floor' : '(lvl < :lvl OR (lvl = :lvl AND round < :round))';
  const expression = `attribute_not_exists(idx) OR (attribute_not_exists(#off)${line.text} AND ${rule})`;
  return {
    ConditionExpression: expression,
    ExpressionAttributeNames: { ...off, ...line.names, ...(hasFloor(form) ? { '#floor': 'floor' } : {}) },
    ExpressionAttributeValues: {
      ':lvl': { N: height.toString() },
      ...(hasFloor(form) ? { ':floor': { N: floor.toString() } } : { ':round': { N: round.toString() } }),
      ...line.values,
    },
  };
}

interface Part {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

function stampCondition(stamp: bigint | null | undefined): Part {
  if (stamp === undefined) return { text: '', names: {}, values: {} };
  const names = { '#stop': 'stop' };
  if (stamp === null) return { text: ' AND attribute_not_exists(#stop)', names, values: {} };
  return { text: ' AND #stop = :stop', names, values: { ':stop': { N: stamp.toString() } } };
}

const markAttributes = ['lvl', 'round', 'floor', 'digest', 'off', 'stop'];

/** The row is still what was read; null stands for a row that was not there. */
export function isUnchanged(item: Item | null, attributes: readonly string[] = markAttributes): Condition {
  if (item === null) return isAbsent;
  const parts: string[] = [];
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  for (const attribute of attributes) {
    const value = item[attribute];
    names[`#${attribute}`] = attribute;
    if (value === undefined) {
      parts.push(`attribute_not_exists(#${attribute})`);
      continue;
    }
    parts.push(`#${attribute} = :${attribute}`);
    values[`:${attribute}`] = value;
  }
  const ConditionExpression = `attribute_exists(idx) AND ${parts.join(' AND ')}`;
  const base = { ConditionExpression, ExpressionAttributeNames: names };
  return Object.keys(values).length === 0 ? base : { ...base, ExpressionAttributeValues: values };
}
