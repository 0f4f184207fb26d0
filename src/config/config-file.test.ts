import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isFault } from '../base/fault.ts';
import { loadConfig } from './load-config.ts';

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function file(folder: string, content: string | Uint8Array, mode = 0o644): string {
  const path = join(folder, 'tidemark.yaml');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function faultOf(path: string): string {
  try {
    loadConfig({ file: path, env: {} });
  } catch (error) {
    assert.ok(isFault(error, 'config_invalid'), String(error));
    return error.message;
  }
  return assert.fail('nothing was thrown');
}

test('a file is read, also through a symbolic link, and problems name it', (t) => {
  const folder = scratch(t);
  const path = file(folder, 'log: {level: warn}');
  assert.equal(loadConfig({ file: path, env: {} }).log.level, 'warn');
  const link = join(folder, 'link.yaml');
  symlinkSync('tidemark.yaml', link);
  assert.equal(loadConfig({ file: link, env: {} }).log.level, 'warn');
  file(folder, 'x: 1');
  assert.ok(faultOf(link).startsWith(`the configuration has a problem:\n  ${link}:1:1: x: unknown key`));
});

test('a file that every user may change is refused, also behind a link', (t) => {
  const folder = scratch(t);
  const path = file(folder, '', 0o666);
  const text = 'has mode 0666: every user of this machine can change it; set it to 0644 or stricter';
  assert.equal(faultOf(path), `the configuration file ${path} ${text}`);
  const link = join(folder, 'link.yaml');
  symlinkSync(path, link);
  assert.equal(faultOf(link), `the configuration file ${link} ${text}`);
});

test('what is missing, unreadable, no file, no text or too large is refused', (t) => {
  const folder = scratch(t);
  const at = (name: string) => `the configuration file ${join(folder, name)}`;
  assert.equal(faultOf(join(folder, 'none')), `${at('none')} does not exist; create it, or name another with -c`);
  assert.equal(faultOf(folder), `the configuration file ${folder} is a folder; name the file in it`);
  symlinkSync('circle', join(folder, 'circle'));
  assert.equal(faultOf(join(folder, 'circle')), `${at('circle')} is a symbolic link that leads in a circle`);
  const path = file(folder, Uint8Array.of(0x61, 0x3a, 0xff));
  assert.equal(faultOf(path), `${at('tidemark.yaml')} is not UTF-8 text`);
  assert.equal(faultOf(join(path, 'x')), `${at('tidemark.yaml/x')} does not exist (part of its path is not a folder)`);
  file(folder, `# ${'x'.repeat(1024 * 1024)}`);
  assert.equal(faultOf(path), `${at('tidemark.yaml')} is larger than 256 KiB; is it the right file?`);
  file(folder, `#${'x'.repeat(256 * 1024 - 1)}`);
  assert.equal(loadConfig({ file: path, env: {} }).log.level, 'info');
  execFileSync('sh', ['-c', 'mkfifo -m 600 "$0"', join(folder, 'pipe')]);
  assert.equal(faultOf(join(folder, 'pipe')), `${at('pipe')} is not a regular file`);
});

test('a file without permission is refused', (t) => {
  const folder = scratch(t);
  chmodSync(folder, 0o755);
  const path = file(folder, '', 0o000);
  // Root may read everything, so it steps down for this one look.
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  const fault = faultOf(path);
  if (root) process.seteuid?.(0);
  assert.equal(fault, `the configuration file ${path} cannot be read: permission denied for this user`);
});

test('secret keys in a file that every user can read are refused; references to them are not', (t) => {
  const folder = scratch(t);
  const path = file(folder, 'vaults:\n  v: {driver: mem, config: [edsk]}', 0o644);
  const text =
    'vaults.v.config: secret keys stand here, and every user of this machine can read the file (mode 0644); ' +
    'set it to 0600';
  assert.equal(faultOf(path), `the configuration has a problem:\n  ${path}:2:28: ${text}`);
  chmodSync(path, 0o640);
  assert.equal(loadConfig({ file: path, env: {} }).vaults.size, 1);
  file(folder, 'vaults:\n  v: {driver: mem, config: ["env:KEY"]}', 0o644);
  assert.equal(loadConfig({ file: path, env: {} }).vaults.size, 1);
});
