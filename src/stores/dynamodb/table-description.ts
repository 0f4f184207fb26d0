import { Fault } from '../../base/fault.ts';
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts';

/** The seed's keys. */
export const tableSchema = {
  AttributeDefinitions: [
    { AttributeName: 'idx', AttributeType: 'S' },
    { AttributeName: 'request', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'idx', KeyType: 'HASH' },
    { AttributeName: 'request', KeyType: 'RANGE' },
  ],
} as const;

/** What DescribeTable says of a table. */
export interface Description {
  readonly table: string;
  readonly status: string;
  /** Who the table is: a table that is made anew, or restored, has another one. */
  readonly identity: string;
  readonly keys: readonly string[];
  readonly types: readonly string[];
  /** The Regions that hold copies of it. */
  readonly replicas: readonly string[];
  /** `STRONG` when all Regions agree before a write is answered. */
  readonly consistency: string;
}

export function descriptionIn(table: string, output: Fields): Description {
  const fields = fieldsOf(output['Table']);
  return {
    table,
    status: textOf(fields['TableStatus']),
    identity: `${textOf(fields['TableArn'])}#${textOf(fields['TableId'])}`,
    keys: listOf(fields['KeySchema']).map((key) => `${textOf(key['AttributeName'])} ${textOf(key['KeyType'])}`),
    types: listOf(fields['AttributeDefinitions']).map(
      (each) => `${textOf(each['AttributeName'])} ${textOf(each['AttributeType'])}`,
    ),
    replicas: listOf(fields['Replicas']).map((each) => textOf(each['RegionName'])),
    consistency: textOf(fields['MultiRegionConsistency']),
  };
}

/** @throws Fault `config_invalid` */
export function checkSchema({ table, keys, types }: Description): void {
  const wanted = tableSchema.KeySchema.map((key) => `${key.AttributeName} ${key.KeyType}`);
  const fits = keys.join() === wanted.join() && ['idx S', 'request S'].every((type) => types.includes(type));
  if (fits) return;
  const text =
    `the DynamoDB table '${table}' is no table of marks: its keys are ${keys.join(', ')}; expected the partition key ` +
    'idx and the sort key request, both of type S. Name another table';
  throw new Fault('config_invalid', text);
}

/** @throws Fault `config_invalid` */
export function checkReplicas({ table, replicas, consistency }: Description): void {
  if (replicas.length === 0 || consistency === 'STRONG') return;
  const text =
    `the DynamoDB table '${table}' is a global table (${replicas.join(', ')}) where the last writer wins: two Regions ` +
    'can both allow the same position. Remove its replicas, or use one with multi-Region strong consistency';
  throw new Fault('config_invalid', text);
}
