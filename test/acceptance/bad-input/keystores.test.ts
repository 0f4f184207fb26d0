import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { attestationBody } from '../../support/ethereum-bodies.ts';
import { keystoreDescriptor, rawDescriptor, validatorKey, type ValidatorKey } from '../../support/ethereum-keys.ts';
import { signPath } from '../../support/ethereum-setup.ts';
import { eventually } from '../../support/eventually.ts';
import { type Answer, ScratchFolder, SignerProcess } from '../../support/signer-process.ts';
import { descriptorRows, keystoreRows } from './keystore-rows.ts';

/**
 * The catalogue's rows 85 to 92 against the running program: each keystore lies in a bulk folder, and once more, with
 * another key, where a descriptor names it. The bad ones are named in the log, counted and left out; all others sign.
 */
interface Entry {
  readonly name: string;
  readonly key: ValidatorKey;
  readonly code: string | null;
  /** The file or the entry that the log names. */
  readonly place: string;
}

interface HealthPage {
  readonly status: string;
  readonly checks: readonly { readonly id: string; readonly checks?: readonly GroupPage[] }[];
}

interface GroupPage {
  readonly id: string;
  readonly data: { readonly 'keys-loaded': number; readonly 'error-count': number };
}

const folder = new ScratchFolder();
const inFolder = (name: string): string => join(folder.path, name);
const good = validatorKey();
const bulk = keystoreRows.map((row, index) => writeRow(`bulk/k${index}`, `passwords/k${index}`, row));
const described = keystoreRows.map((row, index) => {
  const entry = writeRow(`sealed/k${index}`, `sealed/k${index}`, row);
  write(`keys/k${index}.yaml`, keystoreDescriptor(`../sealed/k${index}.json`, `../sealed/k${index}.txt`));
  return { ...entry, place: inFolder(`keys/k${index}.yaml`) };
});
const raws = descriptorRows.map(({ row, input, code, text }, index) => {
  const key = validatorKey();
  const place = write(`keys/raw${index}.yaml`, text(key.secretHex));
  return { name: `row ${row}: a descriptor with ${input}`, key, code, place };
});
const entries: readonly Entry[] = [...bulk, ...described, ...raws];
let signer: SignerProcess;

before(async () => {
  write('keys/good.yaml', rawDescriptor(good));
  signer = await SignerProcess.start(writeConfig());
  await eventually(async () => (await signer.get('/healthcheck')).status === 200, 'every file was looked at');
});

after(async () => {
  await signer.stop();
  folder.remove();
});

for (const { name, key, code, place } of entries) {
  test(`${name} ${code === null ? 'is loaded and signs' : `is left out as ${code}`}`, async () => {
    const lines = signer.log.filter((line) => line['place'] === place && line['code'] !== undefined);
    const { status, headers } = await sign(key, 1);
    if (code === null) {
      assert.deepEqual([lines, status], [[], 200]);
    } else {
      assert.deepEqual(
        lines.map((line) => line['code']),
        [code],
        String(lines[0]?.['error']),
      );
      assert.deepEqual([status, headers.get('tidemark-error')], [404, 'key_not_found']);
    }
  });
}

test('the keys that are listed are those that were loaded, and each of them signs on', async () => {
  const loaded = [good, ...entries.filter(({ code }) => code === null).map(({ key }) => key)];
  const listed = JSON.parse((await signer.get('/api/v1/eth2/publicKeys')).body) as readonly string[];
  assert.deepEqual(listed.toSorted(), loaded.map(({ id }) => id).sort());
  for (const key of loaded) assert.equal((await sign(key, 2)).status, 200);
});

test('health counts what was left out, by group, and stays up; the metrics count all of it', async () => {
  const { status, checks } = JSON.parse((await signer.get('/healthcheck')).body) as HealthPage;
  assert.equal(status, 'UP');
  const groups = checks.find(({ id }) => id === 'keys-check')?.checks ?? [];
  const bad = (list: readonly Entry[]): number => list.filter(({ code }) => code !== null).length;
  const files = [...described, ...raws];
  assert.deepEqual(
    groups.map(({ id, data }) => [id, data['keys-loaded'], data['error-count']]),
    [
      ['config-files-loading', files.length - bad(files) + 1, bad(files)],
      ['keystores-bulk-loading', bulk.length - bad(bulk), bad(bulk)],
    ],
  );
  const page = await signer.scrape();
  assert.match(
    page,
    new RegExp(`^containment_key_load_failures_total\\{source="filesystem"\\} ${bad(entries)}$`, 'mu'),
  );
  assert.match(
    page,
    new RegExp(`^containment_keys_active\\{source="filesystem"\\} ${entries.length - bad(entries) + 1}$`, 'mu'),
  );
});

test('a reload tells of the same files again and takes nothing from the keys that sign', async () => {
  const count = () => signer.log.filter((line) => line.msg === 'Keys loaded').length;
  assert.equal(count(), 1);
  assert.equal((await signer.post('/reload', '')).status, 202);
  await eventually(async () => {
    assert.equal((await sign(good, 3)).status, 200);
    return count() === 2;
  }, 'the reload is through');
  const ended = signer.log.filter((line) => line.msg === 'Keys loaded').at(-1);
  const bad = entries.filter(({ code }) => code !== null).length;
  assert.deepEqual([ended?.['failed'], ended?.['removed'], ended?.['added']], [bad, 0, 0]);
});

async function sign({ id }: ValidatorKey, target: number): Promise<Answer> {
  return await signer.post(signPath(id), attestationBody({ source: 0, target }));
}

function writeRow(
  keystoreName: string,
  passwordName: string,
  { row, input, code, make }: (typeof keystoreRows)[number],
): Entry {
  const key = validatorKey();
  const { keystore, password } = make(key.secret);
  const content = typeof keystore === 'string' || keystore instanceof Uint8Array ? keystore : JSON.stringify(keystore);
  const place = write(`${keystoreName}.json`, content);
  write(`${passwordName}.txt`, password);
  const where = keystoreName.startsWith('bulk') ? 'in a bulk folder' : 'that a descriptor names';
  return { name: `row ${row}: ${row === 92 ? 'a password of ' : ''}${input}, ${where},`, key, code, place };
}

function write(name: string, content: string | Uint8Array): string {
  const path = inFolder(name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function writeConfig(): string {
  mkdirSync(inFolder('base'));
  const lines = [
    `base_dir: ${inFolder('base')}`,
    'network: hoodi',
    'key_sources:',
    '  filesystem:',
    `    paths: [${inFolder('keys')}]`,
    `    keystores: [{ path: ${inFolder('bulk')}, passwords_path: ${inFolder('passwords')} }]`,
    'anti_slashing: { backend: mem }',
  ];
  return folder.write('tidemark.yaml', `${lines.join('\n')}\n`);
}
