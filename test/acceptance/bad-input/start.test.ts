import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { recordOutput } from '../../support/run-record.ts';
import { ScratchFolder } from '../../support/signer-process.ts';
import { sampleKey, writeSetup } from '../../support/setup.ts';
import { sqliteRuns } from '../../sqlite-addon.ts';
import { startRows } from './start-rows.ts';

const cli = new URL('../../../src/main/cli.js', import.meta.url).pathname;
const freePorts = { TIDEMARK_SERVER__LISTEN_PORT: '0', TIDEMARK_METRICS__LISTEN_PORT: '0' };

const rows = (await sqliteRuns()) ? startRows : startRows.filter((row) => row.needsSqlite !== true);

for (const row of rows) {
  test(`row ${row.row}: ${row.input} stops the start and changes nothing`, () => {
    const folder = new ScratchFolder();
    try {
      const setup = writeSetup(folder, { keys: [sampleKey('ed25519')] });
      const env = row.spoil({ folder, setup, config: readFileSync(setup.configFile, 'utf8') }) ?? {};
      const before = contentsOf(setup.baseDir);
      const { status, stderr } = spawnSync(process.execPath, [cli, 'serve', '-c', setup.configFile], {
        env: { ...process.env, ...freePorts, ...env },
        encoding: 'utf8',
        timeout: 30_000,
      });
      recordOutput(stderr);
      assert.match(stderr, row.says);
      assert.equal(status, row.exitCode, stderr);
      assert.doesNotMatch(stderr, /edsk|^\s+at /mu, 'no secret, no stack');
      const marks = ([path]: [string, string]) => path.includes('watermark') || path.endsWith('.db');
      assert.deepEqual([...contentsOf(setup.baseDir)].filter(marks), [...before].filter(marks));
    } finally {
      folder.remove();
    }
  });
}

test('row 122: a port in use stops the start, naming the port and the option', async () => {
  const folder = new ScratchFolder();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const { configFile } = writeSetup(folder, { keys: [sampleKey('ed25519')] });
  for (const [variable, option] of [
    ['TIDEMARK_SERVER__LISTEN_PORT', 'server.listen_port'],
    ['TIDEMARK_METRICS__LISTEN_PORT', 'metrics.listen_port'],
  ] as const) {
    const env = { ...process.env, ...freePorts, [variable]: port };
    const { status, stderr } = spawnSync(process.execPath, [cli, 'serve', '-c', configFile], { env, encoding: 'utf8' });
    assert.equal(status, 78, stderr);
    assert.ok(stderr.includes(`127.0.0.1:${port}`) && stderr.includes(option), stderr);
  }
  taken.close();
  folder.remove();
});

/** Every file below a folder with the hash of its bytes. */
function contentsOf(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (statSync(path).isFile()) files.set(name, createHash('sha256').update(readFileSync(path)).digest('hex'));
  }
  return files;
}
