import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Networks } from '../../src/ethereum/networks.ts';
import { checkInterchange } from '../../src/main/protection/import-check.ts';
import { importMarks } from '../../src/main/protection/import-marks.ts';
import { InterchangeFile } from '../../src/main/protection/interchange-file.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { ScratchFolder } from '../support/signer-process.ts';
import { sampleNetwork, sampleRoot } from './file-of.ts';

const votesOfLong = 600_000;
const entries = 1_400;
const votesOfShort = 700;
const growthMax = 150 * 1024 * 1024;

/** One key with a history of 80 MB, and more than a thousand with 100 KB each. */
function writeLarge(path: string): void {
  const descriptor = openSync(path, 'wx', 0o600);
  const metadata = { interchange_format_version: '5', genesis_validators_root: sampleRoot };
  writeSync(descriptor, `{"metadata":${JSON.stringify(metadata)},"data":[`);
  writeEntry(descriptor, 1, votesOfLong);
  for (let key = 2; key < entries + 2; key += 1) {
    writeSync(descriptor, ',\n');
    writeEntry(descriptor, key, votesOfShort);
  }
  writeSync(descriptor, ']}');
  closeSync(descriptor);
}

function writeEntry(descriptor: number, key: number, votes: number): void {
  writeSync(
    descriptor,
    `{"pubkey":"0x${key.toString(16).padStart(96, '0')}","signed_blocks":[],"signed_attestations":[`,
  );
  for (let from = 0; from < votes; from += 1_000) {
    const epochs = Array.from({ length: Math.min(1_000, votes - from) }, (_, index) => from + index);
    const root = `0x${'5a'.repeat(32)}`;
    const texts = epochs.map(
      (epoch) => `{"source_epoch":"${epoch}","target_epoch":"${epoch + 1}","signing_root":"${root}"}`,
    );
    writeSync(descriptor, (from === 0 ? '' : ',') + texts.join(','));
  }
  writeSync(descriptor, ']}');
}

test('a file of 200 MB is checked and imported in little memory, whether keys or histories make it long', async () => {
  const folder = new ScratchFolder();
  const path = join(folder.path, 'large.json');
  writeLarge(path);
  assert.ok(statSync(path).size > 200_000_000, `${statSync(path).size} bytes`);
  const file = await InterchangeFile.open(path);
  const store = new MemoryStore();
  const network = sampleNetwork();
  const before = process.memoryUsage.rss();
  let most = before;
  const stages = new Set<string>();
  const onProgress = ({ stage }: { readonly stage: string }): void => {
    stages.add(stage);
    most = Math.max(most, process.memoryUsage.rss());
  };
  try {
    const networks = new Networks({ served: [network], registrations: null });
    await checkInterchange(file, { networks, force: true, nowMs: () => 0, onProgress });
    const summary = await importMarks(file, { store, network, together: 64, onEntry: () => undefined, onProgress });
    assert.deepEqual([summary.keys, summary.marks, summary.slashable], [entries + 1, entries + 1, 0]);
    assert.deepEqual([...stages], ['checking', 'importing']);
    const growth = most - before;
    assert.ok(growth < growthMax, `${Math.round(growth / 1024 / 1024)} MiB more than before`);
  } finally {
    await file.end();
    folder.remove();
  }
});
