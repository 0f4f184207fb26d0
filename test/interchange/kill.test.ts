import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { hoodi } from '../support/ethereum-bodies.ts';
import { recordOutput } from '../support/run-record.ts';
import { ScratchFolder } from '../support/signer-process.ts';
import { sqliteRuns } from '../sqlite-addon.ts';
import { sorted } from './file-of.ts';

/** Row 153: an import or an export that is killed at some point. */
const cli = new URL('../../src/main/cli.js', import.meta.url).pathname;
const keysInFile = 2_000;
/** Lines that were read before the kill: at the first batch, and later. */
const killsAt = [1, 1_000];

const backends = (await sqliteRuns()) ? (['file', 'sqlite'] as const) : (['file'] as const);

for (const backend of backends) {
  test(`${backend}: an import that is killed kept what it told of, and one more run gives the whole`, async () => {
    const folder = new ScratchFolder();
    const file = folder.write('in.json', interchange());
    const expected = sorted(interchange());
    for (const lines of killsAt) {
      const config = configOf(folder, backend, `killed-${lines}`);
      const told = await killedAfter(lines, ['import', file, '--verbose', '--json', '-c', config]);
      const held = new Set(
        sorted(run(['export', '-', '--network', 'hoodi', '-c', config])).data.map((each) => JSON.stringify(each)),
      );
      const whole = new Map(expected.data.map((each) => [each.pubkey, JSON.stringify(each)]));
      for (const key of told)
        assert.ok(held.has(whole.get(key) ?? ''), `${key} was told of, and is there with both marks`);
      run(['import', file, '-c', config]);
      assert.deepEqual(sorted(run(['export', '-', '-c', config])), expected);
    }
    folder.remove();
  });
}

test('an export that is killed leaves no file of that name', async () => {
  const folder = new ScratchFolder();
  const config = configOf(folder, 'file', 'marks');
  run(['import', folder.write('in.json', interchange()), '-c', config]);
  const out = join(folder.path, 'out.json');
  const child = spawn(process.execPath, [cli, 'protection', 'export', out, '-c', config], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  // Its other name shows that it has begun.
  while (child.exitCode === null && !names(folder).some((name) => name.startsWith('out.json'))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  child.kill('SIGKILL');
  await exited;
  const there = names(folder).includes('out.json');
  if (there)
    assert.equal(sorted(run(['export', '-', '-c', config])).data.length, keysInFile, 'it was quicker, and is whole');
  run(['export', out, '--force', '-c', config]);
  folder.remove();
});

function names(folder: ScratchFolder): readonly string[] {
  return readdirSync(folder.path);
}

function interchange(): string {
  const metadata = { interchange_format_version: '5', genesis_validators_root: hoodi.forkInfo.genesis_validators_root };
  const data = Array.from({ length: keysInFile }, (_, index) => ({
    pubkey: `0x${(index + 1).toString(16).padStart(96, '0')}`,
    signed_blocks: [{ slot: String(1_000 + index) }],
    signed_attestations: [{ source_epoch: String(index), target_epoch: String(index + 1) }],
  }));
  return JSON.stringify({ metadata, data });
}

function configOf(folder: ScratchFolder, backend: 'file' | 'sqlite', name: string): string {
  mkdirSync(join(folder.path, name));
  const path = backend === 'file' ? join(folder.path, name) : join(folder.path, name, 'marks.db');
  return folder.write(
    `${name}.yaml`,
    `network: hoodi\nanti_slashing: { backend: ${backend}, path: ${path} }\nlog: { level: error }\n`,
  );
}

function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'protection', ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  recordOutput(stderr);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Kills the command when it has told of so many keys. @returns the keys that it told of */
async function killedAfter(lines: number, args: readonly string[]): Promise<readonly string[]> {
  const child = spawn(process.execPath, [cli, 'protection', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const keys: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    const { key } = JSON.parse(line) as { key?: string };
    if (key !== undefined) keys.push(key);
    if (keys.length >= lines) child.kill('SIGKILL');
  }
  await exited;
  return keys;
}
