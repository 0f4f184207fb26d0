import fc from 'fast-check';
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { load, problemsOf } from '../../test/support/config-text.ts';
import { defaultTezosPolicy, type TezosPolicy } from '../policy/tezos-policy.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load-config.ts';

const pkh = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const otherPkh = 'tz2QPsZoZse4eeahhg5DdfnBDB4VbU1PwgxN';
const blsPkh = 'tz4XXtsYav3fZz2FSDa7hcx4F8sh8SaDWNME';

/** Everything but what is said about it. */
function valuesOf({ settings: _settings, notices: _notices, ...values }: Config): Omit<Config, 'settings' | 'notices'> {
  return values;
}

test('without a file every default holds', () => {
  const allowedHosts = ['localhost', '127.0.0.1', '::1'];
  const defaults = {
    baseDir: '/var/lib/signatory',
    acceptSlashingRisk: false,
    watermark: { driver: 'file' },
    protection: { allowRepeat: true, maxLevelJump: null, socket: null },
    vaults: new Map(),
    tezos: new Map(),
    tezosEnabled: true,
    ethereum: null,
    signing: { threads: null, verify: 'on_load', deadlineMs: 4000 },
    tls: { mode: 'disabled' },
    server: { listenAddress: '127.0.0.1', listenPort: 9000, allowedHosts },
    metrics: { listenAddress: '127.0.0.1', listenPort: 3000, allowedHosts, web3signerNames: false },
    log: { level: 'info', format: 'text' },
  };
  assert.deepEqual(valuesOf(loadConfig({ file: null, env: {} })), defaults);
  for (const text of [
    '',
    '# nothing',
    '{}',
    'watermark:\nserver:\nvaults:\ntezos:\nlog:\n',
    'key_sources:\nanti_slashing:\nethereum:\nsigning:\ntls:\n',
    'key_sources: {filesystem: }\ntls: {file: }',
    'key_sources: {filesystem: {paths: [], keystores: []}}',
    'watermark: {config: }\nserver: {}',
  ]) {
    assert.deepEqual(valuesOf(load(text)), defaults, text);
  }
});

test('every setting can be made in the file', () => {
  const config = load(`
base_dir: /srv/tidemark
accept_slashing_risk: true
watermark: {driver: sqlite, config: {path: /srv/marks.sqlite}}
protection: {allow_repeat: false, max_level_jump: 1000}
vaults:
  baker: {driver: file, config: {file: keys.json, password: 'env:PW'}}
  plain: {driver: file, config: {file: /etc/keys.json}}
  trial: {driver: mem, config: ['env:KEY', 'edsk…']}
tezos:
  ${pkh}:
    allow: {block: , attestation: [], generic: [reveal, ballot]}
    allowed_chains: [NetXdQprcVkpaWU]
    log_payloads: true
  ${otherPkh}:
  ${blsPkh}: {allow: {pack: }, allow_proof_of_possession: true}
server: {listen_address: '::1', listen_port: 1, allowed_hosts: [Signer.Example, '[2001:DB8::1]']}
metrics: {listen_address: metrics.internal, listen_port: 2}
log: {level: trace, format: json}
`);
  assert.equal(config.baseDir, '/srv/tidemark');
  assert.equal(config.acceptSlashingRisk, true);
  assert.deepEqual(config.watermark, { driver: 'sqlite', path: '/srv/marks.sqlite' });
  assert.deepEqual(config.protection, { allowRepeat: false, maxLevelJump: 1000n, socket: null });
  const allowedHosts = ['signer.example', '2001:db8::1'];
  assert.deepEqual(config.server, { listenAddress: '::1', listenPort: 1, allowedHosts });
  assert.deepEqual(config.metrics, {
    listenAddress: 'metrics.internal',
    listenPort: 2,
    allowedHosts,
    web3signerNames: false,
  });
  assert.deepEqual(config.log, { level: 'trace', format: 'json' });
  const vaults = [
    ['baker', { driver: 'file', file: resolve('keys.json'), password: 'env:PW' }],
    ['plain', { driver: 'file', file: '/etc/keys.json', password: null }],
    ['trial', { driver: 'mem', secrets: ['env:KEY', '[secret]'] }],
  ];
  assert.equal(JSON.stringify([...config.vaults]), JSON.stringify(vaults));
  assert.deepEqual(
    config.tezos,
    new Map<string, TezosPolicy>([
      [
        pkh,
        {
          requestKinds: new Set(['block', 'attestation', 'generic']),
          operationKinds: new Set(['reveal', 'ballot']),
          allowedChains: new Set(['NetXdQprcVkpaWU']),
          allowProofOfPossession: false,
          logPayloads: true,
        },
      ],
      [otherPkh, defaultTezosPolicy],
      [blsPkh, { ...defaultTezosPolicy, requestKinds: new Set(['pack']), allowProofOfPossession: true }],
    ]),
  );
});

test('every setting of the Ethereum side can be made in the file', () => {
  const config = load(`
network: [hoodi, networks/devnet.yaml, hoodi, ./networks/devnet.yaml]
key_sources:
  filesystem:
    paths: [keys, /srv/keys]
    keystores:
      - {path: keystores, passwords_path: secrets}
      - {path: /srv/keystores, password_file: /srv/password.txt}
    keystore_load_concurrency: 2
    raw_load_concurrency: 1024
anti_slashing: {backend: file, path: marks}
protection: {max_future_slots: 32}
ethereum: {registration_network: hoodi, root_mismatch_status: 500}
signing: {threads: 3, verify_bls: always, deadline_ms: 100}
tls: {mode: file, listen_port: 0, file: {cert_path: tls.crt, key_path: tls.key, reload_interval_seconds: 0}}
metrics: {web3signer_names: true}
`);
  assert.deepEqual(config.ethereum, {
    antiSlashing: { backend: 'file', path: resolve('marks') },
    keys: {
      paths: [resolve('keys'), '/srv/keys'],
      keystores: [
        { path: resolve('keystores'), passwords: { kind: 'folder', path: resolve('secrets') } },
        { path: '/srv/keystores', passwords: { kind: 'file', path: '/srv/password.txt' } },
      ],
      keystoreLoadConcurrency: 2,
      rawLoadConcurrency: 1024,
    },
    networks: ['hoodi', resolve('networks/devnet.yaml')],
    registrationNetwork: 'hoodi',
    rootMismatchStatus: 500,
    futureSlotsMax: 32n,
  });
  assert.deepEqual(config.signing, { threads: 3, verify: 'always', deadlineMs: 100 });
  assert.deepEqual(config.tls, {
    mode: 'file',
    listenPort: 0,
    certPath: resolve('tls.crt'),
    keyPath: resolve('tls.key'),
    reloadIntervalSeconds: 0,
  });
  assert.equal(config.metrics.web3signerNames, true);
});

test('both doors take both names of the store that keeps nothing, and say where their defaults are', () => {
  for (const name of ['ignore', 'noop']) {
    assert.deepEqual(load(`watermark: {driver: ${name}}`).watermark, { driver: 'ignore' });
    const { ethereum } = load(`anti_slashing: {backend: ${name}}\nnetwork: hoodi`);
    assert.deepEqual(ethereum?.antiSlashing, { backend: 'noop' });
  }
  assert.deepEqual(load('anti_slashing: {backend: mem}\nnetwork: hoodi').ethereum?.antiSlashing, { backend: 'mem' });
  assert.deepEqual(load('anti_slashing: {backend: file}\nbase_dir: /srv').ethereum?.antiSlashing, {
    backend: 'file',
    path: '/srv/ethereum',
  });
  assert.equal(load('anti_slashing: {backend: file}').ethereum?.networks, null);
});

test('a side that is not configured is not there', () => {
  const vault = 'vaults: {v: {driver: file, config: {file: k}}}';
  const marks = 'anti_slashing: {backend: file}';
  const sides = (text: string) => {
    const { tezosEnabled, ethereum } = load(text);
    return [tezosEnabled, ethereum !== null];
  };
  assert.deepEqual(sides(''), [true, false]);
  assert.deepEqual(sides('network: hoodi\nethereum: {root_mismatch_status: 500}'), [true, false]);
  assert.deepEqual(sides(vault), [true, false]);
  assert.deepEqual(sides(marks), [false, true]);
  assert.deepEqual(sides(`${marks}\nwatermark: {driver: mem}\nvaults: {}\ntezos: {}`), [false, true]);
  assert.deepEqual(sides(`${marks}\n${vault}`), [true, true]);
  assert.deepEqual(sides(`${marks}\ntezos: {${pkh}: }`), [true, true]);
});

test('the command line wins over the environment, that over the file, that over defaults', () => {
  const file = 'server: {listen_port: 1, listen_address: 10.0.0.1}\nlog: {level: error, format: json}';
  const env = { TIDEMARK_SERVER__LISTEN_PORT: '2', TIDEMARK_LOG__LEVEL: 'warn' };
  const config = load(file, env, { 'log.level': 'debug' });
  assert.deepEqual(config.log, { level: 'debug', format: 'json' });
  assert.equal(config.server.listenPort, 2);
  assert.equal(config.server.listenAddress, '10.0.0.1');
  assert.equal(config.metrics.listenPort, 3000);
  const sources = config.settings
    .filter(({ source }) => source !== 'default')
    .map(({ key, source }) => `${key} ${source}`);
  assert.deepEqual(sources, [
    'server.listen_address t.yaml:1',
    'server.listen_port TIDEMARK_SERVER__LISTEN_PORT',
    'log.level command line',
    'log.format t.yaml:2',
  ]);
});

test('all problems are told at once, the file first, in the order of its lines', () => {
  const text = 'log: {level: loud}\nserver:\n  listen_port: x\nfoo: 1\ntee: {}\nwatermark: {driver: gpc}';
  assert.deepEqual(
    problemsOf(text, { TIDEMARK_METRICS__LISTEN_PORT: 'x' }, { base_dir: '' }).map((line) => line.split(' ')[0]),
    [
      't.yaml:1:14:',
      't.yaml:3:16:',
      't.yaml:4:1:',
      't.yaml:5:1:',
      't.yaml:6:21:',
      'TIDEMARK_METRICS__LISTEN_PORT:',
      'command',
    ],
  );
  const many = Array.from({ length: 100 }, (_, index) => `key${index}: 1`).join('\n');
  const problems = problemsOf(many);
  assert.equal(problems.length, 31);
  assert.equal(problems.at(-1), 'and 70 more');
});

test('base_dir takes variables from the environment, and refuses those that are not set', () => {
  assert.equal(load('base_dir: $HOME/a/${X_1}', { HOME: '/srv', X_1: 'b' }).baseDir, '/srv/a/b');
  assert.equal(load('', { TIDEMARK_BASE_DIR: '$HOME', HOME: '/srv' }).baseDir, '/srv');
  const found = 't.yaml:1:11: base_dir: found "$HOME/a", but the environment variable HOME is not set';
  assert.deepEqual(problemsOf('base_dir: $HOME/a'), [found]);
  assert.deepEqual(problemsOf('base_dir: $HOME/a', { HOME: '' }), [found]);
  assert.equal(problemsOf('base_dir: $HOME').length, 1);
  assert.deepEqual(problemsOf('base_dir: /a$'), ['t.yaml:1:11: base_dir: found "/a$", but $ names no variable']);
  assert.deepEqual(load('watermark: {driver: sqlite}\nbase_dir: /srv').watermark, {
    driver: 'sqlite',
    path: '/srv/watermark.sqlite',
  });
});

test('no value of a secret is shown, wherever it got into the file', () => {
  const secret = 'edsk3REH79xaoCkNizrDo8cY4WYwEkrFLTAdjb1pjcP9yQora4qE3Y';
  const texts = [
    `vaults: {v: {driver: mem, config: ${secret}}}`,
    `vaults: {v: {driver: mem, config: {a: ${secret}}}}`,
    `vaults: {v: {driver: mem, config: [[${secret}]]}}`,
    `vaults: {v: {driver: mem, config: [${secret}], ${secret}: 1}}`,
    `vaults: {v: {driver: file, config: {file: a, password: ${secret}}}}`,
    `vaults: {v: {driver: file, config: {file: a, pass: ${secret}}}}`,
    `vaults: {v: {driver: file, config: ${secret}}}`,
    `vaults: ${secret}`,
    `tezos: {${secret}: }`,
    `${secret}: 1`,
    `log: {level: ${secret}}`,
    `server: {address: ${secret}}`,
    `tezos: {${pkh}: {allow: {generic: [${secret}]}, allowed_chains: [${secret}]}}`,
  ];
  for (const text of texts) {
    const problems = problemsOf(text).join('\n');
    assert.notEqual(problems, '', text);
    assert.ok(!problems.includes(secret.slice(0, 20)), `${text}\n${problems}`);
  }
  const raw = '25295f0d1d592a90b333e26e85149708208e9f8e8bc18f6c77bd62f8ad7a6866';
  for (const key of [raw, `0x${raw}`, `0X${raw.toUpperCase()}`]) {
    for (const text of [
      `network: ${key}`,
      `network: "${key}"`,
      `anti_slashing: {backend: ${key}}`,
      `anti_slashing: {backend: file}\nethereum: {registration_network: "${key}"}`,
      `key_sources: {filesystem: {paths: ${key}}}`,
      `key_sources: {filesystem: {${key}: 1}}`,
      `signing: {verify_bls: '${key}'}`,
      `tls: {mode: file, listen_port: ${key}, file: {cert_path: c, key_path: k}}`,
    ]) {
      const problems = problemsOf(text).join('\n').toLowerCase();
      assert.notEqual(problems, '', text);
      assert.ok(!problems.includes(raw.slice(0, 16)), `${text}\n${problems}`);
    }
  }
  const password = problemsOf('vaults: {v: {driver: file, config: {file: a, password: hunter2}}}');
  assert.deepEqual(password, [
    't.yaml:1:56: vaults.v.config.password: found a text; expected env:NAME or file:PATH ' +
      '(the password itself does not belong into this file)',
  ]);
});

test('no file, environment or flags make loading throw anything but a fault', () => {
  const keys = [
    'base_dir',
    'watermark',
    'driver',
    'config',
    'vaults',
    'tezos',
    pkh,
    'allow',
    'generic',
    'server',
    'address',
    'log',
    'x',
    '',
    'network',
    'anti_slashing',
    'backend',
    'key_sources',
    'filesystem',
    'paths',
    'keystores',
    'ethereum',
    'registration_network',
    'tls',
    'mode',
    'path',
    'password_file',
    '__proto__',
    'constructor',
    'toString',
  ];
  const scalar = fc.oneof(
    fc.constantFrom('mem', 'file', 'sqlite', 'ignore', 'hoodi', 'aws', '$X', '~', 'true', '1', '-1', '1e400', ':1'),
    fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text)),
  );
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc
        .array(fc.tuple(fc.constantFrom(...keys), tie('value')), { maxLength: 4 })
        .map((entries) => `{${entries.map(([key, each]) => `${JSON.stringify(key)}: ${each}`).join(', ')}}`),
    ),
  }));
  const name = fc
    .array(fc.constantFrom(...keys.map((key) => key.toUpperCase()), pkh), { maxLength: 4 })
    .map((parts) => `TIDEMARK_${parts.join('__')}`);
  const env = fc.dictionary(name, fc.string({ maxLength: 6 }), { maxKeys: 3 });
  fc.assert(
    fc.property(value, env, (text, variables) => void problemsOf(text, variables)),
    { numRuns: 3000 },
  );
});

test('the protection socket is beside the store that needs one, elsewhere, or off', () => {
  const socketOf = (text: string): string | null =>
    loadConfig({ file: null, text: `network: hoodi\n${text}`, env: {} }).protection.socket;
  const sqlite = 'anti_slashing: { backend: sqlite, path: /data/marks.db }';
  assert.equal(socketOf(sqlite), '/data/marks.db.sock');
  assert.equal(socketOf('anti_slashing: { backend: file, path: /data/marks }'), '/data/marks.sock');
  assert.equal(socketOf('base_dir: /data\nanti_slashing: { backend: mem }'), '/data/protection.sock');
  assert.equal(socketOf(`${sqlite}\nprotection: { socket: /run/tidemark.sock }`), '/run/tidemark.sock');
  assert.equal(socketOf(`${sqlite}\nprotection: { socket: null }`), null);
  assert.equal(socketOf('anti_slashing: { backend: noop }'), null);
});
