import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { Gate } from '../support/gate.ts';
import type { Emulator } from './emulator.ts';
import { dynaliteKind } from './emulators.ts';
import { awsError, type Fate, FaultProxy, pass } from './fault-proxy.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const table = 'proxied';

describe('the proxy between the store and an emulator', () => {
  let emulator: Emulator;
  let proxy: FaultProxy;
  let client: DynamoDBClient;
  let direct: DynamoDBClient;

  before(async () => {
    emulator = await dynaliteKind.start();
    proxy = await FaultProxy.start(emulator.endpoint);
    client = clientAt(proxy.endpoint);
    direct = clientAt(emulator.endpoint);
    await direct.send(
      new CreateTableCommand({
        TableName: table,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  });

  after(async () => {
    client.destroy();
    direct.destroy();
    await proxy.end();
    await emulator.end();
  });

  beforeEach(() => {
    proxy.plan = () => pass;
    proxy.credentials = null;
    proxy.forget();
  });

  test('counts each action, and passes what it is not told to spoil', async () => {
    await put('a');
    await put('b');
    await stored();
    assert.deepEqual(await stored(), ['a', 'b']);
    assert.deepEqual(proxy.answered, { PutItem: 2 });
  });

  const unanswered: readonly (Fate & { readonly applied: boolean })[] = [
    { kind: 'lost', applied: true },
    { kind: 'cut', applied: true },
    { kind: 'unreached', applied: false },
  ];
  for (const { applied, ...fate } of unanswered)
    test(`${fate.kind}: the client has no answer, and the write is ${applied ? 'there' : 'not there'}`, async () => {
      proxy.plan = () => fate;
      await assert.rejects(put(fate.kind));
      assert.equal((await stored()).includes(fate.kind), applied);
    });

  test('answer: the client is told what the server never heard of', async () => {
    proxy.plan = () => ({ kind: 'answer', reply: awsError('ThrottlingException', 'slow down') });
    await assert.rejects(put('answered'), { name: 'ThrottlingException' });
    assert.ok(!(await stored()).includes('answered'));
  });

  test('late: nothing is applied until the promise says so, and then it is, though the client has gone', async () => {
    const gate = new Gate();
    proxy.plan = () => ({ kind: 'late', until: gate.promise });
    await assert.rejects(put('late', AbortSignal.timeout(50)), { name: 'AbortError' });
    assert.ok(!(await stored()).includes('late'));
    gate.open();
    await proxy.settled();
    assert.ok((await stored()).includes('late'));
  });

  test('echo: the same bytes are applied once more when the test says so', async () => {
    proxy.plan = () => ({ kind: 'echo' });
    await put('echo');
    const replies = await proxy.replay();
    assert.match(replies[0]?.body ?? '', /ConditionalCheckFailedException/u);
    assert.deepEqual(await proxy.replay(), []);
  });

  test('spoil: it is applied, and the client reads something else', async () => {
    proxy.plan = () => ({ kind: 'spoil', spoil: (reply) => ({ ...reply, headers: {}, body: '<html>' }) });
    await assert.rejects(put('spoiled'));
    assert.ok((await stored()).includes('spoiled'));
  });

  test("accepts what the AWS SDK signs with the right secret, and turns away what it signs with another's", async () => {
    proxy.credentials = credentials;
    await put('signed');
    proxy.credentials = { ...credentials, secretAccessKey: 'another' };
    await assert.rejects(put('forged'), { name: 'InvalidSignatureException' });
    proxy.credentials = { ...credentials, sessionToken: 'a token that is not there' };
    await assert.rejects(put('without its token'), { name: 'InvalidSignatureException' });
    assert.ok(!(await stored()).includes('forged'));
  });

  async function put(id: string, abortSignal?: AbortSignal): Promise<void> {
    const item = { id: { S: id } };
    const command = new PutItemCommand({
      TableName: table,
      Item: item,
      ConditionExpression: 'attribute_not_exists(id)',
    });
    await client.send(command, abortSignal === undefined ? {} : { abortSignal });
  }

  async function stored(): Promise<string[]> {
    const { Items: items = [] } = await direct.send(new ScanCommand({ TableName: table }));
    return items.map(({ id }) => id?.S ?? '').toSorted();
  }
});

function clientAt(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
}
