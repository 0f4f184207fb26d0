import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { isFault } from '../base/fault.ts';
import { Secret } from './secret.ts';

function textOf(secret: Secret | null): string {
  using bytes = secret?.resolve() ?? assert.fail('no reference');
  return Buffer.from(bytes.reveal()).toString('utf8');
}

function faultOf(secret: Secret | null): string {
  try {
    secret?.resolve();
  } catch (error) {
    assert.ok(isFault(error, 'config_invalid'), String(error));
    return error.message;
  }
  return assert.fail('nothing was thrown');
}

function secretFile(t: TestContext, content: string, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-secret-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'password');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

test('a variable is looked up when it is needed, not before', () => {
  const env: Record<string, string> = {};
  const secret = Secret.parse('env:PW', env);
  assert.equal(faultOf(secret), 'the environment variable PW, named as a secret, is not set');
  env['PW'] = 'pass:word ü\n';
  assert.equal(textOf(secret), 'pass:word ü\n');
  env['PW'] = '';
  assert.equal(faultOf(secret), 'the secret env:PW is empty');
});

test('a file is read without the line end at its end', (t) => {
  assert.equal(textOf(Secret.parse(`file:${secretFile(t, 'a b\n')}`, {})), 'a b');
  assert.equal(textOf(Secret.parse(`file:${secretFile(t, 'a b\r\n')}`, {})), 'a b');
  assert.equal(textOf(Secret.parse(`file:${secretFile(t, '\na\n\n', 0o640)}`, {})), '\na\n');
  const empty = secretFile(t, '\n');
  assert.equal(faultOf(Secret.parse(`file:${empty}`, {})), `the secret file:${empty} is empty`);
});

test('a file that other users can read, or that is none, is refused', (t) => {
  const path = secretFile(t, 'x', 0o644);
  assert.equal(
    faultOf(Secret.parse(`file:${path}`, {})),
    `the secret file ${path} has mode 0644: every user of this machine can read it; set it to 0600 or stricter`,
  );
  assert.match(
    faultOf(Secret.parse(`file:${path}.gone`, {})),
    /^the secret file .*\.gone does not exist; write the secret into it, or correct the path$/u,
  );
  assert.match(faultOf(Secret.parse('file:/', {})), /^the secret file \/ is a folder; name the file in it$/u);
  const large = secretFile(t, 'x'.repeat(64 * 1024 + 1));
  assert.match(faultOf(Secret.parse(`file:${large}`, {})), /is larger than 64 KiB; is it the right file\?$/u);
});

test('only env: and file: refer to something', () => {
  for (const text of ['hunter2', 'env:', 'file:', ':x', 'ENV:X', 'vault:x', 'unencrypted:edsk…', '']) {
    assert.equal(Secret.parse(text, {}), null, text);
  }
  assert.equal(textOf(Secret.parse('env:A:B', { 'A:B': 'x' })), 'x');
});

test('a secret can be had again and again, and wiping one copy spares the others', () => {
  const secret = Secret.literal('edsk…');
  secret.resolve().wipe();
  assert.equal(textOf(secret), 'edsk…');
  assert.equal(textOf(secret), 'edsk…');
  assert.equal(secret.isLiteral, true);
  assert.equal(Secret.parse('env:X', {})?.isLiteral, false);
});

test('a secret prints as its reference, or not at all', () => {
  const literal = Secret.literal('hunter2');
  const variable = Secret.parse('env:PW', { PW: 'hunter2' });
  for (const secret of [literal, variable]) {
    for (const text of [String(secret), JSON.stringify({ secret }), inspect(secret, { showHidden: true, depth: 9 })]) {
      assert.ok(!text.includes('hunter2'), text);
    }
  }
  assert.deepEqual([String(literal), String(variable)], ['[secret]', 'env:PW']);
});
