import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { Guard } from '../../src/protection/guard.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { idsOf, keystoreDescriptor, rawDescriptor, sealKeystore, validatorKey } from '../support/ethereum-keys.ts';
import { KeyBench } from './key-bench.ts';
import type { KeyPlaces } from '../../src/keys/filesystem/key-inventory.ts';

let bench: KeyBench;
afterEach(async () => await bench.end());

function benchOf(places?: Partial<KeyPlaces>): KeyBench {
  bench = new KeyBench(places);
  return bench;
}

const yaml = (...descriptors: readonly string[]) => descriptors.map((text) => `---\n${text}`).join('');

test('descriptors of both types are loaded, one or several in a file, whatever the files are called', async () => {
  benchOf();
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, validatorKey);
  assert.ok(a && b && c && d && e && f);
  bench.write('keys/anything.yml', rawDescriptor(a));
  bench.write('keys/many.YAML', yaml(rawDescriptor(b), `# a comment\n${rawDescriptor(c)}`, '\n'));
  bench.writeKeystore('sealed', d);
  bench.write('keys/plain.yaml', `type: file-raw\r\nprivateKey: 0x${e.secretHex.toUpperCase()} # unquoted\r\n`);
  bench.write('keys/flow.yaml', `{type: file-raw, keyType: 'BLS', privateKey: ${f.secretHex}}`);
  bench.write('keys/.hidden.yaml', 'not looked at');
  bench.write('keys/notes.txt', 'not looked at');
  mkdirSync(bench.path('keys/folder'));
  await bench.keys.load();
  assert.deepEqual(bench.told.failures, []);
  assert.deepEqual(bench.ids, idsOf(a, b, c, d, e, f));
  assert.equal(bench.keys.state, 'completed');
  assert.equal(bench.keys.lastError, null);
  assert.deepEqual(bench.keys.groups, [
    { id: 'config-files-loading', keysLoaded: 6, errorCount: 0 },
    { id: 'keystores-bulk-loading', keysLoaded: 0, errorCount: 0 },
  ]);
  assert.deepEqual(bench.told.weak.length, 1);
  assert.deepEqual(bench.told.summaries, [{ found: 6, added: 6, unchanged: 0, removed: 0, failed: 0, ms: 0 }]);
});

test('keys of digits alone, which YAML takes for a number, are read as they are written', async () => {
  benchOf();
  const secretHex = '12'.repeat(32);
  bench.write('keys/a.yaml', `type: file-raw\nprivateKey: ${secretHex}\n`);
  bench.write('keys/b.yaml', `{type: file-raw, privateKey: ${'21'.repeat(32)}}\n`);
  await bench.keys.load();
  assert.deepEqual(bench.told.failures, []);
  assert.equal(bench.keyring.size, 2);
});

test('bulk folders take each keystore with its own password, or all with one', async () => {
  const scratch = benchOf().scratch.path;
  await bench.end();
  const folder = (name: string) => `${scratch}/${name}`;
  benchOf({
    paths: [],
    keystores: [
      { path: folder('own'), passwords: { kind: 'folder', path: folder('passwords') } },
      { path: folder('shared'), passwords: { kind: 'file', path: folder('password.txt') } },
    ],
  });
  const [a, b, c, d] = Array.from({ length: 4 }, validatorKey);
  assert.ok(a && b && c && d);
  const writeIn = (name: string, content: string | object) => {
    bench.write(`../${scratch.split('/').at(-1)}/${name}`, content);
  };
  writeIn('own/one.json', sealKeystore({ secret: a.secret, password: 'first' }));
  writeIn('own/two.json', sealKeystore({ secret: b.secret, password: 'second' }));
  writeIn('passwords/one.txt', 'first');
  writeIn('passwords/two.txt', 'second\r\n');
  writeIn('own/deposit_data-1.json', []);
  writeIn('shared/x.json', sealKeystore({ secret: c.secret, password: 'all' }));
  writeIn('shared/y.JSON', sealKeystore({ secret: d.secret, password: 'other' }));
  writeIn('password.txt', 'all\n');
  await bench.keys.load();
  rmSync(scratch, { recursive: true });
  assert.deepEqual(bench.ids, idsOf(a, b, c));
  assert.deepEqual(
    bench.told.failures.map(({ place, fault }) => [place, fault.code]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    [
      [folder('own/deposit_data-1.json'), 'keystore_invalid'],
      [folder('shared/y.JSON'), 'password_wrong'],
    ],
  );
  assert.equal(bench.keys.state, 'completed_with_errors');
  assert.match(bench.keys.lastError ?? '', /^2 of 5 entries could not be loaded; the first: /u);
  assert.deepEqual(bench.keys.groups[1], { id: 'keystores-bulk-loading', keysLoaded: 3, errorCount: 2 });
});

interface BadRow {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly says: RegExp;
  readonly mode?: number;
}

const good = validatorKey();
const badRows: readonly BadRow[] = [
  { name: 'empty', content: '', says: /is empty/u },
  { name: 'comments', content: '# nothing\n---\n', says: /is empty/u },
  { name: 'text', content: 'hunter2', says: /not a map/u },
  { name: 'list', content: '- hunter2', says: /not a map/u },
  { name: 'not YAML', content: 'type: "file-raw\n', says: /line \d: this is not valid YAML/u },
  { name: 'not UTF-8', content: Uint8Array.of(0x61, 0xff), says: /not UTF-8/u },
  {
    name: 'anchor',
    content: `type: &a file-raw\nprivateKey: ${good.secretHex}\n`,
    says: /line 1: this is not of the form/u,
  },
  { name: 'tag', content: `type: !x file-raw\n`, says: /not valid YAML|not of the form/u },
  { name: 'alias', content: 'type: &a x\nkeyType: *a\n', says: /not of the form/u },
  { name: 'merge key', content: `<<: {a: b}\n`, says: /not of the form/u },
  {
    name: 'twice',
    content: `type: file-raw\ntype: file-raw\n`,
    says: /line 2: this is not valid YAML \(DUPLICATE_KEY\)/u,
  },
  { name: 'no type', content: `privateKey: ${good.secretHex}\n`, says: /"type" is missing/u },
  {
    name: 'hashicorp',
    content: 'type: hashicorp\n',
    says: /type "hashicorp" are not built: file-raw and file-keystore/u,
  },
  {
    name: 'typing error',
    content: `type: file-raw\nprivatekey: ${good.secretHex}\n`,
    says: /"privatekey" is not understood here; this type has type, keyType, privateKey/u,
  },
  { name: 'secret as name', content: `type: file-raw\n${'f'.repeat(30)}: x\n`, says: /^with a strange name is not/u },
  {
    name: 'SECP256K1',
    content: `type: file-raw\nkeyType: SECP256K1\nprivateKey: ${good.secretHex}\n`,
    says: /"SECP256K1" are not built/u,
  },
  { name: 'no key', content: 'type: file-raw\n', says: /"privateKey" is missing/u },
  {
    name: '63 digits',
    content: `type: file-raw\nprivateKey: ${good.secretHex.slice(1)}\n`,
    says: /not 64 hex digits/u,
  },
  { name: '65 digits', content: `type: file-raw\nprivateKey: ${good.secretHex}0\n`, says: /not 64 hex digits/u },
  { name: 'zero', content: `type: file-raw\nprivateKey: ${'0'.repeat(64)}\n`, says: /no secret key of the curve/u },
  {
    name: 'order',
    content: `type: file-raw\nprivateKey: 73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001\n`,
    says: /no secret key/u,
  },
  {
    name: 'open to all',
    content: rawDescriptor(good),
    mode: 0o644,
    says: /open to every user of this machine \(mode 0644\)/u,
  },
  { name: 'no keystore named', content: 'type: file-keystore\n', says: /"keystoreFile" is missing/u },
  {
    name: 'keystore missing',
    content: keystoreDescriptor('none.json', 'none.txt'),
    says: /none\.json does not exist/u,
  },
  {
    name: 'password missing',
    content: keystoreDescriptor('../right.json', 'none.txt'),
    says: /none\.txt does not exist/u,
  },
  {
    name: 'password wrong',
    content: keystoreDescriptor('../right.json', '../wrong.txt'),
    says: /does not open this keystore/u,
  },
  {
    name: 'password empty',
    content: keystoreDescriptor('../right.json', '../empty.txt'),
    says: /the password is empty/u,
  },
  { name: 'password long', content: keystoreDescriptor('../right.json', '../long.txt'), says: /longer than 1024/u },
  { name: 'password endless', content: keystoreDescriptor('../right.json', '../longer.txt'), says: /longer than/u },
  {
    name: 'password of two lines',
    content: keystoreDescriptor('../right.json', '../lines.txt'),
    says: /more than one line/u,
  },
  {
    name: 'password open to all',
    content: keystoreDescriptor('../right.json', '../open.txt'),
    says: /open to every user/u,
  },
  {
    name: 'another public key',
    content: keystoreDescriptor('../mismatch.json', '../right.txt'),
    says: /another public key/u,
  },
  { name: 'keystore a folder', content: keystoreDescriptor('..', '../right.txt'), says: /not a regular file/u },
];

test('every bad file is named with its reason, tells no secret, and stops none of the others', async () => {
  benchOf();
  const [sealed, mate] = [validatorKey(), validatorKey()];
  bench.write('right.json', sealKeystore({ secret: sealed.secret, password: 'hunter2' }));
  bench.write('mismatch.json', sealKeystore({ secret: sealed.secret, password: 'hunter2', pubkey: mate.id.slice(2) }));
  bench.write('right.txt', 'hunter2');
  bench.write('wrong.txt', 'hunter3');
  bench.write('empty.txt', '\n');
  bench.write('long.txt', 'x'.repeat(1025));
  bench.write('longer.txt', 'x'.repeat(10_240));
  bench.write('lines.txt', 'hunter2\nhunter2\n');
  bench.write('open.txt', 'hunter2', 0o644);
  for (const [index, { content, mode }] of badRows.entries()) bench.write(`keys/${index}.yaml`, content, mode);
  bench.write('keys/z-good.yaml', rawDescriptor(mate));
  await bench.keys.load();
  assert.deepEqual(bench.ids, idsOf(mate));
  for (const [index, { name, says }] of badRows.entries()) {
    const path = bench.path(`keys/${index}.yaml`);
    const failure = bench.told.failures.find(({ place }) => place === path);
    assert.ok(failure !== undefined, name);
    assert.match(failure.fault.message, says, name);
    for (const secret of ['hunter', good.secretHex.slice(0, 40)])
      assert.ok(!failure.fault.message.includes(secret), name);
  }
  assert.equal(bench.told.failures.length, badRows.length);
  assert.equal(bench.keys.groups[0]?.errorCount, badRows.length);
});

test('a bad entry of a file is named by its number, and its neighbours are loaded', async () => {
  benchOf();
  const [a, b] = [validatorKey(), validatorKey()];
  bench.write('keys/a.yaml', yaml(rawDescriptor(a), 'type: file-raw\n', rawDescriptor(b)));
  await bench.keys.load();
  assert.deepEqual(bench.ids, idsOf(a, b));
  assert.deepEqual(
    bench.told.failures.map(({ place }) => place),
    [`${bench.path('keys/a.yaml')}, entry 2`],
  );
});

test('the same key in two places is loaded once and told, and stays until the last of them is gone', async () => {
  benchOf();
  const key = validatorKey();
  bench.write('keys/a.yaml', rawDescriptor(key));
  bench.write('keys/b.yaml', yaml(rawDescriptor(key), rawDescriptor(key)));
  bench.writeKeystore('c', key);
  await bench.keys.load();
  assert.deepEqual(bench.told.loaded, [key.id]);
  assert.deepEqual(bench.told.twice, [key.id, key.id, key.id]);
  assert.equal(bench.keys.groups[0]?.keysLoaded, 1);
  for (const name of ['a.yaml', 'b.yaml']) {
    rmSync(bench.path(`keys/${name}`));
    await bench.reload();
    assert.deepEqual(bench.ids, [key.id], name);
    assert.equal(bench.keys.groups[0]?.keysLoaded, 1);
  }
  rmSync(bench.path('keys/c.yaml'));
  await bench.reload();
  assert.deepEqual(bench.ids, []);
  assert.deepEqual(bench.told.removed, [key.id]);
});

test('while a load runs another one is refused, and keys that are there sign', async () => {
  benchOf();
  const [raw, sealed] = [validatorKey(), validatorKey()];
  bench.write('keys/a.yaml', rawDescriptor(raw));
  await bench.keys.load();
  bench.write('keys/s.json', sealKeystore({ secret: sealed.secret, password: 'hunter2', kdf: { n: 2 ** 15 } }));
  bench.write('keys/s.txt', 'hunter2');
  bench.write('keys/s.yaml', keystoreDescriptor('s.json', 's.txt'));
  assert.equal(bench.keys.reload(), true);
  assert.equal(bench.keys.reload(), false);
  const key = bench.keyring.find(raw.id);
  assert.ok(key !== null);
  const guard = new Guard({ store: new MemoryStore(), allowRepeat: true, heightJumpMax: null, stops: new Map() });
  const message = new Uint8Array(32).fill(7);
  const intent = { kind: 'free', key: raw.id, root: '07'.repeat(32), message } as const;
  const admission = await guard.admit(intent, { deterministic: true });
  assert.equal(admission.kind, 'granted');
  assert.equal((await key.sign(admission.permit)).length, 96);
  assert.equal(bench.keys.state, 'running');
  await bench.keys.settled();
  assert.deepEqual(bench.ids, idsOf(raw, sealed));
});

test('progress is told while keys arrive, and the end ends a load in its middle', async () => {
  benchOf();
  for (let index = 0; index < 6; index += 1) bench.write(`keys/${index}.yaml`, rawDescriptor(validatorKey()));
  const { keyring } = bench;
  const add = keyring.add.bind(keyring);
  keyring.add = (key) => {
    bench.time += 2_000;
    return add(key);
  };
  await bench.keys.load();
  assert.ok(bench.told.counts.length > 0);
  for (const { found, loaded, failed, remaining } of bench.told.counts)
    assert.equal(found, loaded + failed + remaining);

  for (let index = 0; index < 6; index += 1) {
    const { secret } = validatorKey();
    bench.write(`keys/k${index}.json`, sealKeystore({ secret, password: 'p', kdf: { n: 2 ** 15 } }));
    bench.write(`keys/k${index}.yaml`, keystoreDescriptor(`k${index}.json`, 'p.txt'));
  }
  bench.write('keys/p.txt', 'p');
  assert.equal(bench.keys.reload(), true);
  await bench.keys.end();
  assert.equal(bench.keys.state, 'failed');
  assert.equal(bench.keys.reload(), false);
  assert.ok(bench.keyring.size < 12);
});
