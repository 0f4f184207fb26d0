import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { load, noticesOf, problemsOf } from '../../test/support/config-text.ts';
import { defaultTezosPolicy } from '../policy/tezos-policy.ts';

const pkh = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const otherPkh = 'tz2QPsZoZse4eeahhg5DdfnBDB4VbU1PwgxN';

test('the environment is read by the type of each setting', () => {
  const config = load('', {
    TIDEMARK_BASE_DIR: 'no',
    TIDEMARK_ACCEPT_SLASHING_RISK: 'true',
    TIDEMARK_PROTECTION__ALLOW_REPEAT: 'false',
    TIDEMARK_PROTECTION__MAX_LEVEL_JUMP: '5',
    TIDEMARK_SERVER__ALLOWED_HOSTS: 'a, b ,*',
    TIDEMARK_WATERMARK__DRIVER: 'sqlite',
    TIDEMARK_WATERMARK__CONFIG__PATH: '/m',
    TIDEMARK_VAULTS__Mine__DRIVER: 'mem',
    TIDEMARK_VAULTS__Mine__CONFIG: 'env:A,env:B',
    TIDEMARK_VAULTS__file__DRIVER: 'file',
    TIDEMARK_VAULTS__file__CONFIG__FILE: '/k',
    [`TIDEMARK_TEZOS__${pkh}__ALLOW__GENERIC`]: 'reveal,ballot:yay',
    [`TIDEMARK_TEZOS__${pkh}__ALLOW__BLOCK`]: 'null',
    [`TIDEMARK_TEZOS__${otherPkh}`]: 'null',
  });
  assert.equal(config.baseDir, resolve('no'));
  assert.deepEqual(
    [config.acceptSlashingRisk, config.protection],
    [true, { allowRepeat: false, maxLevelJump: 5n, socket: null }],
  );
  assert.equal(config.server.allowedHosts, null);
  assert.deepEqual(config.watermark, { driver: 'sqlite', path: '/m' });
  const file = { driver: 'file', file: '/k', password: null };
  assert.equal(
    JSON.stringify([...config.vaults]),
    JSON.stringify([
      ['Mine', { driver: 'mem', secrets: ['env:A', 'env:B'] }],
      ['file', file],
    ]),
  );
  assert.deepEqual([...(config.tezos.get(pkh)?.requestKinds ?? [])].sort(), ['block', 'generic']);
  assert.deepEqual(config.tezos.get(pkh)?.operationKinds, new Set(['reveal', 'ballot:yay']));
  assert.deepEqual(config.tezos.get(otherPkh), defaultTezosPolicy);
  assert.equal(
    load('protection: {max_level_jump: 3}', { TIDEMARK_PROTECTION__MAX_LEVEL_JUMP: 'null' }).protection.maxLevelJump,
    null,
  );
});

test('the Ethereum side is read from the environment too', () => {
  const config = load('signing: {threads: 2}\nnetwork: mainnet', {
    TIDEMARK_NETWORK: 'hoodi, ./devnet.yaml',
    TIDEMARK_KEY_SOURCES__FILESYSTEM__PATHS: '/a,/b',
    TIDEMARK_KEY_SOURCES__FILESYSTEM__KEYSTORE_LOAD_CONCURRENCY: '4',
    TIDEMARK_ANTI_SLASHING__BACKEND: 'sqlite',
    TIDEMARK_ANTI_SLASHING__PATH: '/m',
    TIDEMARK_PROTECTION__MAX_FUTURE_SLOTS: '0',
    TIDEMARK_ETHEREUM__REGISTRATION_NETWORK: 'hoodi',
    TIDEMARK_ETHEREUM__ROOT_MISMATCH_STATUS: '500',
    TIDEMARK_SIGNING__THREADS: 'null',
    TIDEMARK_SIGNING__VERIFY_BLS: 'always',
    TIDEMARK_TLS__MODE: 'file',
    TIDEMARK_TLS__FILE__CERT_PATH: '/c',
    TIDEMARK_TLS__FILE__KEY_PATH: '/k',
    TIDEMARK_TLS__FILE__RELOAD_INTERVAL_SECONDS: '0',
    TIDEMARK_METRICS__WEB3SIGNER_NAMES: 'true',
  });
  assert.deepEqual(config.ethereum, {
    antiSlashing: { backend: 'sqlite', path: '/m' },
    keys: { paths: ['/a', '/b'], keystores: [], keystoreLoadConcurrency: 4, rawLoadConcurrency: 128 },
    networks: ['hoodi', resolve('devnet.yaml')],
    registrationNetwork: 'hoodi',
    rootMismatchStatus: 500,
    futureSlotsMax: 0n,
  });
  assert.deepEqual(config.signing, { threads: null, verify: 'always', deadlineMs: 4000 });
  const files = { certPath: '/c', keyPath: '/k', reloadIntervalSeconds: 0 };
  assert.deepEqual(config.tls, { mode: 'file', listenPort: 9443, ...files });
  assert.equal(config.metrics.web3signerNames, true);
  const one = load('', { TIDEMARK_NETWORK: 'sepolia', TIDEMARK_ANTI_SLASHING__BACKEND: 'noop' });
  assert.deepEqual([one.ethereum?.networks, one.ethereum?.antiSlashing], [['sepolia'], { backend: 'noop' }]);
});

test('a variable that does not fit is named', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'TIDEMARK_SERVER__LISTEN_PORT',
      'abc',
      'server.listen_port: found the text "abc"; expected a port from 0 to 65535',
    ],
    [
      'TIDEMARK_SERVER__LISTEN_PORT',
      '09000',
      'server.listen_port: found the text "09000"; expected a port from 0 to 65535',
    ],
    [
      'TIDEMARK_SERVER__LISTEN_PORT',
      '70000',
      'server.listen_port: found the number 70000; expected a port from 0 to 65535',
    ],
    ['TIDEMARK_SERVER__LISTEN_PORT', '', 'server.listen_port: is empty; give it a value or unset it'],
    [
      'TIDEMARK_PROTECTION__ALLOW_REPEAT',
      'no',
      'protection.allow_repeat: found the text "no"; expected true or false; write false',
    ],
    [
      'TIDEMARK_PROTECTION__ALLOW_REPEAT',
      'TRUE',
      'protection.allow_repeat: found the text "TRUE"; expected true or false',
    ],
    ['TIDEMARK_SERVER', 'x', 'server: found a text; expected a section with settings below it'],
    ['TIDEMARK_LOG__LEVL', 'info', 'log.levl: unknown key; did you mean level?'],
    ['TIDEMARK_LOG__LEVEL__X', 'info', 'log.level: found a section; expected error, warn, info, debug or trace'],
    ['TIDEMARK_LOGS', 'info', 'logs: unknown key; did you mean log?'],
    ['TIDEMARK_WATERMARKS__DRIVER', 'file', 'watermarks: unknown key; did you mean watermark?'],
    [
      'TIDEMARK_NETWORK',
      'hoodi,manet',
      'network[1]: found the text "manet"; expected mainnet, sepolia, hoodi, gnosis, chiado, ephemery or the path of ' +
        'a YAML file; did you mean mainnet?',
    ],
    ['TIDEMARK_HTTP', 'x', 'http: is not built into this version of Tidemark; remove it to start'],
    [
      'TIDEMARK_KEY_SOURCES__FILESYSTEM__KEYSTORES',
      '/a,/b',
      'key_sources.filesystem.keystores[0]: found a text; expected a section with path and one of passwords_path and ' +
        'password_file (not both)',
    ],
    [
      'TIDEMARK_TLS__FILE__RELOAD_INTERVAL_SECONDS',
      '',
      'tls.file.reload_interval_seconds: is empty; give it a value or unset it',
    ],
    [
      'TIDEMARK_SIGNING__THREADS',
      'all',
      'signing.threads: found the text "all"; expected a number of threads from 1 to 256, or null for as many as there are processors',
    ],
    [
      'TIDEMARK_ETHEREUM__ROOT_MISMATCH_STATUS',
      '401',
      'ethereum.root_mismatch_status: found the number 401; expected 400 or 500',
    ],
    ['TIDEMARK_VAULTS__V__DRIVER', 'aws', 'vaults.V.driver: found the text "aws"; expected file or mem'],
    [
      'TIDEMARK_SERVER__',
      'x',
      'server."": unknown key; known here: listen_address, listen_port, allowed_hosts, address, utility_address',
    ],
  ];
  for (const [name, text, problem] of cases) {
    const [first = ''] = problemsOf('', { [name]: text });
    assert.equal(first, `${name}: ${problem}`);
  }
  assert.deepEqual(problemsOf('', {}, { 'log.level': 'loud' }), [
    'command line: log.level: found the text "loud"; expected error, warn, info, debug or trace',
  ]);
});

test('variables of others are left alone, those that could be meant for us are mentioned', () => {
  const config = load('vaults: {v: {driver: file, config: {file: k, password: "env:TIDEMARK_PW"}}}', {
    PATH: '/bin',
    HOME: '',
    TIDEMARK_PORT: 'tcp://10.0.0.1:9000',
    TIDEMARK_PORT_9000_TCP_ADDR: '10.0.0.1',
    TIDEMARK_SERVICE_HOST: '',
    TIDEMARK_PW: 'x',
    TIDEMARK_COLOUR: 'red',
  });
  const strays = noticesOf(config).filter((text) => text.includes('environment'));
  assert.deepEqual(strays, ['warn: the environment variable TIDEMARK_COLOUR names no setting and is ignored']);
});
