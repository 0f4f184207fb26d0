import fc from 'fast-check';
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { defaultTezosPolicy, type TezosPolicy } from '../policy/tezos-policy.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load-config.ts';

const pkh = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const otherPkh = 'tz2QPsZoZse4eeahhg5DdfnBDB4VbU1PwgxN';
const blsPkh = 'tz4XXtsYav3fZz2FSDa7hcx4F8sh8SaDWNME';

type Texts = Record<string, string>;

function load(text: string, env: Texts = {}, overrides: Texts = {}): Config {
  return loadConfig({ file: 't.yaml', text, env, overrides });
}

function problemsOf(text: string, env: Texts = {}, overrides: Texts = {}): readonly string[] {
  try {
    load(text, env, overrides);
    return [];
  } catch (error) {
    assert.ok(isFault(error, 'config_invalid'), String(error));
    return error.message.split('\n  ').slice(1);
  }
}

function noticesOf(config: Config): readonly string[] {
  return config.notices.map(({ level, text }) => `${level}: ${text}`);
}

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
    protection: { allowRepeat: true, maxLevelJump: null },
    vaults: new Map(),
    tezos: new Map(),
    server: { listenAddress: '127.0.0.1', listenPort: 9000, allowedHosts },
    metrics: { listenAddress: '127.0.0.1', listenPort: 3000, allowedHosts },
    log: { level: 'info', format: 'text' },
  };
  assert.deepEqual(valuesOf(loadConfig({ file: null, env: {} })), defaults);
  for (const text of [
    '',
    '# nothing',
    '{}',
    'watermark:\nserver:\nvaults:\ntezos:\nlog:\n',
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
  assert.deepEqual(config.protection, { allowRepeat: false, maxLevelJump: 1000n });
  const allowedHosts = ['signer.example', '2001:db8::1'];
  assert.deepEqual(config.server, { listenAddress: '::1', listenPort: 1, allowedHosts });
  assert.deepEqual(config.metrics, { listenAddress: 'metrics.internal', listenPort: 2, allowedHosts });
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
  assert.deepEqual([config.acceptSlashingRisk, config.protection], [true, { allowRepeat: false, maxLevelJump: 5n }]);
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
    ['TIDEMARK_NETWORK', 'mainnet', 'network: is not built into this version of Tidemark; remove it to start'],
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

test('all problems are told at once, the file first, in the order of its lines', () => {
  const text = 'log: {level: loud}\nserver:\n  listen_port: x\nfoo: 1\ntls: {}\nwatermark: {driver: aws}';
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
  assert.deepEqual(problemsOf('base_dir: /a$'), ['t.yaml:1:11: base_dir: found "/a$", but $ names no variable']);
  assert.deepEqual(load('watermark: {driver: sqlite}\nbase_dir: /srv').watermark, {
    driver: 'sqlite',
    path: '/srv/watermark.sqlite',
  });
});

test("Signatory's addresses are understood, and win within their layer", () => {
  const config = load('server: {address: ":6732", utility_address: "[::1]:9583", listen_port: 1}');
  assert.deepEqual(config.server, { listenAddress: '0.0.0.0', listenPort: 6732, allowedHosts: null });
  assert.deepEqual([config.metrics.listenAddress, config.metrics.listenPort], ['::1', 9583]);
  const notices = noticesOf(config);
  assert.ok(
    notices.includes('info: server.address is read as server.listen_address 0.0.0.0 and server.listen_port 6732'),
  );
  assert.ok(
    notices.includes('info: server.utility_address is read as metrics.listen_address ::1 and metrics.listen_port 9583'),
  );
  assert.equal(load('server: {address: ":6732"}', { TIDEMARK_SERVER__LISTEN_PORT: '7' }).server.listenPort, 7);
  assert.equal(load('server: {listen_port: 7}', { TIDEMARK_SERVER__ADDRESS: 'signer:8' }).server.listenPort, 8);
  for (const address of ['6732', 'a:b', ':99999', '::1:80', 'http://a:80', 'a b:1']) {
    const found = `t.yaml:1:19: server.address: found ${JSON.stringify(address)}; expected host:port, such as :6732`;
    assert.deepEqual(problemsOf(`server: {address: ${JSON.stringify(address)}}`), [found]);
  }
});

test('the hosts that may be named follow the address, unless they are listed', () => {
  const hostsOf = (server: string) => load(`server: {${server}}`).server.allowedHosts;
  assert.deepEqual(hostsOf('listen_address: 10.0.0.1'), ['localhost', '127.0.0.1', '::1', '10.0.0.1']);
  assert.deepEqual(hostsOf('listen_address: Signer'), ['localhost', '127.0.0.1', '::1', 'signer']);
  assert.equal(hostsOf('listen_address: "::"'), null);
  assert.deepEqual(hostsOf('listen_address: "::", allowed_hosts: [A]'), ['a']);
  assert.equal(hostsOf("allowed_hosts: [a, '*']"), null);
  assert.equal(load('metrics: {listen_address: 0.0.0.0}').metrics.allowedHosts, null);
});

test('two listeners on one port are refused', () => {
  const text = 'metrics.listen_port: server and metrics both listen on port 9000; give one of them another';
  assert.deepEqual(problemsOf('metrics: {listen_port: 9000}'), [`t.yaml:1:24: ${text}`]);
  assert.deepEqual(problemsOf('metrics: {listen_port: 9000, listen_address: 0.0.0.0}'), [`t.yaml:1:24: ${text}`]);
  assert.deepEqual(problemsOf('metrics: {listen_port: 9000, listen_address: 10.0.0.1}'), []);
  assert.deepEqual(problemsOf('metrics: {listen_port: 0}\nserver: {listen_port: 0}'), []);
  assert.deepEqual(problemsOf('server: {listen_port: 3000}'), [
    't.yaml:1:23: server.listen_port: server and metrics both listen on port 3000; give one of them another',
  ]);
});

test('mem does not guard a key that may sign for the mainnet, unless the operator accepts it', () => {
  const text = (chains: string) => `watermark: {driver: mem}\ntezos: {${pkh}: {allow: {block: }${chains}}}`;
  const [problem = ''] = problemsOf(text(', allowed_chains: [NetXdQprcVkpaWU]'));
  assert.match(
    problem,
    /^t\.yaml:1:21: watermark\.driver: mem forgets all marks at every stop, and tz1.* accept_slashing_risk: true/u,
  );
  const accepted = load(`${text(', allowed_chains: [NetXdQprcVkpaWU]')}\naccept_slashing_risk: true`);
  assert.deepEqual(problemsOf(text(', allowed_chains: [NetXo5iVw1vBoxM]')), []);
  for (const config of [accepted, load(text(''))]) {
    assert.match(noticesOf(config)[0] ?? '', /^warn: watermark\.driver is mem: /u);
  }
});

test('what an operator should know is said', () => {
  assert.deepEqual(noticesOf(load('')), [
    'warn: vaults is empty: there is no key to sign with',
    'warn: tezos is empty: no key may sign; list the hash of each key that may',
  ]);
  const some = `vaults: {v: {driver: file, config: {file: k}}}\ntezos: {${pkh}: }\n`;
  const paste = noticesOf(load(some));
  assert.equal(paste.length, 1);
  assert.match(paste[0] ?? '', /^info: .*:6732 and :9583 are 127\.0\.0\.1:9000 and 127\.0\.0\.1:3000 here/u);
  for (const own of ['server: {}', 'metrics: {listen_port: 1}', 'log: {level: warn}', 'protection: {}']) {
    assert.deepEqual(noticesOf(load(`${some}${own}`)), []);
  }
  const open = noticesOf(load(`${some}server: {listen_address: 0.0.0.0}`));
  assert.equal(open.length, 2);
  assert.match(open[0] ?? '', /listens on 0\.0\.0\.0:9000 and does not ask who calls/u);
  assert.match(open[1] ?? '', /server\.allowed_hosts is not set/u);
  assert.deepEqual(noticesOf(load('vaults: {v: {driver: mem, config: ["env:X"]}}\nserver: {}')).slice(0, 1), [
    'warn: vaults v: the mem driver is for tests only; use the file driver',
  ]);
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
    '__proto__',
    'constructor',
    'toString',
  ];
  const scalar = fc.oneof(
    fc.constantFrom('mem', 'file', 'sqlite', 'aws', '$X', '~', 'true', '1', '-1', '1e400', ':1'),
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
