import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, isFault } from '../../src/base/fault.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { ethereumLane, mark, root, tezosLane } from '../contract/samples.ts';
import type { Gate } from './simulated-disk.ts';
import { SimulatedMachine } from './simulated-machine.ts';
import { baseDir, listener, newMachine, openOn } from './trace.ts';

const lane = tezosLane('a');
const chainPath = `${baseDir}/watermark_v2/${lane.network}.json`;

/** A machine whose store has signed level 35 on a Tezos lane and slot 35 on an Ethereum lane, and was shut down. */
async function used(): Promise<SimulatedMachine> {
  const machine = newMachine();
  const store = await openOn(machine);
  await store.advance(lane, mark(35n));
  await store.advance(ethereumLane(1), mark(35n));
  await store.end();
  return machine;
}

async function assertRefused(machine: SimulatedMachine, code: FaultCode, text: RegExp): Promise<void> {
  await assert.rejects(openOn(machine), (error) => {
    assert(isFault(error, code), String(error));
    assert.match(error.message, text);
    return true;
  });
}

async function use(machine: SimulatedMachine, look: (store: MarkStore) => Promise<void>): Promise<readonly string[]> {
  const observer = listener();
  const store = await openOn(machine, { observer });
  await look(store);
  await store.end();
  return observer.lines;
}

function text(machine: SimulatedMachine, path: string): string {
  return Buffer.from(machine.bytesOf(path)).toString();
}

test('a base_dir that is missing or is no directory is a matter of configuration', async () => {
  await assertRefused(new SimulatedMachine(), 'config_invalid', /base_dir \/base is not a directory .*create it/u);
  const machine = new SimulatedMachine();
  machine.put(baseDir, Buffer.from('x'));
  await assertRefused(machine, 'config_invalid', /not a directory/u);
});

test('a base_dir that this user cannot write is a matter of configuration, wherever that shows', async () => {
  for (const place of ['makeFolder', 'open create']) {
    for (const machine of [newMachine(), await used()]) {
      const gate: Gate = async ({ name }) => (name === place ? { errno: 'EACCES', effect: false } : 'done');
      if (place === 'makeFolder' && machine.find(chainPath) !== null) continue;
      await assert.rejects(
        openOn(machine, { gate }),
        (error) => isFault(error, 'config_invalid') && /give it to the user/u.test(error.message),
      );
    }
  }
});

test('a disk that is full at the start is told as that', async () => {
  const gate: Gate = async ({ name }) => (name === 'write' ? { errno: 'ENOSPC', effect: false } : 'done');
  await assert.rejects(openOn(newMachine(), { gate }), (error) => {
    return isFault(error, 'store_failed') && /the store in \/base does not open: ENOSPC/u.test(error.message);
  });
});

test('a file that is damaged stops the start, and stays as it is', async () => {
  const whole = text(await used(), chainPath);
  const twice = whole.replace('{\n', `{\n    "${lane.key}": {"block": {"level": 1}},\n`);
  const broken = [
    '',
    '{}',
    'null',
    '[]',
    `\ufeff${whole}`,
    `${whole}{}`,
    `${whole}x`,
    whole.replace('35', 'NaN'),
    whole.slice(0, -1),
    twice,
  ];
  for (const content of broken) {
    const machine = await used();
    machine.put(chainPath, Buffer.from(content));
    await assertRefused(machine, 'store_corrupt', /watermark_v2\/NetXdQprcVkpaWU\.json: .*byte \d+/u);
    assert.equal(text(machine, chainPath), content);
  }
});

test('a name that is no chain id stops the start; what is no .json file is left alone', async () => {
  const folder = `${baseDir}/watermark_v2`;
  for (const name of ['NetXdQprcVkpaWV.json', '.json', `${lane.key}.json`]) {
    const machine = await used();
    machine.put(`${folder}/${name}`, machine.bytesOf(chainPath));
    await assertRefused(machine, 'store_corrupt', /its name is not a chain id/u);
  }
  const machine = await used();
  machine.create(`${folder}/sub.json`, 'folder');
  for (const name of ['notes', 'watermark-notes', 'NetXdQprcVkpaWU.json.bak'])
    machine.put(`${folder}/${name}`, Buffer.from('x'));
  await use(machine, async (store) => void (await store.advance(lane, mark(36n))));
  for (const name of ['notes', 'watermark-notes', 'NetXdQprcVkpaWU.json.bak'])
    assert.equal(text(machine, `${folder}/${name}`), 'x');
});

test('files that were left half written are told, and removed after the first commit', async () => {
  const machine = await used();
  const leftover = `${baseDir}/watermark_v2/watermark123`;
  machine.put(leftover, Buffer.from('{'));
  const lines = await use(machine, async (store) => {
    assert(machine.find(leftover) !== null);
    await store.advance(lane, mark(36n));
    assert(machine.find(leftover) === null);
  });
  assert(lines.some((line) => /^warn: .*did not finish/u.test(line)));
});

test('what vanished stops the start: a mark that is gone is never a fresh one', async () => {
  const segment = (await used()).paths().find((path) => path.includes('journal-')) ?? '';
  for (const path of [chainPath, `${baseDir}/protection/marks`, segment]) {
    const machine = await used();
    machine.remove(path, 'file');
    await assertRefused(machine, 'store_corrupt', /is missing.*put it back/u);
  }
  const machine = await used();
  machine.rename(`${baseDir}/watermark_v2`, `${baseDir}/watermark`);
  await assertRefused(
    machine,
    'store_corrupt',
    /watermark_v2 is missing: this store keeps the marks of NetXdQprcVkpaWU there/u,
  );
});

test('a store that never signed anything may lose its empty journal', async () => {
  const machine = newMachine();
  await use(machine, async () => {});
  machine.remove(`${baseDir}/protection/marks`, 'file');
  await use(machine, async (store) =>
    assert.deepEqual(await store.read(ethereumLane(1)), { mark: null, closed: false }),
  );
});

test('a format of a newer release is refused as that', async () => {
  const machine = await used();
  const path = `${baseDir}/protection/marks`;
  const bytes = Buffer.from(machine.bytesOf(path));
  bytes.write('TMS2', 'latin1');
  const { crc32 } = await import('node:zlib');
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 252)), 252);
  machine.put(path, bytes);
  await assertRefused(machine, 'store_corrupt', /format TMS2, and this release reads TMS1: a newer release/u);
});

test('a level that rotted, a record that is gone, an older copy: the journal knows better, and the file is mended at once', async () => {
  const before = text(await used(), chainPath);
  const two = await used();
  await use(two, async (store) => void (await store.advance(tezosLane('b'), mark(40n))));
  const damages: readonly [SimulatedMachine, string][] = [
    [await used(), before.replace('35', '25')],
    [two, before],
  ];
  for (const [machine, content] of damages) {
    const whole = text(machine, chainPath);
    machine.put(chainPath, Buffer.from(content));
    const lines = await use(machine, async (store) => {
      assert.equal(text(machine, chainPath), whole);
      assert.equal((await store.advance(lane, mark(30n, { root: root(1) }))).kind, 'refused');
      assert.equal((await store.advance(lane, mark(35n))).kind, 'repeat');
    });
    assert(lines.some((line) => line.startsWith('warn: watermark files were behind the journal')));
  }
});

test('what Signatory signed in between counts, and is kept in the journal from then on', async () => {
  const machine = await used();
  const before = machine.bytesOf(chainPath);
  machine.put(chainPath, Buffer.from(text(machine, chainPath).replace('35', '50')));
  const lines = await use(machine, async (store) => assert.equal((await store.read(lane)).mark?.height, 50n));
  assert(!lines.some((line) => line.startsWith('warn')));
  machine.put(chainPath, before);
  await use(machine, async (store) => assert.equal((await store.read(lane)).mark?.height, 50n));
});

test('the same position with two digests repeats nothing', async () => {
  const machine = await used();
  const other = await used();
  await use(other, async (store) => void (await store.advance(lane, mark(36n, { root: root(1) }))));
  await use(machine, async (store) => void (await store.advance(lane, mark(36n, { root: root(2) }))));
  machine.put(chainPath, other.bytesOf(chainPath));
  await use(machine, async (store) => {
    for (const byte of [1, 2])
      assert.equal((await store.advance(lane, mark(36n, { root: root(byte) }))).kind, 'refused');
    assert.equal((await store.advance(lane, mark(37n))).kind, 'advance');
  });
});

test('reads and writes are counted', async () => {
  const machine = await used();
  const lines = await use(machine, async (store) => void (await store.advance(lane, mark(36n))));
  assert(lines.includes('read success') && lines.includes('write success'));
  machine.put(chainPath, Buffer.from('{'));
  const observer = listener();
  await assert.rejects(openOn(machine, { observer }));
  assert(observer.lines.includes('read error'));
});

test('a network file system is told', async () => {
  const machine = newMachine();
  machine.remote = true;
  const lines = await use(machine, async () => {});
  assert(lines.some((line) => /^warn: .*network file system/u.test(line)));
});
