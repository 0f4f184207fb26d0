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
