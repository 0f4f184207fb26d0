import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isFault } from '../../base/fault.ts';
import { readSecretsFile } from './secrets-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const path = join(folder, 'secrets.json');
after(() => rmSync(folder, { recursive: true }));

function write(content: string | Uint8Array, mode = 0o600): void {
  rmSync(path, { force: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

async function refused(content: string | Uint8Array, sentence: RegExp): Promise<void> {
  write(content);
  await assert.rejects(readSecretsFile(path), (error) => {
    assert.ok(isFault(error, 'vault_invalid'));
    assert.match(error.message, sentence);
    assert.ok(error.message.startsWith(path));
    assert.doesNotMatch(error.message, /edsk3secret|cause/u);
    assert.equal(error.cause, undefined);
    return true;
  });
}

test("names and texts are read, whatever stands before a value's first colon", async () => {
  const values = ['unencrypted:edsk1', 'encrypted:edesk2', 'edsk3', 'anything else:edsk4:5'];
  write(JSON.stringify(values.map((value, index) => ({ name: `key ${index}`, value, more: [1] }))));
  const { entries, warnings } = await readSecretsFile(path);
  assert.deepEqual(
    entries.map(({ text }) => text),
    ['edsk1', 'edesk2', 'edsk3', 'edsk4:5'],
  );
  assert.deepEqual(
    entries.map(({ name }) => name),
    ['key 0', 'key 1', 'key 2', 'key 3'],
  );
  assert.deepEqual(warnings, []);
});

test('a file that is not JSON is refused with the place where it stops, and nothing of what it holds', async () => {
  await refused('[{"name":"a","value":"unencrypted:edsk3secret"} Q', /is not valid JSON \(json_syntax at byte 48\)$/u);
  await refused('', /is not valid JSON \(body_empty/u);
  await refused('[{"name":"a","name":"edsk3secret"}]', /is not valid JSON \(json_duplicate_key at byte \d+\)$/u);
  await refused(Uint8Array.of(0x5b, 0xff, 0x5d), /is not valid JSON \(json_encoding at byte \d+\)$/u);
  await refused('['.repeat(2000), /is not valid JSON \(json_too_deep at byte \d+\)$/u);
});

test('JSON of another shape is refused', async () => {
  await refused('{"name":"a","value":"edsk3secret"}', /is not a JSON array of/u);
  const fields = ['{"name":"a"}', '{"value":"edsk3secret"}', '{"name":1,"value":"edsk3secret"}'];
  for (const entry of ['"edsk3secret"', '[]', 'null', ...fields]) {
    await refused(`[{"name":"first","value":"x"},${entry}]`, /: entry 2 is not of the form/u);
  }
  const twice = (name: string) =>
    JSON.stringify([
      { name, value: 'edsk3secret' },
      { name, value: 'x' },
    ]);
  await refused(twice('twin'), /: the key "twin" is there twice: rename one$/u);
  await refused(twice('edsk3secret'), /: the key whose name looks like a secret \(not shown\) is there twice/u);
  await refused(`[${' '.repeat(1024 * 1024)}]`, /is longer than 1048576 bytes/u);
});

test('a file that every user can reach is refused with the command that helps; its group is warned of', async () => {
  for (const mode of [0o644, 0o602, 0o601]) {
    write('[]', mode);
    await assert.rejects(readSecretsFile(path), (error) => {
      assert.ok(isFault(error, 'vault_invalid'));
      assert.ok(error.message.includes(`run chmod 600 ${path}`));
      return true;
    });
  }
  for (const mode of [0o640, 0o660]) {
    write('[]', mode);
    const { warnings } = await readSecretsFile(path);
    const shared = `${path} can be read or written by its group (mode 0${mode.toString(8)})`;
    assert.deepEqual(warnings, [`${shared}; if that is not meant: chmod 600 ${path}`]);
  }
});

test('a file that is not there is refused with its name', async () => {
  const missing = join(folder, 'missing.json');
  await assert.rejects(readSecretsFile(missing), (error) => {
    return isFault(error, 'vault_invalid') && error.message === `${missing} cannot be read: ENOENT`;
  });
});
