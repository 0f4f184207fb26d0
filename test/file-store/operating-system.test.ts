import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import { ethereumLane, mark, rootOf, tezosLane } from '../contract/samples.ts';
import { nodeDisk } from '../../src/stores/file/node-disk.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';
import { listener } from './trace.ts';

async function withFolder(use: (baseDir: string) => Promise<void>): Promise<void> {
  const baseDir = mkdtempSync(join(tmpdir(), 'tidemark-file-'));
  try {
    await use(baseDir);
  } finally {
    rmSync(baseDir, { recursive: true });
  }
}

test('folders and files have the modes of Signatory, and nothing else ends in .json', async () => {
  await withFolder(async (baseDir) => {
    const store = await FileStore.open({ baseDir, observer: listener() });
    await store.advance(tezosLane('a'), mark(5n));
    await store.advance(ethereumLane(1), mark(5n));
    await store.end();
    const modeOf = (path: string) => statSync(join(baseDir, path)).mode & 0o777;
    const umask = process.umask();
    assert.equal(modeOf('watermark_v2'), 0o750 & ~umask);
    assert.equal(modeOf('protection'), 0o700 & ~umask);
    assert.deepEqual(readdirSync(join(baseDir, 'watermark_v2')), ['NetXdQprcVkpaWU.json']);
    assert.equal(modeOf('watermark_v2/NetXdQprcVkpaWU.json'), 0o600);
    for (const name of readdirSync(join(baseDir, 'protection')))
      assert.equal(modeOf(`protection/${name}`), 0o600, name);
  });
});

test('a file is written byte for byte as Signatory writes it', async () => {
  await withFolder(async (baseDir) => {
    const store = await FileStore.open({ baseDir, observer: listener() });
    const { network, key } = tezosLane('a');
    await store.advance(
      tezosLane('a'),
      mark(34n, { round: 4n, root: '60d7fca25174c6be7936374e378df2669aa5281960adb87ec9c449ce4de70d3d' }),
    );
    const record =
      '{\n            "level": 34,\n            "round": 4,\n            "hash": "vh2QmrcNURnrNwT5HEJv6ZA8n2gfw1MzThoBHK7dgyJsjHmVJhvj"\n        }';
    const text = readFileSync(join(baseDir, 'watermark_v2', `${network}.json`), 'utf8');
    assert.equal(text, `{\n    "${key}": {\n        "block": ${record}\n    }\n}`);
    await store.end();
  });
});

test('whoever reads a file while it is written finds it whole, and never lower than before', async () => {
  await withFolder(async (baseDir) => {
    const store = await FileStore.open({ baseDir, observer: listener() });
    const lanes = [tezosLane('a'), tezosLane('b', 'preattestation')];
    for (const lane of lanes) await store.advance(lane, mark(0n));
    const path = join(baseDir, 'watermark_v2', 'NetXdQprcVkpaWU.json');
    const acknowledged = lanes.map(() => 0);
    let reads = 0;
    const look = () => {
      const seen = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, { level: number }>>;
      for (const [index, { key, duty }] of lanes.entries()) {
        const level = seen[key]?.[duty]?.level ?? -1;
        assert(level >= (acknowledged[index] ?? 0), `${duty}: ${level} was answered for and is not there`);
      }
      reads += 1;
    };
    const load = lanes.map(async (lane, index) => {
      for (let height = 1; height <= 250; height += 1) {
        await store.advance(lane, mark(BigInt(height), { root: rootOf(height) }));
        acknowledged[index] = height;
        look();
      }
    });
    const reader = setInterval(look, 1);
    await Promise.all(load);
    clearInterval(reader);
    assert(reads >= 500);
    await store.end();
  });
});

test('a second store on the directory is refused, in this process too, and the holder is named', async () => {
  await withFolder(async (baseDir) => {
    const store = await FileStore.open({ baseDir, observer: listener() });
    // Twice: an attempt that was turned away must not take the lock with it.
    for (const _ of [1, 2]) {
      await assert.rejects(FileStore.open({ baseDir, observer: listener() }), (error) => {
        assert(isFault(error, 'store_in_use'));
        assert.equal(error.facts['pid'], process.pid);
        assert(error.message.includes(join(baseDir, 'protection', 'lock')));
        return true;
      });
    }
    assert.equal((await store.advance(tezosLane('a'), mark(1n))).kind, 'advance', 'the first goes on');
    await store.end();
    await (await FileStore.open({ baseDir, observer: listener() })).end();
  });
});

test('a symbolic link in the place of a folder or a file stops the start', async () => {
  for (const link of ['watermark_v2', 'protection', 'watermark_v2/NetXdQprcVkpaWU.json']) {
    await withFolder(async (baseDir) => {
      mkdirSync(join(baseDir, 'elsewhere'));
      writeFileSync(join(baseDir, 'elsewhere', 'file'), '{}');
      if (link.includes('/')) mkdirSync(join(baseDir, 'watermark_v2'));
      symlinkSync(join(baseDir, 'elsewhere', link.includes('/') ? 'file' : ''), join(baseDir, link));
      const refused = (error: unknown) => isFault(error, link.includes('/') ? 'store_corrupt' : 'config_invalid');
      await assert.rejects(FileStore.open({ baseDir, observer: listener() }), refused);
    });
  }
});

test('base_dir itself may be a symbolic link', async () => {
  await withFolder(async (folder) => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    await (await FileStore.open({ baseDir: join(folder, 'link'), observer: listener() })).end();
    assert.deepEqual(readdirSync(join(folder, 'real')).toSorted(), ['protection', 'watermark_v2']);
  });
});

test('a directory that this user may not write is a matter of configuration', async () => {
  await withFolder(async (baseDir) => {
    // The system's own words; root, as whom these tests may run, never hears them.
    const denied = async () => await Promise.reject(Object.assign(new Error('permission denied'), { code: 'EACCES' }));
    const disk = { ...nodeDisk, makeFolder: denied };
    await assert.rejects(FileStore.open({ baseDir, observer: listener(), disk }), (error) =>
      isFault(error, 'config_invalid'),
    );
  });
});
