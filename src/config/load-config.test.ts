import fc from 'fast-check';
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isFault } from '../base/fault.ts';
import { defaultTezosPolicy } from '../policy/tezos-policy.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load-config.ts';

const pkh = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';

function load(text: string, env: Record<string, string> = {}, overrides: Record<string, string> = {}): Config {
  return loadConfig({ file: 't.yaml', text, env, overrides });
}

function faultOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(isFault(error, 'config_invalid'), String(error));
    return error.message;
  }
  return assert.fail('nothing was thrown');
}

function noticesOf(config: Config): readonly string[] {
  return config.notices.map(({ level, text }) => `${level}: ${text}`);
}

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('without a file every default holds', () => {
  const { settings: _settings, notices: _notices, ...config } = loadConfig({ file: null, env: {} });
  const allowedHosts = ['localhost', '127.0.0.1', '::1'];
  assert.deepEqual(config, {
    baseDir: '/var/lib/signatory',
    acceptSlashingRisk: false,
    watermark: { driver: 'file' },
    protection: { allowRepeat: true, maxLevelJump: null },
    vaults: new Map(),
    tezos: new Map(),
    server: { listenAddress: '127.0.0.1', listenPort: 9000, allowedHosts },
    metrics: { listenAddress: '127.0.0.1', listenPort: 3000, allowedHosts },
    log: { level: 'info', format: 'text' },
  });
});

test('every setting can be made in the file', () => {
  const { settings: _settings, notices: _notices, ...config } = load(`
base_dir: /srv/tidemark
accept_slashing_risk: true
watermark: {driver: sqlite, config: {path: /srv/marks.sqlite}}
protection: {allow_repeat: false, max_level_jump: 1000}
vaults:
  baker: {driver: file, config: {file: /etc/keys.json, password: 'env:PW'}}
tezos:
  ${pkh}:
    allow: {block: , attestation: [], generic: [reveal, ballot]}
    allowed_chains: [NetXdQprcVkpaWU]
    log_payloads: true
  tz4JyHMAUmSkaJiVLX3DgPKS2KZwYGAyf1S8:
server: {listen_address: '::1', listen_port: 1, allowed_hosts: [Signer.Example, '[2001:DB8::1]']}
metrics: {listen_address: metrics.internal, listen_port: 2}
log: {level: trace, format: json}
`.replace('tz4JyHMAUmSkaJiVLX3DgPKS2KZwYGAyf1S8', 'tz1QwHWB7Q6dGvXDXe7PC6dWYVoCTVvK1a2p'.replace(/.*/u, 'tz1TPdY4U6PSPMgDY8nKRDZJnZnKFwGDkF1P')).replace(/^ {2}tz1TPd.*\n/mu, ''));
  assert.deepEqual(config.watermark, { driver: 'sqlite', path: '/srv/marks.sqlite' });
  assert.deepEqual(config.protection, { allowRepeat: false, maxLevelJump: 1000n });
  assert.deepEqual(config.server, { listenAddress: '::1', listenPort: 1, allowedHosts: ['signer.example', '2001:db8::1'] });
});
