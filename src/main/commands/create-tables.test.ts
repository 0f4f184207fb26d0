import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { credentials, region } from '../../../test/dynamodb/credentials.ts';
import type { Emulator } from '../../../test/dynamodb/emulator.ts';
import { dynaliteKind } from '../../../test/dynamodb/emulators.ts';
import { ScratchFolder } from '../../../test/support/signer-process.ts';
import { isFault } from '../../base/fault.ts';
import { createTables } from './create-tables.ts';

const folder = new ScratchFolder();
let emulator: Emulator;

before(async () => {
  emulator = await dynaliteKind.start();
});

after(async () => {
  await emulator.end();
  folder.remove();
});

function configOf(table: string): string {
  const keys = `access_key_id: ${credentials.accessKeyId}, secret_access_key: ${credentials.secretAccessKey}`;
  const place = `region: ${region}, endpoint: '${emulator.endpoint}', ${keys}`;
  return folder.write(
    'tidemark.yaml',
    `log: { level: error }\nanti_slashing: { backend: dynamodb, table: ${table}, ${place} }\n`,
  );
}

test('the table of the Ethereum marks is made on demand, and a second time nothing happens to it', async () => {
  const config = configOf('containment-slashing');
  await createTables({ config });
  await createTables({ config });
  const sdk = new DynamoDBClient({ region, endpoint: emulator.endpoint, credentials });
  const { Table: table } = await sdk.send(new DescribeTableCommand({ TableName: 'containment-slashing' }));
  sdk.destroy();
  assert.equal(table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
  assert.deepEqual(
    table?.KeySchema?.map(({ AttributeName: name }) => name),
    ['idx', 'request'],
  );
});

test('without a table to make it says so', async () => {
  const config = folder.write('file.yaml', 'anti_slashing: { backend: mem }\nnetwork: hoodi\n');
  await assert.rejects(createTables({ config }), (error) => isFault(error, 'config_invalid'));
});
