import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ScratchFolder } from '../../../test/support/signer-process.ts';
import { isFault } from '../../base/fault.ts';
import { writeWholeFile } from './whole-file.ts';

const folder = new ScratchFolder();
after(() => folder.remove());

const plain = { force: false };

async function* pieces(...all: readonly string[]): AsyncIterable<string> {
  yield* all;
}

async function* broken(): AsyncIterable<string> {
  yield 'half of it';
  throw new Error('the store is gone');
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: of the test`), { code });
}

test('the file is whole, and for its owner alone', async () => {
  const path = join(folder.path, 'whole');
  await writeWholeFile(path, pieces('a', 'b'), plain);
  assert.equal(readFileSync(path, 'utf8'), 'ab');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('what is there is replaced only when it is forced', async () => {
  const path = folder.write('mine', 'of the operator');
  await assert.rejects(
    writeWholeFile(path, pieces('new'), plain),
    (error) => isFault(error, 'config_invalid') && /--force/u.test(error.message),
  );
  assert.equal(readFileSync(path, 'utf8'), 'of the operator');
  await writeWholeFile(path, pieces('new'), { force: true });
  assert.equal(readFileSync(path, 'utf8'), 'new');
});

test('a file that comes while this one is written is not replaced', async () => {
  const path = join(folder.path, 'raced');
  const slow = async function* (): AsyncIterable<string> {
    yield 'ours';
    folder.write('raced', 'theirs');
  };
  await assert.rejects(writeWholeFile(path, slow(), plain), (error) => isFault(error, 'config_invalid'));
  assert.equal(readFileSync(path, 'utf8'), 'theirs');
});

test('what breaks off leaves nothing, and what was there stays', async () => {
  const path = folder.write('kept', 'of the operator');
  const before = readdirSync(folder.path);
  await assert.rejects(writeWholeFile(path, broken(), { force: true }), /the store is gone/u);
  await assert.rejects(writeWholeFile(join(folder.path, 'never'), broken(), plain), /the store is gone/u);
  assert.equal(readFileSync(path, 'utf8'), 'of the operator');
  assert.deepEqual(readdirSync(folder.path), before);
});

for (const failing of ['writeFile', 'sync', 'close'] as const) {
  test(`row 155: a disk that is full at ${failing} leaves nothing, and the target as it was`, async () => {
    const path = folder.write('full', 'of the operator');
    const before = readdirSync(folder.path);
    const openFile = async (building: string) => {
      const handle = await open(building, 'wx', 0o600);
      const call = async (name: typeof failing, use: () => Promise<void>): Promise<void> => {
        if (name === 'close' || name !== failing) await use();
        if (name === failing) throw systemError('ENOSPC');
      };
      return {
        writeFile: async (data: string) => await call('writeFile', async () => await handle.writeFile(data)),
        sync: async () => await call('sync', async () => await handle.sync()),
        close: async () => await call('close', async () => await handle.close()),
      };
    };
    await assert.rejects(
      writeWholeFile(path, pieces('new'), { force: true, openFile }),
      (error) => isFault(error, 'config_invalid') && /ENOSPC.*nothing was left/u.test(error.message),
    );
    assert.equal(readFileSync(path, 'utf8'), 'of the operator');
    assert.deepEqual(readdirSync(folder.path), before);
  });
}

test('a folder that is not there is named', async () => {
  await assert.rejects(
    writeWholeFile('/nowhere/at/all', pieces('x'), plain),
    (error) => isFault(error, 'config_invalid') && /\/nowhere\/at\/all.*ENOENT/u.test(error.message),
  );
});
