import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../../test/support/config-text.ts';
import { ethereumLane, mark, root } from '../../../test/contract/samples.ts';
import { temporaryDirectory } from '../../../test/contract/stores.ts';
import { isFault } from '../../base/fault.ts';
import { createLog } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import type { Lane } from '../../protection/lane.ts';
import { openMarkStore } from '../open-store.ts';
import { antiSlashingPlace, watermarkPlace } from '../store-place.ts';
import { showKey } from './show-key.ts';

const directory = await temporaryDirectory();
test.after(() => rmSync(directory, { recursive: true }));
mkdirSync(join(directory, 'ethereum'));

const config = load(`base_dir: ${directory}
anti_slashing: { backend: file, path: ${directory}/ethereum }
log: { level: error }
`);
const mainnet = '0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95';
const baker: Lane = {
  chain: 'tezos',
  network: 'NetXdQprcVkpaWU',
  key: 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf',
  duty: 'attestation',
};

async function shown(key: string, json = false): Promise<string> {
  const lines: string[] = [];
  await showKey(config, { key, json }, (line) => lines.push(line));
  return lines.join('\n');
}

test('one key is shown, of either chain, in any spelling, as a person reads it', async () => {
  const parts = { log: createLog({ level: 'error', format: 'text' }), metrics: new Metrics([]) };
  assert.ok(config.ethereum !== null);
  const ethereum = await openMarkStore(antiSlashingPlace(config.ethereum.antiSlashing), parts);
  const lane = { ...ethereumLane(0xab), network: mainnet };
  await ethereum.advance(lane, mark(100n, { floor: 99n, root: root(0xaa) }));
  await ethereum.advance({ ...lane, duty: 'block' }, mark(3_200n, { root: root(0xbb) }));
  await ethereum.end();
  const tezos = await openMarkStore(watermarkPlace(config), parts);
  await tezos.advance(baker, mark(7n, { round: 2n, root: root(0xcc) }));
  await tezos.end();

  const text = await shown(lane.key.slice(2).toUpperCase());
  assert.match(text, new RegExp(`^${lane.key}, file .*\nmainnet \\(${mainnet}\\)\n`, 'u'));
  assert.match(text, /\n {2}attestation: up to target epoch 100 \(2020-12-01T22:40:23Z\), source epoch 99, root 0xaa/u);
  assert.match(text, /\n {2}block: up to slot 3200 \(2020-12-01T22:40:23Z\), root 0xbb/u);
  assert.match(
    await shown(baker.key),
    /watermark\.driver file\nNetXdQprcVkpaWU\n {2}attestation: up to level 7, round 2/u,
  );
  const [first] = (JSON.parse(await shown(lane.key, true)) as { lanes: { mark: { height: string } }[] }).lanes;
  assert.equal(first?.mark.height, '100');
});

test('a key that nobody has seen is said to be one, and what is no key is refused', async () => {
  assert.match(await shown(ethereumLane(0xcd).key), /nothing recorded: this store has never seen the key/u);
  for (const key of ['0xab', 'validator', 'tz1abc', 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvg']) {
    await assert.rejects(shown(key), (error) => isFault(error, 'config_invalid'), key);
  }
});
