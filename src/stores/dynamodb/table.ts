import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import { limits } from '../../base/limits.ts';
import { Budgets } from './budget.ts';
import type { DynamoClient } from './client.ts';
import { failedFor, failedWith } from './failure.ts';
import type { DynamoDbObserver } from './observer.ts';
import { checkReplicas, checkSchema, type Description, descriptionIn, tableSchema } from './table-description.ts';

/** How a table is made. */
export interface TableMaking {
  /** Five read and write units as the seed has it, or payment by request. */
  readonly billingMode: 'provisioned' | 'on_demand';
  readonly deletionProtection: boolean;
}

export interface TableOptions {
  /** How to make the table when there is none; null to refuse instead. */
  readonly make: TableMaking | null;
  readonly observer: DynamoDbObserver;
}

/** The seed's. */
const capacity = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
const pauseMs = 250;
/** A permission that is missing, as against credentials that are none: with those nothing would ever be signed. */
const notAllowed = 'AccessDeniedException';
const budgets = new Budgets();

/**
 * Makes sure that the table is there and fit to hold marks: made if that is wanted, active, with the right keys,
 * without rows that expire or that another Region overwrites.
 *
 * @returns what the table is, or null when the credentials may not ask
 * @throws Fault `config_invalid` for a table that cannot hold marks, or is not there; `store_unavailable`
 */
export async function openTable(client: DynamoClient, { make, observer }: TableOptions): Promise<Description | null> {
  const made = await makeIfMissing(client, make);
  const verb = made ? 'created' : 'using existing';
  observer.info(`DynamoDB watermark backend ${verb} table '${client.table}'`);
  const description = await waitUntilActive(client);
  if (description === null) observer.warn(unseen(client.table, 'dynamodb:DescribeTable', 'its keys and replicas were'));
  else {
    checkSchema(description);
    checkReplicas(description);
  }
  await checkExpiry(client, observer);
  return description;
}

async function makeIfMissing(client: DynamoClient, make: TableOptions['make']): Promise<boolean> {
  for (;;) {
    const seen = await describe(client);
    if (seen !== 'missing' && seen !== 'denied') {
      if (seen.status !== 'DELETING') return false;
      await sleep(pauseMs);
      continue;
    }
    if (make === null) {
      if (seen === 'denied') return false;
      throw absent(client.table);
    }
    const made = await create(client, make);
    if (made !== 'denied') return made === 'made';
    if (seen === 'denied') return false;
    throw new Fault(
      'config_invalid',
      `the DynamoDB table '${client.table}' does not exist, and the credentials may not make it: allow ` +
        "'dynamodb:CreateTable', or make it first (docs/operations/aws-iam.md)",
    );
  }
}

async function create(
  client: DynamoClient,
  { billingMode, deletionProtection }: TableMaking,
): Promise<'made' | 'exists' | 'denied'> {
  const billing =
    billingMode === 'on_demand'
      ? { BillingMode: 'PAY_PER_REQUEST' }
      : { BillingMode: 'PROVISIONED', ProvisionedThroughput: capacity };
  const protection = deletionProtection ? { DeletionProtectionEnabled: true } : {};
  try {
    await client.call('CreateTable', { ...tableSchema, ...billing, ...protection }, budgets.patient());
    return 'made';
  } catch (error) {
    // Another instance was faster, or an answer was lost.
    if (failedWith(error, 'ResourceInUseException')) return 'exists';
    if (failedWith(error, notAllowed)) return 'denied';
    throw error;
  }
}

async function waitUntilActive(client: DynamoClient): Promise<Description | null> {
  const untilMs = performance.now() + limits.dynamodb.tableMs;
  for (;;) {
    const seen = await describe(client);
    if (seen === 'denied') return null;
    if (seen !== 'missing' && (seen.status === 'ACTIVE' || seen.status === 'UPDATING')) return seen;
    const status = seen === 'missing' ? 'missing' : seen.status;
    if (performance.now() >= untilMs) {
      throw new Fault(
        'store_unavailable',
        `the DynamoDB table '${client.table}' is ${status}, and does not get active`,
      );
    }
    await sleep(pauseMs);
  }
}

async function describe(client: DynamoClient): Promise<Description | 'missing' | 'denied'> {
  try {
    const reply = await client.call('DescribeTable', {}, budgets.patient());
    return descriptionIn(client.table, reply.kind === 'done' ? reply.output : {});
  } catch (error) {
    if (failedFor(error, 'missing')) return 'missing';
    if (failedWith(error, notAllowed)) return 'denied';
    throw error;
  }
}

/** A mark that expires is a signature that can be made twice. */
async function checkExpiry(client: DynamoClient, observer: DynamoDbObserver): Promise<void> {
  try {
    const reply = await client.call('DescribeTimeToLive', {}, budgets.patient());
    const status = reply.kind === 'done' ? Reflect.get(reply.output, 'TimeToLiveDescription') : undefined;
    const word: unknown = typeof status === 'object' && status !== null ? Reflect.get(status, 'TimeToLiveStatus') : '';
    if (word !== 'ENABLED' && word !== 'ENABLING') return;
  } catch (error) {
    // Emulators do not know the question.
    if (!failedWith(error, notAllowed) && !failedFor(error, 'rejected')) throw error;
    observer.warn(unseen(client.table, 'dynamodb:DescribeTimeToLive', 'whether its rows expire was'));
    return;
  }
  throw new Fault(
    'config_invalid',
    `the DynamoDB table '${client.table}' deletes rows by itself (Time to Live is on): marks would vanish. Turn it off: ` +
      `aws dynamodb update-time-to-live --table-name ${client.table} ` +
      '--time-to-live-specification Enabled=false,AttributeName=<its attribute>',
  );
}

function unseen(table: string, permission: string, what: string): string {
  return `DynamoDB watermark backend: ${what} not checked, table '${table}'; allow '${permission}' (docs/operations/aws-iam.md)`;
}

function absent(table: string): Fault {
  return new Fault(
    'config_invalid',
    `the DynamoDB table '${table}' does not exist in this region and account. Check anti_slashing.table and the ` +
      'region; a new table is made by "tidemark tables create"',
  );
}
