import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ethereumLane, mark, root, tezosLane } from '../../../test/contract/samples.ts';
import { temporaryDirectory } from '../../../test/contract/stores.ts';
import { sqliteProblem } from '../../../test/sqlite-addon.ts';
import { type FaultCode, isFault } from '../../base/fault.ts';
import type { AntiSlashingConfig } from '../../config/config.ts';
import { createLog } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import type { MarkStore } from '../../protection/store.ts';
import { openMarkStore } from '../open-store.ts';
import { antiSlashingPlace } from '../store-place.ts';
import type { ProtectionSettings } from './anti-slashing.ts';
import { show } from './show-protection.ts';
import { drawLine } from './stop-at.ts';

const directory = await temporaryDirectory();
test.after(() => rmSync(directory, { recursive: true }));

const log = { level: 'error', format: 'text' } as const;
const { network, key } = ethereumLane(1);
const otherNetwork = `0x${root(0x4c)}`;
const backends = (await sqliteProblem()) === null ? (['file', 'sqlite'] as const) : (['file'] as const);

let places = 0;

function newPlace(backend: 'file' | 'sqlite'): AntiSlashingConfig {
  places += 1;
  const path = join(directory, `place-${places}`);
  if (backend === 'file') mkdirSync(path);
  return { backend, path };
}

async function open(antiSlashing: AntiSlashingConfig): Promise<MarkStore> {
  return await openMarkStore(antiSlashingPlace(antiSlashing), { log: createLog(log), metrics: new Metrics([]) });
}

/** A store that was used and closed. */
async function usedPlace(
  backend: 'file' | 'sqlite',
  use: (store: MarkStore) => Promise<unknown>,
): Promise<ProtectionSettings> {
  const antiSlashing = newPlace(backend);
  const store = await open(antiSlashing);
  await use(store);
  await store.end();
  return { log, ethereum: { antiSlashing } };
}

async function signed(store: MarkStore): Promise<void> {
  await store.advance(ethereumLane(1), mark(8n, { floor: 7n }));
  await store.advance(ethereumLane(2), mark(7n, { floor: 6n, root: root(0xbb) }));
  await store.advance(ethereumLane(1, 'block'), mark(299n));
}

type Order = Parameters<typeof drawLine>[1];

async function told(settings: ProtectionSettings, order: Order): Promise<string> {
  const lines: string[] = [];
  await drawLine(settings, order, (line) => lines.push(line));
  return lines.join('\n');
}

async function shown(settings: ProtectionSettings): Promise<string> {
  const lines: string[] = [];
  await show(settings, (line) => lines.push(line));
  return lines.join('\n');
}

async function stopsOf({ ethereum }: ProtectionSettings): Promise<unknown> {
  assert(ethereum !== null);
  const store = await open(ethereum.antiSlashing);
  const stops = await store.stops();
  await store.end();
  return stops;
}

async function refuses(asked: Promise<unknown>, code: FaultCode, words: RegExp): Promise<void> {
  await assert.rejects(asked, (error) => isFault(error, code) && words.test(error.message));
}

for (const backend of backends) {
  test(`${backend}: a line is drawn, moved, and taken away, and each time it is said what was and what is`, async () => {
    const settings = await usedPlace(backend, signed);
    const first = await told(settings, { slot: '300', epoch: '9' });
    assert.match(first, /was: no stop line\nnow: no block from slot 300 on, no attestation from target epoch 9 on/u);
    assert.match(first, /signed so far: blocks up to slot 299, attestations up to target epoch 8/u);
    assert(first.includes(network) && !first.includes('Warning'));
    assert.deepEqual(await stopsOf(settings), new Map([[network, { slot: 300n, epoch: 9n }]]));
    const lower = await told(settings, { slot: '299', epoch: '9' });
    assert.match(lower, /was: no block from slot 300 on/u);
    assert.match(lower, /Warning: this signer has signed at or above the line already/u);
    assert.match(await told(settings, { slot: '300', epoch: '8' }), /Warning/u);
    assert.match(await told(settings, { remove: true }), /now: no stop line/u);
    assert.deepEqual(await stopsOf(settings), new Map());
  });

  test(`${backend}: while a signer holds the store, the command says to stop it, and nothing changes`, async () => {
    const settings = await usedPlace(backend, signed);
    assert(settings.ethereum !== null);
    const running = await open(settings.ethereum.antiSlashing);
    const words = /signer is running and holds .*would not notice.*stop it, run this command, start it again/u;
    await refuses(told(settings, { slot: '300', epoch: '9' }), 'store_in_use', words);
    await refuses(shown(settings), 'store_in_use', words);
    assert.equal((await running.stops()).size, 0);
    assert.equal((await running.advance(ethereumLane(1), mark(9n, { floor: 8n }))).kind, 'advance');
    await running.end();
  });

  test(`${backend}: where no store is, none is made`, async () => {
    const antiSlashing = newPlace(backend);
    const settings = { log, ethereum: { antiSlashing } };
    await refuses(shown(settings), 'config_invalid', /there is no store at .* yet/u);
    await refuses(told(settings, { slot: '1', epoch: '1', network }), 'config_invalid', /there is no store/u);
    assert('path' in antiSlashing);
    assert(backend === 'sqlite' ? !existsSync(antiSlashing.path) : readdirSync(antiSlashing.path).length === 0);
  });

  test(`${backend}: show lists the store, its lines and its marks`, async () => {
    const settings = await usedPlace(backend, async (store) => {
      await signed(store);
      await store.raise(ethereumLane(3), mark(2n ** 64n - 1n, { root: null }));
      await store.close(ethereumLane(4, 'block'));
      await store.setStop(network, { slot: 300n, epoch: 9n });
    });
    const all = await shown(settings);
    assert.match(
      all,
      new RegExp(`^${backend} .*, store [0-9a-f-]{36}\nstop line of ${network}: no block from slot 300`, 'u'),
    );
    assert.match(all, new RegExp(`${key} +attestation +8 +7 +0x${root(0xaa)}`, 'u'));
    assert.match(all, new RegExp(`${key} +block +299 +- +0x${root(0xaa)}`, 'u'));
    assert.match(all, /attestation +18446744073709551615 +0 +not known/u);
    assert.match(all, /block \(closed\) +- +- +-/u);
  });
}

test('orders that are not clear are refused before the store is opened', async () => {
  const settings: ProtectionSettings = { log, ethereum: { antiSlashing: { backend: 'file', path: '/nowhere' } } };
  const unclear: readonly (readonly [Order, RegExp])[] = [
    [{}, /a stop line has two numbers: --slot for blocks and --epoch/u],
    [{ slot: '1' }, /two numbers/u],
    [{ epoch: '1' }, /two numbers/u],
    [{ remove: true, slot: '1' }, /--remove takes the whole line away/u],
    [{ remove: true, epoch: '1' }, /--remove/u],
  ];
  for (const [order, words] of unclear) await refuses(told(settings, order), 'config_invalid', words);
  for (const text of ['-1', '+1', ' 1', '1 ', '01', '1.0', '1e3', '0x10', '', '18446744073709551616', '١', 'latest']) {
    await refuses(told(settings, { slot: text, epoch: '1' }), 'config_invalid', /--slot: found/u);
    await refuses(told(settings, { slot: '1', epoch: text }), 'config_invalid', /--epoch: found/u);
  }
});

test('the whole of uint64 can be a line', async () => {
  const settings = await usedPlace('file', signed);
  await told(settings, { slot: '18446744073709551615', epoch: '0' });
  assert.deepEqual(await stopsOf(settings), new Map([[network, { slot: 2n ** 64n - 1n, epoch: 0n }]]));
});

test('which network is meant is never guessed', async () => {
  const line = { slot: '1', epoch: '1' };
  const empty = await usedPlace('file', async () => {});
  await refuses(told(empty, line), 'config_invalid', /no network yet; give --network/u);
  assert.match(await told(empty, { ...line, network: network.toUpperCase().replace('0X', '0x') }), /right genesis/u);
  const both = await usedPlace('file', async (store) => {
    await signed(store);
    await store.advance({ ...ethereumLane(1), network: otherNetwork }, mark(1n));
    await store.advance(tezosLane('a'), mark(1n));
  });
  await refuses(told(both, line), 'config_invalid', /which network is meant/u);
  await told(both, { ...line, network: otherNetwork });
  assert.deepEqual(await stopsOf(both), new Map([[otherNetwork, { slot: 1n, epoch: 1n }]]));
  for (const text of ['mainet', '0x12', network.slice(2), `${network}00`]) {
    await refuses(told(both, { ...line, network: text }), 'config_invalid', /--network: found/u);
  }
  await refuses(told(both, { ...line, network: 'ephemery' }), 'config_invalid', /another genesis validators root/u);
  assert.match(await told(both, { ...line, network: 'hoodi' }), /network 0x[0-9a-f]{64}/u);
  assert.match(await told(both, { ...line, network: `0x${root(0x4d)}` }), /nothing was signed for this network/u);
});

test('a store that keeps nothing takes no line, and without anti_slashing there is none', async () => {
  for (const backend of ['mem', 'noop'] as const) {
    const settings = { log, ethereum: { antiSlashing: { backend } } };
    await refuses(told(settings, { slot: '1', epoch: '1' }), 'config_invalid', /keeps nothing when the program stops/u);
    await refuses(shown(settings), 'config_invalid', /keeps nothing/u);
  }
  await refuses(shown({ log, ethereum: null }), 'config_invalid', /no anti_slashing/u);
});
