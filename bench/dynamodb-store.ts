import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lane } from '../src/protection/lane.ts';
import type { Mark } from '../src/protection/mark.ts';
import { advances } from '../src/stores/dynamodb/condition.ts';
import { DynamoDbStore } from '../src/stores/dynamodb/dynamodb-store.ts';
import { itemOf, rowKey } from '../src/stores/dynamodb/row.ts';
import { emulatorKinds } from '../test/dynamodb/emulators.ts';
import { latencyOf, median, timed } from './measure.ts';

const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
const region = 'eu-west-1';
const callers = 32;
const calls = 8_000;
const loneMs = 1_500;
const runs = 3;

type Step = (number: number) => Promise<void>;

/**
 * What a signature costs on DynamoDB: requests and write units, processor time beside AWS's own client, and what the
 * store adds to the time of a bare PutItem. The other end answers at once, so that nothing but the client is measured.
 */
export async function benchDynamoDbStore(): Promise<readonly string[]> {
  const child = fork(new URL('./dynamodb-canned.js', import.meta.url));
  const [{ port }] = (await once(child, 'message')) as [AddressInfo];
  const endpoint = `http://127.0.0.1:${port}`;
  const store = await DynamoDbStore.open({ region, table: 'bench', endpoint, credentials });
  const sdk = new DynamoDBClient({ region, endpoint, credentials, maxAttempts: 1 });
  try {
    const ours: Step = async (number) => void (await store.advance(laneOf(number), markOf(number)));
    const theirs: Step = async (number) => void (await sdk.send(new PutItemCommand(putOf(number))));
    const before = await writesOf(child);
    const cpu = await cpuOf(ours, theirs);
    const perSignature = ((await writesOf(child)) - before - cpu.theirCalls) / cpu.ourCalls;
    const latency = await latencyOfLone(ours, bareAt(port));
    return [
      `### DynamoDB store against a server that answers at once, ${callers} callers, median of ${runs}`,
      '',
      '| | store | AWS SDK, the same PutItem | ratio |',
      '| --- | --- | --- | --- |',
      `| CPU per signature, µs | ${cpu.ours.toFixed(0)} | ${cpu.theirs.toFixed(0)} | ${(cpu.ours / cpu.theirs).toFixed(2)} |`,
      '',
      `PutItem per signature: ${perSignature.toFixed(3)}. A lone caller: ${latency.ours.toFixed(3)} ms, a bare POST of the ` +
        `same bytes ${latency.bare.toFixed(3)} ms: ${(latency.ours - latency.bare).toFixed(3)} ms are added (below 1 is wanted).`,
      '',
      await unitsLine(),
      '',
    ];
  } finally {
    sdk.destroy();
    await store.end();
    child.disconnect();
  }
}

async function writesOf(child: ChildProcess): Promise<number> {
  child.send('writes?');
  const [writes] = (await once(child, 'message')) as [number];
  return writes;
}

/** In turns, so that both have the same weather. The first pair warms up. */
async function cpuOf(ours: Step, theirs: Step) {
  const samples: { readonly ours: number; readonly theirs: number }[] = [];
  for (let run = 0; run <= runs; run += 1)
    samples.push({ ours: await cpuOfEach(ours), theirs: await cpuOfEach(theirs) });
  const counted = samples.slice(1);
  return {
    ours: median(counted.map((sample) => sample.ours)),
    theirs: median(counted.map((sample) => sample.theirs)),
    ourCalls: calls * (runs + 1),
    theirCalls: calls * (runs + 1),
  };
}

/** @returns microseconds of processor time per call, in all threads of this process */
async function cpuOfEach(step: Step): Promise<number> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < calls) await step(next++);
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: callers }, caller));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

async function latencyOfLone(ours: Step, bare: Step) {
  const pairs: { readonly ours: number; readonly bare: number }[] = [];
  for (let run = 0; run < runs; run += 1) pairs.push({ bare: await p50(bare), ours: await p50(ours) });
  return { ours: median(pairs.map((pair) => pair.ours)), bare: median(pairs.map((pair) => pair.bare)) };
}

async function p50(step: Step): Promise<number> {
  let number = 0;
  return latencyOf(await timed(loneMs, async () => await step(number++))).p50;
}

/** The same bytes over a connection that stays open, unsigned: what the network and Node take. */
function bareAt(port: number): Step {
  const agent = new Agent({ keepAlive: true });
  const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem', 'content-type': 'application/x-amz-json-1.0' };
  return async (number) => {
    const call = request({ port, host: '127.0.0.1', method: 'POST', agent, headers });
    call.end(JSON.stringify(putOf(number)));
    const [response] = (await once(call, 'response')) as [NodeJS.ReadableStream];
    response.resume();
    await once(response, 'end');
  };
}

/** From the emulator's own account of the very item. */
async function unitsLine(): Promise<string> {
  const kind = emulatorKinds.find(({ name }) => name === 'DynamoDB Local');
  if (kind === undefined || kind.problem !== null)
    return `Write units: not measured (${kind?.problem ?? 'no emulator'}).`;
  const emulator = await kind.start();
  const options = { region, table: `bench-${process.pid}`, endpoint: emulator.endpoint, credentials };
  const store = await DynamoDbStore.open(options);
  const sdk = new DynamoDBClient({ ...options, maxAttempts: 1 });
  const put = new PutItemCommand({ ...putOf(1), TableName: options.table, ReturnConsumedCapacity: 'TOTAL' });
  const { ConsumedCapacity } = await sdk.send(put);
  sdk.destroy();
  await store.end();
  await emulator.end();
  return `Write units of an attestation's PutItem by DynamoDB Local: ${ConsumedCapacity?.CapacityUnits ?? 'unknown'}.`;
}

function putOf(number: number) {
  const lane = laneOf(number);
  const mark = markOf(number);
  return {
    TableName: 'bench',
    Item: itemOf(rowKey(lane), lane, { mark, closed: false, stamp: null }),
    ...advances(mark, lane, null),
    ReturnValues: 'ALL_OLD',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as ConstructorParameters<typeof PutItemCommand>[0];
}

function laneOf(number: number): Lane {
  const key = `0x${(number % 256).toString(16).padStart(96, '0')}`;
  return { chain: 'ethereum', network: `0x${'4b'.repeat(32)}`, key, duty: 'attestation' };
}

function markOf(number: number): Mark {
  const height = BigInt(number);
  return { height, round: 0n, floor: height, root: number.toString(16).padStart(64, '0') };
}
