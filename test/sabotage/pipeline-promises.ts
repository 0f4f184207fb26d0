import { attestationBody, blockBody, hoodi } from '../support/ethereum-bodies.ts';
import { type EthereumRow, ethereumRows } from '../acceptance/bad-input/ethereum-rows.ts';
import { bodyTextOf, combinationsOf, flawed, flaws, signedVote } from '../acceptance/bad-input/flaws.ts';
import { type MakePipeline, Pipeline } from './pipeline.ts';

const key = `0x${'ab'.repeat(48)}`;
const firstPositions = [attestationBody({ source: 0, target: 1 }), blockBody({ slot: 0 })];

/** Rows and flaws that never come as far as the pipeline: HTTP refuses them. */
const refusedBefore = ['path_invalid', 'host_not_allowed'];

/**
 * Asks a pipeline what the running program is asked by the catalogue of bad input, and in every combination of flaws.
 *
 * @returns what did not come as it must, each beginning with the name of the promise
 */
export async function pipelineFailures(make: MakePipeline): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const row of ethereumRows) {
    if (refusedBefore.includes(row.code ?? '')) continue;
    const failure = await failureOfRow(make, row);
    if (failure !== null) failures.push(`row ${row.row}: ${row.input}: ${failure}`);
  }
  return [...failures, ...(await orderFailures(make))];
}

async function failureOfRow(make: MakePipeline, row: EthereumRow): Promise<string | null> {
  const { path = (publicKey) => publicKey, before = [], records = row.status === 200 } = row;
  const pipeline = new Pipeline(make, [key]);
  if (row.closed === true) await closeLanes(pipeline);
  for (const body of before) await pipeline.ask(key, body);
  const recorded = await pipeline.recorded();
  const { status, code } = await pipeline.ask(path(key), row.body);
  if (status !== row.status || code !== row.code) return `${status} ${code}, not ${row.status} ${row.code}`;
  if (((await pipeline.recorded()) !== recorded) !== records) return records ? 'no record' : 'something was recorded';
  if (records || row.closed === true) return null;
  for (const body of before.length === 0 ? firstPositions : before) {
    const again = await pipeline.ask(key, body);
    if (again.status !== 200) return `then ${again.status} ${again.code}`;
  }
  return null;
}

async function closeLanes({ store }: Pipeline): Promise<void> {
  const network = hoodi.forkInfo.genesis_validators_root;
  for (const duty of ['block', 'attestation'] as const) await store.close({ chain: 'ethereum', network, key, duty });
}

async function orderFailures(make: MakePipeline): Promise<readonly string[]> {
  const pipeline = new Pipeline(make, [key]);
  await pipeline.ask(key, signedVote);
  const recorded = await pipeline.recorded();
  const failures: string[] = [];
  for (const some of combinationsOf(flaws.filter(({ code }) => !refusedBefore.includes(code)))) {
    const [{ what, status, code }] = some;
    const request = flawed(key, some);
    pipeline.room.free = !request.crowded;
    const found = await pipeline.ask(request.identifier, bodyTextOf(request));
    const name = `order: ${what} before ${some.length > 2 ? 'all else' : (some[1]?.what ?? 'nothing')}`;
    if (found.status !== status || found.code !== code) failures.push(`${name}: ${found.status} ${found.code}`);
    if ((await pipeline.recorded()) !== recorded) failures.push(`${name}: something was recorded`);
  }
  return failures;
}
