import assert from 'node:assert/strict';
import { chmodSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { Fault, isFault } from '../../src/base/fault.ts';
import { idsOf, rawDescriptor, validatorKey } from '../support/ethereum-keys.ts';
import { KeyBench } from './key-bench.ts';

let bench: KeyBench;
beforeEach(() => (bench = new KeyBench()));
afterEach(async () => await bench.end());

const yaml = (...descriptors: readonly string[]) => descriptors.map((text) => `---\n${text}`).join('');

test('a reload opens what changed and nothing else', async () => {
  const [a, b, c, d, e] = Array.from({ length: 5 }, validatorKey);
  assert.ok(a && b && c && d && e);
  bench.write('keys/a.yaml', rawDescriptor(a));
  bench.write('keys/b.yaml', rawDescriptor(b));
  bench.write('keys/bad.yaml', 'type: nothing\n');
  bench.writeKeystore('c', c);
  await bench.keys.load();
  assert.deepEqual(await bench.reload(), []);
  assert.deepEqual(bench.told.summaries.at(-1), { found: 4, added: 0, unchanged: 3, removed: 0, failed: 1, ms: 0 });
  const version = bench.keyring.version;

  bench.write('keys/new.yaml', rawDescriptor(d));
  assert.deepEqual(await bench.reload(), ['keys/new.yaml']);
  assert.deepEqual(bench.ids, idsOf(a, b, c, d));

  rmSync(bench.path('keys/b.yaml'));
  assert.deepEqual(await bench.reload(), []);
  assert.deepEqual(bench.ids, idsOf(a, c, d));

  bench.write('keys/a.yaml', yaml(rawDescriptor(e), rawDescriptor(a)));
  assert.deepEqual(await bench.reload(), ['keys/a.yaml']);
  assert.deepEqual(bench.told.summaries.at(-1), { found: 5, added: 1, unchanged: 3, removed: 0, failed: 1, ms: 0 });

  bench.writeKeystore('c', b, 'another');
  rmSync(bench.path('keys/bad.yaml'));
  assert.deepEqual(await bench.reload(), ['keys/c.json', 'keys/c.txt', 'keys/c.yaml']);
  assert.deepEqual(bench.ids, idsOf(a, b, d, e));
  assert.equal(bench.keys.state, 'completed');
  assert.ok(bench.keyring.version > version);
});

test('of a keystore whose password alone changed, only these two are opened; it is told wrong and its key leaves', async () => {
  const [a, b] = [validatorKey(), validatorKey()];
  bench.writeKeystore('a', a);
  bench.writeKeystore('b', b);
  await bench.keys.load();
  bench.write('keys/a.txt', 'wrong');
  assert.deepEqual(await bench.reload(), ['keys/a.json', 'keys/a.txt']);
  assert.deepEqual(bench.ids, idsOf(b));
  assert.deepEqual(await bench.reload(), [], 'what failed for good is not tried again');
  assert.equal(bench.told.failures.length, 2, 'but told again');
  bench.write('keys/a.txt', 'hunter2');
  await bench.reload();
  assert.deepEqual(bench.ids, idsOf(a, b));
});

test('a file whose mode was mended is read again, and one that moved loses nothing', async () => {
  const [a, b] = [validatorKey(), validatorKey()];
  bench.write('keys/a.yaml', rawDescriptor(a), 0o644);
  bench.write('keys/b.yaml', rawDescriptor(b));
  await bench.keys.load();
  assert.deepEqual(bench.ids, idsOf(b));
  chmodSync(bench.path('keys/a.yaml'), 0o600);
  renameSync(bench.path('keys/b.yaml'), bench.path('keys/c.yaml'));
  const { version } = bench.keyring;
  await bench.reload();
  assert.deepEqual(bench.ids, idsOf(a, b));
  assert.equal(bench.keyring.version, version + 1, 'b never left');
  assert.deepEqual(bench.told.twice, []);
});

test('files that cannot be read for now keep their keys, and are tried again', async () => {
  const [a, b] = [validatorKey(), validatorKey()];
  const raw = bench.write('keys/a.yaml', rawDescriptor(a));
  bench.writeKeystore('b', b);
  await bench.keys.load();
  const io = new Fault('vault_invalid', 'cannot be read (EIO)');
  bench.files.failing.set(raw, io).set(bench.path('keys/b.json'), io);
  await bench.reload();
  assert.deepEqual(bench.ids, idsOf(a, b));
  assert.equal(bench.keys.state, 'completed_with_errors');
  assert.equal(bench.keys.groups[0]?.errorCount, 2);
  bench.files.failing.clear();
  assert.deepEqual(await bench.reload(), ['keys/a.yaml', 'keys/b.json', 'keys/b.txt']);
  assert.deepEqual(bench.ids, idsOf(a, b));
  assert.equal(bench.keys.state, 'completed');
});

test('a missing folder stops the first load; at a reload it fails and takes no key away', async () => {
  const key = validatorKey();
  renameSync(bench.path('keys'), bench.path('elsewhere'));
  await assert.rejects(
    bench.keys.load(),
    (error) => isFault(error, 'vault_invalid') && error.message.endsWith('keys does not exist'),
  );
  renameSync(bench.path('elsewhere'), bench.path('keys'));
  bench.write('keys/a.yaml', rawDescriptor(key));
  await bench.keys.load();
  renameSync(bench.path('keys'), bench.path('elsewhere'));
  await bench.reload();
  assert.equal(bench.keys.state, 'failed');
  assert.match(bench.keys.lastError ?? '', /keys does not exist$/u);
  assert.deepEqual(bench.ids, [key.id]);
});

test('symbolic links are followed, as Kubernetes mounts its files', async () => {
  const key = validatorKey();
  bench.write('..data-1/a.yaml', rawDescriptor(key));
  symlinkSync(bench.path('..data-1/a.yaml'), bench.path('keys/a.yaml'));
  await bench.keys.load();
  assert.deepEqual(bench.ids, [key.id]);
  const next = validatorKey();
  bench.write('..data-1/a.yaml', rawDescriptor(next));
  assert.deepEqual(await bench.reload(), ['keys/a.yaml']);
  assert.deepEqual(bench.ids, [next.id]);
});

test('a key that the signer could not take for now leaves the one before it where it is', async () => {
  const [a, b] = [validatorKey(), validatorKey()];
  bench.writeKeystore('a', a);
  await bench.keys.load();
  bench.writeKeystore('a', b);
  const { signer } = bench;
  const load = signer.load.bind(signer);
  signer.load = () => Promise.reject(new Fault('internal', 'a signing thread died'));
  await bench.reload();
  assert.deepEqual(bench.ids, [a.id]);
  signer.load = load;
  assert.deepEqual(await bench.reload(), ['keys/a.json', 'keys/a.txt']);
  assert.deepEqual(bench.ids, [b.id]);
});
