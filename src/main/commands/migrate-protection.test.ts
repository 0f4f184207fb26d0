import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ethereumLane, mark, root, tezosLane } from '../../../test/contract/samples.ts';
import { temporaryDirectory } from '../../../test/contract/stores.ts';
import { sqliteProblem } from '../../../test/sqlite-addon.ts';
import { isFault } from '../../base/fault.ts';
import { loadConfig } from '../../config/load-config.ts';
import { createLog } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import { laneId } from '../../protection/lane.ts';
import type { LaneRecord, MarkStore } from '../../protection/store.ts';
import { MemoryStore } from '../../stores/memory/memory-store.ts';
import { Migration } from '../migration/migration.ts';
import { openMarkStore } from '../open-store.ts';
import type { StorePlace } from '../store-place.ts';
import { migrate, type MigrateOptions } from './migrate-protection.ts';

const directory = await temporaryDirectory();
test.after(() => rmSync(directory, { recursive: true }));

const log = createLog({ level: 'error', format: 'text' });
const backends = (await sqliteProblem()) === null ? (['file', 'sqlite'] as const) : (['file'] as const);
const cli = new URL('../cli.js', import.meta.url).pathname;
let places = 0;

type Place = Extract<StorePlace, { backend: 'file' | 'sqlite' }>;

function newPlace(backend: 'file' | 'sqlite'): Place {
  places += 1;
  const path = join(directory, `place-${places}`);
  if (backend === 'sqlite') return { backend, path };
  mkdirSync(path);
  return { backend, folder: path, setting: 'base_dir' };
}

function specOf(place: Place): string {
  return place.backend === 'sqlite' ? `sqlite:${place.path}` : `file:${place.folder}`;
}

async function using<T>(place: Place, use: (store: MarkStore) => Promise<T>): Promise<T> {
  const store = await openMarkStore(place, { log, metrics: new Metrics([]) });
  try {
    return await use(store);
  } finally {
    await store.end();
  }
}

/** Everything in a store, as text that can be compared. */
async function contentOf(place: Place): Promise<readonly string[]> {
  return await using(place, async (store) => {
    const lines: string[] = [];
    for await (const record of store.list()) lines.push(textOf(record));
    for (const [network, { slot, epoch }] of await store.stops()) lines.push(`${network} ${slot} ${epoch}`);
    return lines.toSorted((a, b) => (a < b ? -1 : 1));
  });
}

function textOf({ lane, mark: held, closed }: LaneRecord): string {
  const numbers = held === null ? '-' : `${held.height} ${held.round} ${held.floor} ${held.root}`;
  return `${laneId(lane)} ${numbers} ${closed}`;
}

async function told(options: Omit<MigrateOptions, 'config'>, configText = ''): Promise<string> {
  const lines: string[] = [];
  const read = (file: string | null) =>
    loadConfig({ file: file ?? 't.yaml', text: file === null ? configText : readFileSync(file, 'utf8'), env: {} });
  await migrate({ config: 't.yaml', ...options }, { read, log, print: (line) => lines.push(line) });
  return lines.join('\n');
}

async function fill(store: MarkStore): Promise<void> {
  await store.advance(ethereumLane(1), mark(8n, { floor: 7n, root: root(0xaa) }));
  await store.advance(ethereumLane(1, 'block'), mark(2n ** 64n - 1n));
  await store.advance(ethereumLane(2), mark(9n, { floor: 8n, root: root(0xbb) }));
  await store.close(ethereumLane(2));
  await store.close(ethereumLane(3));
  await store.advance(tezosLane('A'), mark(100n, { round: 3n, root: root(0xcc) }));
  await store.setStop(ethereumLane(1).network, { slot: 900n, epoch: 90n });
}

for (const source of backends) {
  for (const target of backends) {
    test(`everything goes from ${source} to ${target}, once, and a second time changes nothing`, async () => {
      const [from, to] = [newPlace(source), newPlace(target)];
      await using(from, fill);
      const options = { from: specOf(from), to: specOf(to) };
      const plan = await told(options);
      assert.match(plan, /lanes=5, to raise=4, stand as high already=1, to close=2, stop lines to draw=1/u);
      assert.match(plan, /Nothing was changed/u);
      assert.deepEqual(await contentOf(to), []);
      const done = await told({ ...options, yes: true });
      assert.match(done, /lanes=5, raised=4, stand as high already=1, closed=2, stop lines drawn=1/u);
      assert.deepEqual(await contentOf(to), await contentOf(from));
      const again = await told({ ...options, yes: true });
      assert.match(again, /raised=0, stand as high already=5, closed=0, stop lines drawn=0/u);
    });
  }
}

test('nothing is lowered, opened or let go further at the target', async () => {
  const [from, to] = [newPlace('file'), newPlace('file')];
  await using(from, fill);
  const { network } = ethereumLane(1);
  await using(to, async (store) => {
    await store.advance(ethereumLane(1), mark(20n, { floor: 19n, root: root(0xdd) }));
    await store.close(ethereumLane(1, 'block'));
    await store.setStop(network, { slot: 500n, epoch: 95n });
  });
  const text = await told({ from: specOf(from), to: specOf(to), yes: true, verbose: true });
  assert.match(text, /attestation: stands, \(20, 0, 19\)/u);
  await using(to, async (store) => {
    assert.deepEqual((await store.read(ethereumLane(1))).mark, mark(20n, { floor: 19n, root: root(0xdd) }));
    assert.equal((await store.read(ethereumLane(1, 'block'))).closed, true);
    assert.deepEqual((await store.stops()).get(network), { slot: 500n, epoch: 90n });
  });
});

test("Signatory's files of every version are taken over, with their old names, and stay as they were", async () => {
  const chain = 'NetXo5iVw1vBoxM';
  const [low, high] = ['tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf', 'tz1aKTCPZHZRzNBrucPp8WTiAMzaYh84NZkC'];
  const hash = 'vh2UEcdXfsAWcTP1omYSp1q54H5S2x3zqfr2YqAcZ2Neyjauix1K';
  const at = (level: number, round: number) => ({ level, round, hash });
  const versions = {
    watermark_v2: { [low]: { endorsement: at(34, 4), attestation: at(30, 0), block: at(35, 0) } },
    watermark_v1: { [low]: { level: 34, round: 4, order: 2, hash } },
    watermark: { endorsement: { [low]: at(34, 4) }, block: { [low]: at(35, 0) } },
  };
  for (const [folder, content] of Object.entries(versions)) {
    const place = newPlace('file');
    assert.ok(place.backend === 'file');
    mkdirSync(join(place.folder, folder));
    const file = join(place.folder, folder, `${chain}.json`);
    writeFileSync(file, JSON.stringify(content, null, 4));
    const before = readFileSync(file, 'utf8');
    const to = newPlace('file');
    await told({ from: `signatory:${place.folder}`, to: specOf(to), yes: true });
    await using(to, async (store) => {
      const lane = { chain: 'tezos', network: chain, key: low, duty: 'attestation' } as const;
      const held = (await store.read(lane)).mark;
      assert.deepEqual([held?.height, held?.round], [34n, 4n], folder);
      assert.equal((await store.read({ ...lane, key: high })).mark, null);
    });
    assert.deepEqual(readdirSync(place.folder), [folder]);
    assert.equal(readFileSync(file, 'utf8'), before);
  }
});

test('an end that is not there, or is both, or of the other chain, is refused before anything is made', async () => {
  const from = newPlace('file');
  await using(from, fill);
  const folder = join(directory, 'not-there');
  const wrong: readonly (readonly [from: string, to: string, message: RegExp])[] = [
    [`file:${folder}`, `sqlite:${folder}-too`, /there is no store at/u],
    [`signatory:${directory}`, `file:${folder}`, /has no watermarks/u],
    [specOf(from), specOf(from), /are the same store/u],
    ['marks', specOf(from), /--from: found "marks"; expected watermark or anti_slashing/u],
    [specOf(from), 'signatory:/x', /only read/u],
    ['watermark', 'anti_slashing', /--from is a store of tezos marks, and --to one of ethereum marks/u],
    [specOf(from), 'watermark@mem.yaml', /keeps nothing/u],
  ];
  writeFileSync(join(directory, 'mem.yaml'), 'watermark: { driver: mem }\n');
  const config = `base_dir: ${directory}\nanti_slashing: { backend: file, path: ${folder} }\n`;
  for (const [one, other, message] of wrong) {
    const to = other.replace('mem.yaml', join(directory, 'mem.yaml'));
    await assert.rejects(told({ from: one, to, yes: true }, config), (error) => {
      assert.ok(isFault(error, 'config_invalid'), String(error));
      assert.match(error.message, message);
      return true;
    });
  }
  assert.deepEqual([existsSync(folder), existsSync(`${folder}-too`)], [false, false]);
});

test('killed anywhere and begun again, it ends where it would have ended', async () => {
  const from = newPlace('file');
  await using(from, async (store) => {
    const claims = Array.from({ length: 3_000 }, (_, number) => ({
      lane: ethereumLane(number),
      next: mark(5n, { floor: 4n }),
    }));
    await store.advanceAll(claims);
    await fill(store);
  });
  const to = newPlace('file');
  const args = ['protection', 'migrate', '--from', specOf(from), '--to', specOf(to), '--yes'];
  let killed = 0;
  for (let round = 0; round < 8; round += 1) {
    const child = spawn(process.execPath, [cli, ...args], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), 150 + round * 60);
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    clearTimeout(timer);
    if (signal === 'SIGKILL') killed += 1;
  }
  assert.ok(killed > 0, 'none was killed in time');
  await told({ from: specOf(from), to: specOf(to), yes: true });
  assert.deepEqual(await contentOf(to), await contentOf(from));
});

test('a copy of a store that somebody made by hand is the same store', async () => {
  const [from, copy] = [newPlace('file'), newPlace('file')];
  await using(from, fill);
  assert.ok(copy.backend === 'file' && from.backend === 'file');
  cpSync(from.folder, copy.folder, { recursive: true });
  await assert.rejects(told({ from: specOf(from), to: specOf(copy), yes: true }), /the same store/u);
});

test('a target that did not keep what it was given is found out when it is read back', async () => {
  for (const broken of ['raise', 'close', 'setStop'] as const) {
    const [from, to] = [new MemoryStore(), new MemoryStore()];
    await fill(from);
    const forgets: MarkStore = new Proxy(to, {
      get: (store, name) => {
        const value: unknown = Reflect.get(store, name, store);
        if (name === broken) return async () => mark(0n);
        return typeof value === 'function' ? (value.bind(store) as unknown) : value;
      },
    });
    const migration = new Migration({ from, to: forgets, onLane: () => undefined });
    await migration.run();
    await assert.rejects(migration.verify(), (error) => isFault(error, 'store_failed'), broken);
  }
});
