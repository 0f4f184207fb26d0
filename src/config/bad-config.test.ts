import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf } from '../../test/support/config-text.ts';

function expectProblems(text: string, ...problems: readonly string[]): void {
  assert.deepEqual(problemsOf(text), problems);
}

const pkh = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';

test('an unknown key is named with the nearest right one, on its own level or another', () => {
  expectProblems('anti_slashin: {}', 't.yaml:1:1: anti_slashin: unknown key; did you mean anti_slashing?');
  expectProblems('server:\n  listen-port: 1', 't.yaml:2:3: server.listen-port: unknown key; did you mean listen_port?');
  expectProblems('listen_port: 9000', 't.yaml:1:1: listen_port: unknown key; did you mean server.listen_port?');
  expectProblems(
    'log:\n  watermark:\n    driver: file',
    't.yaml:2:3: log.watermark: unknown key; did you mean watermark?',
  );
  expectProblems('log: {colour: red}', 't.yaml:1:7: log.colour: unknown key; known here: level, format');
  expectProblems(
    'vaults: {v: {driver: file, config: {fil: x, file: y}}}',
    't.yaml:1:37: vaults.v.config.fil: unknown key; did you mean file?',
  );
  expectProblems(
    'watermark: {driver: mem, config: {path: x}}',
    't.yaml:1:35: watermark.config.path: unknown key; nothing can be set here',
  );
});

test('what is known from elsewhere but not built stops the start, and is not called unknown', () => {
  const later = 'is not built into this version of Tidemark; remove it to start';
  for (const root of ['signer_state', 'chamber', 'tee', 'http', 'policy_hook']) {
    expectProblems(`${root}: {a: b}`, `t.yaml:1:1: ${root}: ${later}`);
    expectProblems(`${root}:`, `t.yaml:1:1: ${root}: ${later}`);
  }
  expectProblems('server:\n  authorized_keys: [edpk]', `t.yaml:2:3: server.authorized_keys: ${later}`);
  expectProblems('server: {jwt: {users: {}}}', `t.yaml:1:10: server.jwt: ${later}`);
  expectProblems(`tezos: {${pkh}: {jwt_users: [u]}}`, `t.yaml:1:48: tezos.${pkh}.jwt_users: ${later}`);
  expectProblems(`tezos: {${pkh}: {authorized_keys: edpk}}`, `t.yaml:1:48: tezos.${pkh}.authorized_keys: ${later}`);
  expectProblems('key_sources: {dynamodb: {table: t}}', `t.yaml:1:15: key_sources.dynamodb: ${later}`);
  expectProblems('key_sources: {memory: }', `t.yaml:1:15: key_sources.memory: ${later}`);
  expectProblems('metrics: {refresh_interval_seconds: 30}', `t.yaml:1:11: metrics.refresh_interval_seconds: ${later}`);
  expectProblems('protection: {enrolment: strict}', `t.yaml:1:14: protection.enrolment: ${later}`);
});

test('drivers that are not built stop the start, whatever their config', () => {
  expectProblems(
    'tls: {mode: atls}',
    't.yaml:1:13: tls.mode: atls is not built into this version of Tidemark; expected disabled or file',
  );
  for (const driver of [
    'awskms',
    'azure',
    'cloudkms',
    'hashicorpvault',
    'yubihsm',
    'pkcs11',
    'ledger',
    'nitro',
    'confidentialspace',
  ]) {
    const text = `${driver} is not built into this version of Tidemark; expected file or mem`;
    expectProblems(`vaults:\n  v:\n    driver: ${driver}\n    config: [x]`, `t.yaml:3:13: vaults.v.driver: ${text}`);
  }
});

test('a value of the wrong type is named with what was found and what was expected', () => {
  const address = 'expected an IP address or a host name, without brackets and port';
  const host = "expected a host name or an IP address, without port, or '*'";
  const levels = 'expected a number of levels from 1 to 2147483647, or null for no bound';
  const cases: readonly (readonly [string, string])[] = [
    ['base_dir: 123', '1:11: base_dir: found the number 123; expected the path of a folder; put quotes around it'],
    ['base_dir: ""', '1:11: base_dir: found the text ""; expected the path of a folder'],
    ['base_dir: [a]', '1:11: base_dir: found a list; expected the path of a folder'],
    ['base_dir:', '1:1: base_dir: found nothing; expected the path of a folder'],
    ['server: 9000', '1:9: server: found a number; expected a section with settings below it'],
    ['server: [a]', '1:9: server: found a list; expected a section with settings below it'],
    [
      'server: {listen_port: "9000"}',
      '1:23: server.listen_port: found the text "9000"; expected a port from 0 to 65535; remove the quotes',
    ],
    [
      'server: {listen_port: 65536}',
      '1:23: server.listen_port: found the number 65536; expected a port from 0 to 65535',
    ],
    ['server: {listen_port: -1}', '1:23: server.listen_port: found the number -1; expected a port from 0 to 65535'],
    [
      'server: {listen_port: 9000.5}',
      '1:23: server.listen_port: found the number 9000.5; expected a port from 0 to 65535',
    ],
    ['server: {listen_port: 1s}', '1:23: server.listen_port: found the text "1s"; expected a port from 0 to 65535'],
    ['server: {listen_port: .nan}', '1:23: server.listen_port: found the number .nan; expected a port from 0 to 65535'],
    ['server: {listen_address: "::1]:80"}', `1:26: server.listen_address: found the text "::1]:80"; ${address}`],
    [
      'server: {address: 6732}',
      '1:19: server.address: found the number 6732; expected host:port, such as :6732; put quotes around it',
    ],
    ['server: {address: ":67320"}', '1:19: server.address: found ":67320"; expected host:port, such as :6732'],
    [
      'server: {allowed_hosts: []}',
      "1:25: server.allowed_hosts: found an empty list; expected a list of one or more hosts; ['*'] allows any",
    ],
    ['server: {allowed_hosts: ["http://a"]}', `1:26: server.allowed_hosts[0]: found the text "http://a"; ${host}`],
    ['log: {level: verbose}', '1:14: log.level: found the text "verbose"; expected error, warn, info, debug or trace'],
    [
      'log: {level: debg}',
      '1:14: log.level: found the text "debg"; expected error, warn, info, debug or trace; did you mean debug?',
    ],
    [
      'protection: {allow_repeat: "true"}',
      '1:28: protection.allow_repeat: found the text "true"; expected true or false; remove the quotes',
    ],
    [
      'protection: {allow_repeat: no}',
      '1:28: protection.allow_repeat: found the text "no"; expected true or false; write false',
    ],
    ['protection: {allow_repeat: 1}', '1:28: protection.allow_repeat: found the number 1; expected true or false'],
    ['protection: {max_level_jump: 0}', `1:30: protection.max_level_jump: found the number 0; ${levels}`],
    [
      'accept_slashing_risk: yes',
      '1:23: accept_slashing_risk: found the text "yes"; expected true or false; write true',
    ],
    ['watermark: file', '1:12: watermark: found a text; expected a section with a driver'],
    [
      'watermark: {driver: files}',
      '1:21: watermark.driver: found the text "files"; expected file, mem, sqlite, postgres, aws, dynamodb, gcp, firestore, ignore or noop; did you mean file?',
    ],
    [
      'watermark: {driver: sqlite, config: {path: 1}}',
      '1:44: watermark.config.path: found the number 1; expected the path of a database file; put quotes around it',
    ],
    ['vaults: [a]', '1:9: vaults: found a list; expected a section with a name for each vault'],
    ['vaults: {v: }', '1:10: vaults.v: found nothing; expected a section with a driver and its config'],
    ['vaults: {v: {}}', '1:10: vaults.v.driver: is missing; expected file or mem'],
    ['vaults: {v: {driver: file}}', '1:10: vaults.v.config: is missing; expected a section with settings below it'],
    [
      'vaults: {v: {driver: file, config: {}}}',
      '1:28: vaults.v.config.file: is missing; expected the path of a file of secret keys',
    ],
    [
      'vaults: {v: {driver: mem}}',
      '1:10: vaults.v.config: is missing; expected a list of secret keys, each of which may be env:NAME or file:PATH',
    ],
    ['vaults: {"": {driver: mem, config: []}}', '1:10: vaults."": this cannot be a name'],
    [
      `tezos: [${pkh}]`,
      '1:8: tezos: found a list; expected a section with a line for each public key hash (tz1… to tz4…)',
    ],
    [
      `tezos: {${pkh}: {log_payloads: 1}}`,
      `1:62: tezos.${pkh}.log_payloads: found the number 1; expected true or false`,
    ],
    [
      `tezos: {${pkh}: {allow: [block]}}`,
      `1:55: tezos.${pkh}.allow: found a list; expected a section with a line for each kind of request`,
    ],
  ];
  for (const [text, problem] of cases) expectProblems(text, `t.yaml:${problem}`);
});

test('words and numbers that YAML readers disagree on are refused', () => {
  const words = 'without quotes, which many YAML readers take for true or false; put quotes around it';
  for (const word of ['no', 'Yes', 'ON', 'off'])
    expectProblems(`base_dir: ${word}`, `t.yaml:1:11: base_dir: found ${word} ${words}`);
  const digits = 'which not all YAML readers read alike; write it in plain decimal digits';
  for (const number of ['0123', '0x10', '0o17', '1e3', '+12', '12.0']) {
    expectProblems(
      `server: {listen_port: ${number}}`,
      `t.yaml:1:23: server.listen_port: found the number ${number}, ${digits}`,
    );
  }
  assert.deepEqual(problemsOf('base_dir: "no"\nserver: {listen_port: 0}'), []);
  // Where a setting may be null, there is but one way to read it.
  for (const nothing of ['null', '~']) assert.deepEqual(problemsOf(`signing: {threads: ${nothing}}`), []);
});

test('a key hash, a chain id or a kind with a typing error is refused', () => {
  const notHash = 'this is not a public key hash (tz1… to tz4…): gotez: base58Check decoding error';
  const path = `tezos.${pkh}`;
  const generic = (place: string, index: number, kind: string, hint = '') =>
    `${place}: ${path}.allow.generic[${index}]: invalid operation kind \`${kind}\` in \`allow.generic\` list${hint}`;
  const damaged = `${pkh.slice(0, -1)}g`;
  expectProblems(
    `tezos:\n  ${damaged}:\n  tz9: {allow: {}}`,
    `t.yaml:2:3: tezos.${damaged}: ${notHash}: invalid checksum; look for a typing error`,
    `t.yaml:3:3: tezos.tz9: ${notHash}: data is too short: 3; look for a typing error`,
  );
  expectProblems(
    `tezos: {${pkh}: {allowed_chains: [NetXdQprcVkpaWu]}}`,
    `t.yaml:1:65: ${path}.allowed_chains[0]: "NetXdQprcVkpaWu" is not a chain id (Net… and 12 characters); ` +
      'look for a typing error',
  );
  expectProblems(
    `tezos: {${pkh}: {allowed_chains: []}}`,
    `t.yaml:1:64: ${path}.allowed_chains: found an empty list; expected a list of one or more chain ids (Net…); ` +
      'remove the key to allow every chain',
  );
  expectProblems(
    `tezos: {${pkh}: {allow: {blok: , generic: [tranzaction, reveal, attestation, "ballot:maybe", "reveal:x"]}}}`,
    `t.yaml:1:56: tezos.${pkh}.allow.blok: invalid request kind \`blok\` in \`allow\` list; did you mean block?`,
    generic('t.yaml:1:74', 0, 'tranzaction', '; did you mean transaction?'),
    generic('t.yaml:1:95', 2, 'attestation'),
    generic('t.yaml:1:108', 3, 'ballot:maybe'),
    generic('t.yaml:1:124', 4, 'reveal:x', '; did you mean reveal?'),
  );
});

test('what does not fit the Ethereum side is named', () => {
  const networks = 'mainnet, sepolia, hoodi, gnosis, chiado, ephemery or the path of a YAML file';
  const keystores = 'key_sources: {filesystem: {keystores: ';
  const one = 'a section with path and one of passwords_path and password_file (not both)';
  const path =
    'anti_slashing.path: is missing; expected the path of a database file, such as /var/lib/tidemark/ethereum.sqlite';
  const seconds = 'expected a number of seconds from 0 to 86400';
  const tls = (interval: string) =>
    `tls: {mode: file, file: {cert_path: c, key_path: k, reload_interval_seconds: ${interval}}}`;
  const cases: readonly (readonly [string, string])[] = [
    ['network: mainet', `1:10: network[0]: found the text "mainet"; expected ${networks}; did you mean mainnet?`],
    [
      'network: [hoodi, Gnosis]',
      `1:18: network[1]: found the text "Gnosis"; expected ${networks}; did you mean gnosis?`,
    ],
    ['network: prater', `1:10: network[0]: found the text "prater"; expected ${networks}`],
    ['network: 1', `1:10: network: found a number; expected ${networks}, or a list of these`],
    ['network: []', `1:10: network: found an empty list; expected ${networks}, or a list of these`],
    ['network: {name: mainnet}', `1:10: network: found a section; expected ${networks}, or a list of these`],
    ['network:', `1:1: network: found nothing; expected ${networks}, or a list of these`],
    [
      'key_sources: {filesystem: {paths: /keys}}',
      '1:35: key_sources.filesystem.paths: found a text; expected a list of paths of folders',
    ],
    [
      'key_sources: {filesystem: {path: [/keys]}}',
      '1:28: key_sources.filesystem.path: unknown key; did you mean paths?',
    ],
    ['key_sources: {filesystm: {}}', '1:15: key_sources.filesystm: unknown key; did you mean filesystem?'],
    [
      'key_sources: {filesystem: {keystore_load_concurrency: 0}}',
      '1:55: key_sources.filesystem.keystore_load_concurrency: found the number 0; expected a number of keystores from 1 to 1024',
    ],
    [`${keystores}[/keys]}}`, `1:40: key_sources.filesystem.keystores[0]: found a text; expected ${one}`],
    [`${keystores}[{path: a}]}}`, `1:40: key_sources.filesystem.keystores[0]: found a section; expected ${one}`],
    [
      `${keystores}[{path: a, password_file: b, passwords_path: c}]}}`,
      `1:40: key_sources.filesystem.keystores[0]: found a section; expected ${one}`,
    ],
    [
      `${keystores}[{password_file: b}]}}`,
      '1:40: key_sources.filesystem.keystores[0].path: is missing; expected the path of a folder',
    ],
    [
      `${keystores}[{path: a, passwordfile: b, password_file: c}]}}`,
      '1:50: key_sources.filesystem.keystores[0].passwordfile: unknown key; did you mean password_file?',
    ],
    [
      'anti_slashing: {}',
      '1:1: anti_slashing.backend: is missing; expected sqlite, postgres, file, dynamodb, aws, firestore, gcp, mem, noop or ignore',
    ],
    ['anti_slashing: sqlite', '1:16: anti_slashing: found a text; expected a section with a backend'],
    ['anti_slashing: {backend: sqlite}', `1:1: ${path}`],
    [
      'anti_slashing: {backend: sqlit, path: x}',
      '1:26: anti_slashing.backend: found the text "sqlit"; expected sqlite, postgres, file, dynamodb, aws, firestore, gcp, mem, noop or ignore; did you mean sqlite?',
    ],
    [
      'anti_slashing: {backend: memory}',
      '1:26: anti_slashing.backend: found the text "memory"; expected sqlite, postgres, file, dynamodb, aws, firestore, gcp, mem, noop or ignore',
    ],
    ['anti_slashing: {backend: mem, path: x}', '1:31: anti_slashing.path: unknown key; known here: backend'],
    [
      'anti_slashing: {backend: sqlite, path: 1}',
      '1:40: anti_slashing.path: found the number 1; expected the path of a database file, such as /var/lib/tidemark/ethereum.sqlite; put quotes around it',
    ],
    [
      'ethereum: {root_mismatch_status: 404}',
      '1:34: ethereum.root_mismatch_status: found the number 404; expected 400 or 500',
    ],
    ['ethereum: {network: mainnet}', '1:12: ethereum.network: unknown key; did you mean network?'],
    [
      'protection: {max_future_slots: 33}',
      '1:32: protection.max_future_slots: found the number 33; expected a number of slots from 0 to 32',
    ],
    [
      'protection: {max_future_slots: -1}',
      '1:32: protection.max_future_slots: found the number -1; expected a number of slots from 0 to 32',
    ],
    [
      'signing: {threads: 0}',
      '1:20: signing.threads: found the number 0; expected a number of threads from 1 to 256, or null for as many as there are processors',
    ],
    ['signing: {verify_bls: never}', '1:23: signing.verify_bls: found the text "never"; expected on_load or always'],
    [
      'signing: {verify_bls: on-load}',
      '1:23: signing.verify_bls: found the text "on-load"; expected on_load or always; did you mean on_load?',
    ],
    [
      'signing: {deadline_ms: 4s}',
      '1:24: signing.deadline_ms: found the text "4s"; expected a number of milliseconds from 100 to 60000',
    ],
    [
      'signing: {deadline_ms: 0}',
      '1:24: signing.deadline_ms: found the number 0; expected a number of milliseconds from 100 to 60000',
    ],
    ['tls: {mode: file}', '1:1: tls.file: is missing; expected a section with settings below it'],
    ['tls: {mode: file, file: }', '1:1: tls.file: is missing; expected a section with settings below it'],
    ['tls: {mode: file, file: {cert_path: c}}', '1:19: tls.file.key_path: is missing; expected the path of a PEM file'],
    ['tls: {mode: on}', '1:13: tls.mode: found the text "on"; expected disabled or file'],
    ['tls: true', '1:6: tls: found a truth value; expected a section with a mode'],
    ['tls: {cert_path: c}', '1:7: tls.cert_path: unknown key; did you mean tls.file.cert_path?'],
    [tls('-1'), `1:78: tls.file.reload_interval_seconds: found the number -1; ${seconds}`],
    [tls('1000000000'), `1:78: tls.file.reload_interval_seconds: found the number 1000000000; ${seconds}`],
    [tls('1e9'), `1:78: tls.file.reload_interval_seconds: found the number 1e9; ${seconds}`],
    [tls('"1s"'), `1:78: tls.file.reload_interval_seconds: found the text "1s"; ${seconds}`],
    [tls('1.5'), `1:78: tls.file.reload_interval_seconds: found the number 1.5; ${seconds}`],
    [
      'metrics: {web3signer_names: yes}',
      '1:29: metrics.web3signer_names: found the text "yes"; expected true or false; write true',
    ],
  ];
  for (const [text, problem] of cases) expectProblems(text, `t.yaml:${problem}`);
});
