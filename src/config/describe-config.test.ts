import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeConfig } from './describe-config.ts';
import { loadConfig } from './load-config.ts';

test('every value in effect is shown with its source, and no secret', () => {
  const text = `base_dir: $HOME/marks
watermark: {driver: sqlite}
vaults:
  baker:
    driver: file
    config: {file: /etc/keys.json, password: 'file:/etc/password'}
  trial: {driver: mem, config: [edsk3REH79xaoCkNizrDo8cY4WYwEkrFLTAdjb1pjcP9yQora4qE3Y, 'env:KEY']}
tezos:
  tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf:
    allow: {block: , generic: [reveal, 'ballot:yay']}
  tz2QPsZoZse4eeahhg5DdfnBDB4VbU1PwgxN:
server: {address: 'signer:6732'}
`;
  const env = { HOME: '/srv', TIDEMARK_LOG__LEVEL: 'debug' };
  const shown = describeConfig(loadConfig({ file: 't.yaml', text, env, overrides: { 'log.format': 'json' } }));
  assert.deepEqual(
    shown.split('\n').map((line) => line.replace(/ +# /u, ' # ')),
    [
      'base_dir: /srv/marks # t.yaml:1',
      'watermark.driver: sqlite # t.yaml:2',
      'watermark.config.path: /srv/marks/watermark.sqlite # default',
      'protection.allow_repeat: true # default',
      'protection.max_level_jump: null # default',
      'protection.max_future_slots: 1 # default',
      'vaults.baker.driver: file # t.yaml:5',
      'vaults.baker.config.file: /etc/keys.json # t.yaml:6',
      'vaults.baker.config.password: file:/etc/password # t.yaml:6',
      'vaults.trial.driver: mem # t.yaml:7',
      'vaults.trial.config: [[secret], env:KEY] # t.yaml:7',
      'tezos.tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf.allow.block: null # t.yaml:10',
      'tezos.tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf.allow.generic: [reveal, ballot:yay] # t.yaml:10',
      'tezos.tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf.allow_proof_of_possession: false # default',
      'tezos.tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf.log_payloads: false # default',
      'tezos.tz2QPsZoZse4eeahhg5DdfnBDB4VbU1PwgxN: null # t.yaml:11',
      'key_sources.filesystem.paths: [] # default',
      'key_sources.filesystem.keystores: [] # default',
      'key_sources.filesystem.keystore_load_concurrency: 128 # default',
      'key_sources.filesystem.raw_load_concurrency: 128 # default',
      'ethereum.root_mismatch_status: 400 # default',
      'signing.threads: null # default',
      'signing.verify_bls: on_load # default',
      'signing.deadline_ms: 4000 # default',
      'server.listen_address: signer # t.yaml:12',
      'server.listen_port: 6732 # t.yaml:12',
      'server.allowed_hosts: [localhost, 127.0.0.1, ::1, signer] # default',
      'tls.mode: disabled # default',
      'tls.listen_port: 9443 # default',
      'metrics.listen_address: 127.0.0.1 # default',
      'metrics.listen_port: 3000 # default',
      'metrics.web3signer_names: false # default',
      'log.level: debug # TIDEMARK_LOG__LEVEL',
      'log.format: json # command line',
      'accept_slashing_risk: false # default',
    ],
  );
});

test('the Ethereum side is shown as it is in effect', () => {
  const text = `key_sources:
  filesystem:
    paths: [/keys]
    keystores:
      - {path: /keystores, password_file: /password}
anti_slashing: {backend: file}
base_dir: /srv
tls: {mode: file, file: {cert_path: /c, key_path: /k}}
`;
  const { settings } = loadConfig({ file: 't.yaml', text, env: { TIDEMARK_NETWORK: 'hoodi' } });
  const shown = settings.map(({ key, value, source }) => `${key}: ${value} # ${source}`);
  for (const line of [
    'network: hoodi # TIDEMARK_NETWORK',
    'key_sources.filesystem.paths: [/keys] # t.yaml:3',
    'key_sources.filesystem.keystores: [{"path":"/keystores","password_file":"/password"}] # t.yaml:4',
    'anti_slashing.backend: file # t.yaml:6',
    'anti_slashing.path: /srv/ethereum # default',
    'tls.file.key_path: /k # t.yaml:8',
    'tls.file.reload_interval_seconds: 60 # default',
  ]) {
    assert.ok(shown.includes(line), `${line}\n${shown.join('\n')}`);
  }
  const all = describeConfig(loadConfig({ file: null, text: 'anti_slashing: {backend: file}', env: {} }));
  assert.match(all, /^network: \[mainnet, sepolia, hoodi, gnosis, chiado\] +# default$/mu);
});

test('the sources stand below each other', () => {
  const lines = describeConfig(loadConfig({ file: null, env: {} })).split('\n');
  assert.equal(new Set(lines.map((line) => line.indexOf('# '))).size, 1);
});
