import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ScratchFolder } from '../../../test/support/signer-process.ts';
import { type FaultCode, isFault } from '../../base/fault.ts';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { builtInNetwork } from '../../ethereum/built-in-networks.ts';
import { createLog } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import type { Lane } from '../../protection/lane.ts';
import type { Mark } from '../../protection/mark.ts';
import { openMarkStore } from '../open-store.ts';
import { antiSlashingPlace } from '../store-place.ts';
import { importFile } from './import-protection.ts';

const folder = new ScratchFolder();
test.after(() => folder.remove());
const hoodi = builtInNetwork('hoodi')?.genesisValidatorsRoot ?? '';
const key = `0x${'ab'.repeat(48)}`;
const root = `0x${'cd'.repeat(32)}`;
let places = 0;

function settings(): Config {
  const path = join(folder.path, `store-${(places += 1)}`);
  mkdirSync(path);
  const text = `network: hoodi\nanti_slashing: { backend: file, path: ${path} }\nlog: { level: error }\n`;
  return loadConfig({ file: null, text, env: {} });
}

function interchange(blocks: readonly object[], attestations: readonly object[], of = hoodi): string {
  const data = [{ pubkey: key, signed_blocks: blocks, signed_attestations: attestations }];
  const metadata = { interchange_format_version: '5', genesis_validators_root: of };
  return folder.write('interchange.json', JSON.stringify({ metadata, data }));
}

async function imported(config: Config, file: string, force = false): Promise<string> {
  const lines: string[] = [];
  await importFile(config, { file, force }, (line) => lines.push(line));
  return lines.join('\n');
}

async function markOf({ ethereum }: Config, duty: Lane['duty']): Promise<Mark | null> {
  assert(ethereum !== null);
  const parts = { log: createLog({ level: 'error', format: 'text' }), metrics: new Metrics([]) };
  const store = await openMarkStore(antiSlashingPlace(ethereum.antiSlashing), parts);
  const { mark } = await store.read({ chain: 'ethereum', network: hoodi, key, duty });
  await store.end();
  return mark;
}

async function refuses(asked: Promise<unknown>, code: FaultCode, words: RegExp): Promise<void> {
  await assert.rejects(asked, (error) => isFault(error, code) && words.test(error.message));
}

test('the highest of a history is taken over, and again changes nothing', async () => {
  const config = settings();
  const file = interchange(
    [{ slot: '9', signing_root: root }, { slot: '7' }],
    [
      { source_epoch: '2', target_epoch: '3' },
      { source_epoch: '1', target_epoch: '4' },
    ],
  );
  assert.match(await imported(config, file), /network=hoodi keys=1 marks=2 raised=2\n0 stood as high already/u);
  assert.deepEqual(await markOf(config, 'block'), { height: 9n, round: 0n, floor: 0n, root: root.slice(2) });
  assert.deepEqual(await markOf(config, 'attestation'), { height: 4n, round: 0n, floor: 2n, root: null });
  assert.match(await imported(config, file), /raised=0\n2 stood as high already/u);
});

test('an older history lowers nothing', async () => {
  const config = settings();
  await imported(config, interchange([{ slot: '9' }], [{ source_epoch: '2', target_epoch: '3' }]));
  await imported(config, interchange([{ slot: '8' }], [{ source_epoch: '1', target_epoch: '2' }]));
  assert.equal((await markOf(config, 'block'))?.height, 9n);
  assert.deepEqual((await markOf(config, 'attestation'))?.floor, 2n);
});

test('a file of a network that is not served imports nothing', async () => {
  const config = settings();
  const file = interchange([{ slot: '9' }], [], `0x${'11'.repeat(32)}`);
  await refuses(imported(config, file), 'config_invalid', /no network that is served.*nothing was imported/u);
  assert.equal(await markOf(config, 'block'), null);
});

test('one bad record keeps the whole file out', async () => {
  const config = settings();
  const file = interchange([{ slot: '9' }, { slot: '1e3' }], []);
  await refuses(imported(config, file), 'uint64_range', /slot/u);
  assert.equal(await markOf(config, 'block'), null);
});

test('a mark far ahead of the clock is refused, unless it is forced', async () => {
  const config = settings();
  const file = interchange([], [{ source_epoch: '1', target_epoch: '9223372036854775808' }]);
  await refuses(imported(config, file), 'beyond_future_bound', /could not sign until then.*--force/u);
  assert.equal(await markOf(config, 'attestation'), null);
  await imported(config, file, true);
  assert.equal((await markOf(config, 'attestation'))?.height, 2n ** 63n);
});

test('a file that is not there is named', async () => {
  await refuses(imported(settings(), '/nowhere/interchange.json'), 'config_invalid', /cannot be read \(ENOENT\)/u);
});
