import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  DeleteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { credentials, region } from '../dynamodb/credentials.ts';
import type { Emulator, EmulatorKind } from '../dynamodb/emulator.ts';
import { emulatorKinds } from '../dynamodb/emulators.ts';
import { composeBlock } from '../../src/tezos/compose.ts';
import { notRun } from '../not-run.ts';
import { attestation, chainId } from '../support/attestations.ts';
import { recordSecret } from '../support/run-record.ts';
import { allowAll, sampleKey, writeSetup } from '../support/setup.ts';
import { type Answer, ScratchFolder, SignerProcess } from '../support/signer-process.ts';

const table = 'my_custom_watermark_table';
const key = sampleKey('ed25519');
const conflict = { id: 'failure', kind: 'temporary', msg: 'watermark validation failed' };
recordSecret(credentials.secretAccessKey);
/** As the seed recommends for production. */
const env = {
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
};

for (const kind of emulatorKinds) {
  if (kind.problem === null)
    describe(`tidemark serve with watermark.driver: aws (${kind.name})`, () => servesFrom(kind));
  else notRun(`serve with DynamoDB on ${kind.name}`, kind.problem);
}

/** One life of an installation: each test goes on where the one before it ended. */
function servesFrom(kind: EmulatorKind): void {
  const folder = new ScratchFolder();
  let emulator: Emulator;
  let sdk: DynamoDBClient;
  let configFile: string;
  let signer: SignerProcess;
  let replica: SignerProcess;

  before(async () => {
    emulator = await kind.start();
    sdk = new DynamoDBClient({ region, endpoint: emulator.endpoint, credentials });
    await sdk.send(new DeleteTableCommand({ TableName: table })).catch(() => {});
    // The seed's minimal example, with the endpoint of the emulator.
    const extra = `watermark:
  driver: aws
  config:
    region: ${region}
    # Optional: override default table name
    table: ${table}
    endpoint: ${emulator.endpoint}
`;
    configFile = writeSetup(folder, { keys: [key], policy: allowAll, extra }).configFile;
    signer = await SignerProcess.start(configFile, { env });
    replica = await SignerProcess.start(configFile, { env });
  });

  after(async () => {
    for (const each of [signer, replica]) await each.stop();
    await sdk.send(new DeleteTableCommand({ TableName: table })).catch(() => {});
    sdk.destroy();
    await emulator.end();
    folder.remove();
  });

  test('the first one makes the table and says so; the second one says that it found it', () => {
    assert.ok(said(signer, `DynamoDB watermark backend created table '${table}'`));
    assert.ok(said(replica, `DynamoDB watermark backend using existing table '${table}'`));
    assert.ok(!said(replica, `DynamoDB watermark backend created table '${table}'`));
  });

  test('it signs, and the table shows what it signed', async () => {
    assert.equal((await signer.sign(key.pkh, attestation(10))).status, 200);
    const { Items: items = [] } = await sdk.send(new ScanCommand({ TableName: table }));
    const row = items.find(({ request }) => request?.S === 'attestation');
    assert.deepEqual(
      [row?.['idx'], row?.['lvl'], row?.['round']],
      [{ S: `${chainId}/${key.pkh}` }, { N: '10' }, { N: '0' }],
    );
    assert.match(row?.['digest']?.S ?? '', /^vh[1-3]/u);
  });

  test('the other replica refuses a double, and signs the same bytes alike', async () => {
    assertConflict(await replica.sign(key.pkh, attestation(10, 2)));
    assertConflict(await replica.sign(key.pkh, attestation(9)));
    const [here, there] = [await signer.sign(key.pkh, attestation(10)), await replica.sign(key.pkh, attestation(10))];
    assert.deepEqual([here.status, there.status], [200, 200]);
    assert.equal(here.body, there.body);
  });

  test("the seed's metrics count", async () => {
    // The first answer of an emulator that has just started may come too late, and then it is asked again.
    for (let level = 11; level <= 15; level += 1) {
      assert.equal((await signer.sign(key.pkh, attestation(level))).status, 200);
    }
    assertConflict(await signer.sign(key.pkh, attestation(15, 3)));
    const page = await signer.scrape();
    const counted = (name: string, ...labels: string[]): void => {
      const line = page
        .split('\n')
        .find((text) => text.startsWith(`${name}{`) && labels.every((l) => text.includes(l)));
      assert.ok(line !== undefined, `${name} ${labels.join(' ')} is not on the page`);
      assert.ok(Number(line.split(' ').at(-1)) > 0, line);
    };
    const here = `table_name="${table}"`;
    counted('watermark_aws_dynamodb_operations_total', 'operation="put"', here, 'result="success"');
    counted('watermark_aws_dynamodb_operations_total', 'operation="put"', here, 'result="error"');
    counted('watermark_aws_dynamodb_operations_total', 'operation="create_table"', here, 'result="success"');
    counted('watermark_aws_dynamodb_latency_seconds_count', 'operation="put"', here);
    counted(
      'watermark_aws_dynamodb_errors_total',
      'error_type="ConditionalCheckFailedException"',
      'operation="put"',
      here,
    );
    counted('watermark_operations_total', 'backend="aws"', 'result="success"', 'request_type="attestation"');
    counted('watermark_operations_total', 'backend="aws"', 'result="rejected"');
    counted('watermark_operation_duration_seconds_count', 'backend="aws"');
    counted('watermark_rejection_total', `address="${key.pkh}"`, `chain_id="${chainId}"`);
  });

  test('a row that is deleted under them freezes its lane on whoever signed it, and stops no other duty', async () => {
    const keys = { idx: { S: `${chainId}/${key.pkh}` }, request: { S: 'attestation' } };
    await sdk.send(new DeleteItemCommand({ TableName: table, Key: keys }));
    for (const level of [14, 15, 16]) {
      const { status, headers } = await signer.sign(key.pkh, attestation(level));
      assert.deepEqual([status, headers.get('tidemark-error')], [503, 'lane_frozen'], `level ${level}`);
    }
    assert.equal((await signer.sign(key.pkh, composeBlock({ chainId, level: 16, round: 0 }))).status, 200);
  });

  test('the table is deleted under them: 503, no signature, and no new table', async () => {
    await sdk.send(new DeleteTableCommand({ TableName: table }));
    for (const each of [signer, replica]) {
      for (const level of [9, 17, 18]) {
        assert.equal((await each.sign(key.pkh, attestation(level))).status, 503);
        assert.equal((await each.sign(key.pkh, composeBlock({ chainId, level, round: 0 }))).status, 503);
      }
      assert.equal((await each.get('/healthz')).status, 503);
      assert.ok(each.alive);
    }
    const { TableNames: names = [] } = await sdk.send(new ListTablesCommand({}));
    assert.ok(!names.includes(table), 'nobody made it anew');
  });

  test('the next start makes it anew, and signs', async () => {
    await signer.stop();
    signer = await SignerProcess.start(configFile, { env });
    assert.ok(said(signer, `DynamoDB watermark backend created table '${table}'`));
    assert.equal((await signer.sign(key.pkh, attestation(11))).status, 200);
    assertConflict(await signer.sign(key.pkh, attestation(11, 2)));
  });
}

function said({ log }: SignerProcess, sentence: string): boolean {
  return log.some(({ msg, level }) => msg === sentence && level === 'info');
}

function assertConflict({ status, body }: Answer): void {
  assert.equal(status, 409);
  assert.deepEqual(JSON.parse(body), [conflict]);
}
