import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { DeleteTableCommand, DynamoDBClient, ListTablesCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { credentials, region } from '../dynamodb/credentials.ts';
import type { Emulator, EmulatorKind } from '../dynamodb/emulator.ts';
import { emulatorKinds } from '../dynamodb/emulators.ts';
import { notRun } from '../not-run.ts';
import { attestationBody, blockBody, randaoBody } from '../support/ethereum-bodies.ts';
import { newEthereumKey, signPath, startEthereum, writeEthereumSetup } from '../support/ethereum-setup.ts';
import { recordOutput, recordSecret } from '../support/run-record.ts';
import { ScratchFolder, type SignerProcess } from '../support/signer-process.ts';

const table = 'tidemark-ethereum-marks';
const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;
const key = newEthereumKey();
recordSecret(credentials.secretAccessKey);
const env = {
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
};

for (const kind of emulatorKinds) {
  const name = `tidemark serve with anti_slashing.backend: dynamodb (${kind.name})`;
  if (kind.problem === null) describe(name, () => protectsBy(kind));
  else notRun(`serve with DynamoDB on ${kind.name}`, kind.problem);
}

/** One life of an installation: each test goes on where the one before it ended. */
function protectsBy(kind: EmulatorKind): void {
  const folder = new ScratchFolder();
  let emulator: Emulator;
  let sdk: DynamoDBClient;
  let configFile: string;
  let signer: SignerProcess | null = null;

  before(async () => {
    emulator = await kind.start();
    sdk = new DynamoDBClient({ region, endpoint: emulator.endpoint, credentials });
    const antiSlashing = `{ backend: dynamodb, table: ${table}, region: ${region}, endpoint: '${emulator.endpoint}' }`;
    configFile = writeEthereumSetup(folder, { keys: [key], antiSlashing });
  });

  after(async () => {
    await signer?.stop();
    await removeTable();
    sdk.destroy();
    await emulator.end();
    folder.remove();
  });

  test('it does not start without its table, and makes none', async () => {
    await assert.rejects(startEthereum(configFile, [key], { env }), /tidemark tables create/u);
    assert.deepEqual(await tables(), []);
  });

  test('a command makes the table, once', async () => {
    for (const _again of [1, 2]) {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [cli, 'tables', 'create', '-c', configFile],
        {
          env: { ...process.env, ...env },
        },
      );
      recordOutput(stdout + stderr);
      assert.match(stdout, /is ready/u);
    }
    assert.deepEqual(await tables(), [table]);
  });

  test('it signs once at each position, and says 412 to the rest', async () => {
    signer = await startEthereum(configFile, [key], { env });
    assert.equal(await statusFor(attestationBody({ source: 5, target: 6 })), 200);
    assert.equal(await statusFor(attestationBody({ source: 5, target: 6 })), 200, 'the same again');
    assert.equal(await statusFor(attestationBody({ source: 4, target: 7 })), 412, 'it would surround');
    assert.equal(await statusFor(attestationBody({ source: 5, target: 6, fill: 2 })), 412, 'another vote');
    assert.equal(await statusFor(blockBody({ slot: 300 })), 200);
    assert.equal(await statusFor(blockBody({ slot: 300, fill: 2 })), 412, 'another block');
  });

  test('when the table is deleted, slashable duties are 503, the others are signed, and there is no new table', async () => {
    await removeTable();
    assert.equal(await statusFor(attestationBody({ source: 6, target: 7 })), 503);
    assert.equal(await statusFor(blockBody({ slot: 301 })), 503);
    assert.equal(await statusFor(randaoBody(1)), 200);
    await signer?.stop();
    await assert.rejects(startEthereum(configFile, [key], { env }), /tidemark tables create/u);
    assert.deepEqual(await tables(), []);
  });

  async function statusFor(body: string): Promise<number> {
    assert.ok(signer !== null, 'the signer runs');
    return (await signer.post(signPath(key.publicKey), body)).status;
  }

  async function tables(): Promise<string[]> {
    const { TableNames: names = [] } = await sdk.send(new ListTablesCommand({}));
    return names.filter((name) => name === table);
  }

  /** It is protected, so two steps are needed where the emulator knows protection. */
  async function removeTable(): Promise<void> {
    const unprotect = new UpdateTableCommand({ TableName: table, DeletionProtectionEnabled: false });
    await sdk.send(unprotect).catch(() => {});
    await sdk.send(new DeleteTableCommand({ TableName: table })).catch(() => {});
  }
}
