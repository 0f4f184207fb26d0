import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileStore } from '../../src/stores/file/file-store.ts';
import { ethereumLane, mark, root } from '../contract/samples.ts';
import { note } from '../not-run.ts';
import { listener } from './trace.ts';

const keys = 100_000;
const duties = ['block', 'attestation'] as const;

test('100,000 keys with two lanes each are recorded, and found by the next process', async () => {
  const baseDir = await mkdtemp(join(tmpdir(), 'tidemark-file-'));
  const store = await FileStore.open({ baseDir, observer: listener() });
  for (let from = 0; from < keys; from += 5_000) {
    const lanes = Array.from({ length: 5_000 }, (_, index) =>
      duties.map((duty) => ethereumLane(from + index, duty)),
    ).flat();
    await store.advanceAll(lanes.map((lane) => ({ lane, next: mark(BigInt(from)) })));
  }
  await store.end();
  const started = performance.now();
  const again = await FileStore.open({ baseDir, observer: listener() });
  note(`file store: ${2 * keys} lanes opened in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  for (const key of [0, 1, 4_999, 5_000, 77_777, keys - 1]) {
    const height = BigInt(key - (key % 5_000));
    for (const duty of duties) {
      assert.equal((await again.advance(ethereumLane(key, duty), mark(height, { root: root(1) }))).kind, 'refused');
      assert.equal((await again.advance(ethereumLane(key, duty), mark(height))).kind, 'repeat');
    }
  }
  let listed = 0;
  for await (const { mark: held } of again.list()) listed += held === null ? 0 : 1;
  assert.equal(listed, 2 * keys);
  await again.end();
  await rm(baseDir, { recursive: true });
});
