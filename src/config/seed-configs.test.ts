import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { load, problemsOf } from '../../test/support/config-text.ts';

/** Configurations as the documents of Signatory and Containment Chamber show them, character by character. */

test("Signatory's watermark sections are understood", () => {
  const basic = load('watermark:\n  driver: file  # Options: file, mem, aws\n');
  assert.deepEqual(basic.watermark, { driver: 'file' });
  const file = load(`# Main configuration
base_dir: /var/lib/signatory  # Default if not specified

watermark:
  driver: file
  # No additional configuration needed for the file driver itself
`);
  assert.deepEqual([file.baseDir, file.watermark], ['/var/lib/signatory', { driver: 'file' }]);
  const mem = load('watermark:\n  driver: mem\n  # No additional configuration needed\n');
  assert.deepEqual(mem.watermark, { driver: 'mem' });
});

test("Signatory's DynamoDB section is understood, and its credentials in both places", () => {
  const config = load(`watermark:
  driver: aws
  config:
    region: us-east-1
    # Optional: override default table name
    table: my_custom_watermark_table
`);
  const dynamodb = { region: 'us-east-1', table: 'my_custom_watermark_table', endpoint: null, keys: null };
  const rest = { driver: 'aws', billingMode: 'provisioned', sharedWithSignatory: false };
  assert.deepEqual(config.watermark, { ...rest, dynamodb });
  const environment = load('watermark: { driver: aws }', { AWS_REGION: 'eu-west-1' });
  assert.deepEqual(environment.watermark, {
    ...rest,
    dynamodb: { region: 'eu-west-1', table: 'watermark', endpoint: null, keys: null },
  });
  const keys = 'region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: wJalr';
  const { watermark } = load(`watermark: { driver: aws, config: { ${keys} } }`);
  assert.ok(watermark.driver === 'aws' && watermark.dynamodb.keys !== null);
  assert.equal(Buffer.from(watermark.dynamodb.keys.accessKeyId.resolve().reveal()).toString(), 'AKIDEXAMPLE');
  assert.equal(Buffer.from(watermark.dynamodb.keys.secretAccessKey.resolve().reveal()).toString(), 'wJalr');
});

test("Containment Chamber's sections of DynamoDB stop the start, but for anti_slashing: they are not built", () => {
  const text = `key_sources:
  dynamodb:
    table: containment-keys
    status_filter: [active]
    refresh_interval_seconds: 1
    max_concurrent_reads: 16
signer_state:
  backend: dynamodb
  table: containment-state
anti_slashing:
  backend: dynamodb
  table: containment-slashing
chamber:
  keys:
    generate:
      enabled: true
      backup:
        enabled: true
        recipients:
          - "age1..."
`;
  const later = 'is not built into this version of Tidemark; remove it to start';
  assert.deepEqual(problemsOf(text), [
    `t.yaml:2:3: key_sources.dynamodb: ${later}`,
    `t.yaml:7:1: signer_state: ${later}`,
    `t.yaml:13:1: chamber: ${later}`,
  ]);
});

test("Containment Chamber's anti_slashing section is understood", () => {
  const text = 'anti_slashing:\n  backend: dynamodb\n  table: containment-slashing\n';
  const dynamodb = { region: 'eu-central-1', table: 'containment-slashing', endpoint: null, keys: null };
  const { ethereum } = load(text, { AWS_DEFAULT_REGION: 'eu-central-1' });
  assert.deepEqual(ethereum?.antiSlashing, { backend: 'dynamodb', dynamodb });
});

test('a whole configuration of Signatory is understood', () => {
  const config = load(`server:
  address: :6732
  utility_address: :9583
watermark: { driver: file, config: {} }
vaults:
  local_secret:
    driver: file
    config:
      file: /etc/secret.json
tezos:
  tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf:
    log_payloads: true
    allow: {block: , attestation: , attestation_with_dal: , preattestation: , generic: [transaction, reveal]}
  tz2QPsZoZse4eeahhg5DdfnBDB4VbU1PwgxN:
`);
  assert.deepEqual([config.server.listenAddress, config.server.listenPort], ['0.0.0.0', 6732]);
  assert.deepEqual([config.metrics.listenAddress, config.metrics.listenPort], ['0.0.0.0', 9583]);
  assert.deepEqual(config.vaults.get('local_secret'), { driver: 'file', file: '/etc/secret.json', password: null });
  const policy = config.tezos.get('tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf');
  const kinds = ['block', 'preattestation', 'attestation', 'attestation_with_dal', 'generic'];
  assert.deepEqual([...(policy?.requestKinds ?? [])].sort(), kinds.sort());
  assert.deepEqual(policy?.operationKinds, new Set(['transaction', 'reveal']));
  assert.equal(policy?.logPayloads, true);
});

test('a configuration of Containment Chamber with keys in files is understood', () => {
  const config = load(`server:
  listen_address: 0.0.0.0
  listen_port: 9000
metrics:
  listen_address: 0.0.0.0
  listen_port: 3000
network: mainnet
key_sources:
  filesystem:
    paths:
      - /keys
    keystore_load_concurrency: 128
    raw_load_concurrency: 128
anti_slashing:
  backend: sqlite
  path: ./slashing_protection.sqlite
tls:
  mode: file
  listen_port: 9443
  file:
    cert_path: /tls/tls.crt
    key_path: /tls/tls.key
    reload_interval_seconds: 60
`);
  assert.deepEqual(config.ethereum, {
    antiSlashing: { backend: 'sqlite', path: resolve('slashing_protection.sqlite') },
    keys: { paths: ['/keys'], keystores: [], keystoreLoadConcurrency: 128, rawLoadConcurrency: 128 },
    networks: ['mainnet'],
    registrationNetwork: null,
    rootMismatchStatus: 400,
    futureSlotsMax: 1n,
  });
  assert.deepEqual(config.tls, {
    mode: 'file',
    listenPort: 9443,
    certPath: '/tls/tls.crt',
    keyPath: '/tls/tls.key',
    reloadIntervalSeconds: 60,
  });
  assert.equal(config.tezosEnabled, false);
});
