import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { load, noticesOf, problemsOf } from '../../test/support/config-text.ts';

const pkh = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Refused for exactly one reason, which matches. */
function expectProblem(text: string, problem: RegExp): void {
  const found = problemsOf(text);
  assert.equal(found.length, 1, `${text}\n${found.join('\n')}`);
  assert.match(found[0] ?? '', problem, text);
}

test('validator keys without a store of their marks are refused', () => {
  const problem =
    /^t\.yaml:1:1: key_sources: .*nothing keeps them from signing twice; add it, such as anti_slashing: \{ backend: sqlite,/u;
  for (const keys of [
    'paths: [/k]',
    'keystores: [{path: /k, password_file: /p}]',
    'paths: [], keystores: [{path: /k, passwords_path: /p}]',
  ]) {
    const text = `key_sources: {filesystem: {${keys}}}`;
    expectProblem(text, problem);
    expectProblem(`${text}\naccept_slashing_risk: true`, problem);
    expectProblem(`${text}\nanti_slashing:`, problem);
    assert.deepEqual(problemsOf(`${text}\nanti_slashing: {backend: file}`), [], keys);
  }
  assert.deepEqual(
    problemsOf('', { TIDEMARK_KEY_SOURCES__FILESYSTEM__PATHS: '/k' }).map((line) => line.split(': ')[0]),
    ['TIDEMARK_KEY_SOURCES__FILESYSTEM__PATHS'],
  );
});

test('the marks of both chains do not share a DynamoDB table', () => {
  const both = (tezos: string, ethereum: string): string =>
    `watermark: {driver: aws, config: {region: eu-west-1, table: ${tezos}}}
anti_slashing: {backend: dynamodb, region: eu-west-1, table: ${ethereum}}`;
  expectProblem(both('marks', 'marks'), /anti_slashing\.table: marks is the table of watermark, too/u);
  assert.deepEqual(problemsOf(both('marks', 'others')), []);
});

test('the marks of both chains never share a database or a folder, whatever leads to it', (t) => {
  const folder = scratch(t);
  const at = (name: string) => join(folder, name);
  mkdirSync(at('real'));
  writeFileSync(at('real/marks.sqlite'), '');
  symlinkSync('real', at('link'));
  symlinkSync(at('real/later.sqlite'), at('dangling.sqlite'));
  linkSync(at('real/marks.sqlite'), at('hard.sqlite'));
  const sqlite = (tezos: string, ethereum: string) =>
    `watermark: {driver: sqlite, config: {path: ${tezos}}}\nanti_slashing: {backend: sqlite, path: ${ethereum}}`;
  const file = (tezos: string, ethereum: string) =>
    `base_dir: ${tezos}\nanti_slashing: {backend: file, path: ${ethereum}}`;
  for (const [tezos, ethereum] of [
    ['/nowhere/marks.sqlite', '/nowhere/marks.sqlite'],
    ['/nowhere/marks.sqlite', '/nowhere/x/../marks.sqlite'],
    [at('real/marks.sqlite'), at('link/marks.sqlite')],
    [at('real/marks.sqlite'), at('hard.sqlite')],
    [at('real/new.sqlite'), at('link/new.sqlite')],
    [at('real/new/new.sqlite'), at('link/new/new.sqlite')],
    [at('real/later.sqlite'), at('dangling.sqlite')],
    [at('dangling.sqlite'), at('link/later.sqlite')],
  ] as const) {
    expectProblem(
      sqlite(tezos, ethereum),
      /^t\.yaml:2:40: anti_slashing\.path: .* is the database of watermark .*name another here$/u,
    );
  }
  for (const [tezos, ethereum] of [
    ['/nowhere', '/nowhere/'],
    [at('real'), at('link')],
    [at('link'), at('real')],
    [at('real/new'), at('link/new')],
  ] as const) {
    expectProblem(
      file(tezos, ethereum),
      /^t\.yaml:2:38: anti_slashing\.path: .* is base_dir, the folder of watermark /u,
    );
  }
  expectProblem(
    'base_dir: /srv\nwatermark: {driver: sqlite}\nanti_slashing: {backend: sqlite, path: /srv/watermark.sqlite}',
    /^t\.yaml:3:40: anti_slashing\.path: /u,
  );
  symlinkSync('ring', at('ring'));
  for (const text of [
    sqlite(at('real/marks.sqlite'), at('real/other.sqlite')),
    sqlite(at('real/one.sqlite'), at('link/other.sqlite')),
    sqlite(at('ring'), at('ring2')),
    file(at('real'), at('real/ethereum')),
    `base_dir: ${folder}\nanti_slashing: {backend: file}`,
    `base_dir: ${folder}\nanti_slashing: {backend: sqlite, path: ${folder}}`,
    'watermark: {driver: mem}\nanti_slashing: {backend: mem}\nnetwork: hoodi',
  ]) {
    assert.deepEqual(problemsOf(text), [], text);
  }
});

test('a store that keeps nothing does not guard validators where slashing costs money, unless it is accepted', () => {
  const backends = [
    ['mem', 'mem forgets all marks at every stop'],
    ['noop', 'noop keeps no marks at all'],
    ['ignore', 'noop keeps no marks at all'],
  ] as const;
  for (const [backend, harm] of backends) {
    const marks = `anti_slashing: {backend: ${backend}}`;
    const mayBe = (who: string) =>
      new RegExp(
        `^t\\.yaml:1:26: anti_slashing\\.backend: ${harm}, and validators of ${who}; .* accept_slashing_risk: true`,
        'u',
      );
    const refused: readonly (readonly [string, string])[] = [
      ['', 'mainnet and gnosis may sign \\(network is not set, so both are served\\)'],
      ['network: mainnet', 'mainnet may sign'],
      ['network: [hoodi, gnosis, ./mine.yaml]', 'gnosis may sign'],
      ['network: [gnosis, mainnet]', 'mainnet and gnosis may sign'],
    ];
    for (const [network, who] of refused) {
      expectProblem(`${marks}\n${network}`, mayBe(who));
      assert.deepEqual(problemsOf(`${marks}\n${network}\naccept_slashing_risk: true`), []);
    }
    for (const network of ['hoodi', '[sepolia, chiado, ephemery, hoodi]', './mine.yaml']) {
      assert.deepEqual(problemsOf(`${marks}\nnetwork: ${network}`), [], network);
    }
  }
  assert.deepEqual(problemsOf('anti_slashing: {backend: sqlite, path: /m}'), []);
});

test('ignore does not guard a key that may sign for the Tezos mainnet, also where no chain is named', () => {
  const text = (policy: string) => `watermark: {driver: ignore}\ntezos: {${pkh}: ${policy}}`;
  const problem = (why: string) =>
    new RegExp(
      `^t\\.yaml:1:21: watermark\\.driver: ignore keeps no marks at all, and tz1.* \\(${why}\\); .*risk: true`,
      'u',
    );
  const named = '{allow: {block: }, allowed_chains: [NetXdQprcVkpaWU]}';
  expectProblem(text(named), problem('allowed_chains'));
  expectProblem(text(''), problem('it has no allowed_chains'));
  expectProblem(text('{allow: {block: }}').replace('ignore', 'noop'), problem('it has no allowed_chains'));
  assert.deepEqual(problemsOf(text('{allow: {block: }, allowed_chains: [NetXo5iVw1vBoxM]}')), []);
  assert.deepEqual(problemsOf(`${text(named)}\naccept_slashing_risk: true`), []);
});

test('the network of registrations is one of those that are served', () => {
  const text = (network: string, chosen: string) =>
    `anti_slashing: {backend: file}\n${network}\nethereum: {registration_network: ${chosen}}`;
  const chosenOf = (network: string, chosen: string) => load(text(network, chosen)).ethereum?.registrationNetwork;
  expectProblem(
    text('network: [hoodi, sepolia]', 'mainnet'),
    /^t\.yaml:3:34: ethereum\.registration_network: "mainnet" is not among the networks that are served \(hoodi, sepolia\)$/u,
  );
  expectProblem(text('network: [hoodi, sepolia]', 'hodi'), /; did you mean hoodi\?$/u);
  expectProblem(text('', 'devnet'), /is not among the networks that are served \(mainnet, /u);
  expectProblem(text('network: [hoodi, /n/mine.yaml]', '/n/other.yaml'), /"\/n\/other\.yaml" is not among/u);
  expectProblem(text('network: [hoodi, /n/mine.yaml]', 'sepolia'), /"sepolia" is not among/u);
  expectProblem(text('', 'ephemery'), /"ephemery" is not among/u);
  assert.equal(chosenOf('', 'mainnet'), 'mainnet');
  assert.equal(chosenOf('network: [hoodi, /n/mine.yaml]', '/n/x/../mine.yaml'), '/n/mine.yaml');
  assert.equal(chosenOf('network: [hoodi, /n/mine.yaml]', 'devnet-3'), 'devnet-3');
});

test('TLS wants a port of its own', () => {
  const tls = (port: number) => `tls: {mode: file, listen_port: ${port}, file: {cert_path: c, key_path: k}}`;
  const text = (others: string) => `tls\\.listen_port: ${others} both listen on port \\d+; give one of them another$`;
  expectProblem(tls(9000), new RegExp(`^t\\.yaml:1:32: ${text('server and tls')}`, 'u'));
  expectProblem(tls(3000), new RegExp(`^t\\.yaml:1:32: ${text('metrics and tls')}`, 'u'));
  expectProblem(
    `${tls(9443).replace('listen_port: 9443, ', '')}\nserver: {listen_port: 9443}`,
    /^t\.yaml:2:23: server\.listen_port: server and tls both listen on port 9443/u,
  );
  assert.equal(problemsOf(`${tls(9000)}\nmetrics: {listen_port: 9000}`).length, 3);
  assert.deepEqual(problemsOf(`${tls(3000)}\nserver: {listen_address: 10.0.0.1}`), []);
  assert.deepEqual(problemsOf('tls: {listen_port: 9000}'), []);
});

test('what an operator of validators should know is said, and nothing of Tezos', () => {
  const keys = 'key_sources: {filesystem: {paths: [/k]}}\n';
  const marks = 'anti_slashing: {backend: file}\n';
  const registrations = 'validator registrations are refused until ethereum.registration_network names one of them';
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [`${keys}${marks}network: hoodi`, []],
    [`${keys}${marks}network: ./mine.yaml`, []],
    [`${keys}${marks}`, [`info: network is not set, so every built-in network is served: ${registrations}`]],
    [`${keys}${marks}network: [hoodi, sepolia]`, [`info: network: several are served: ${registrations}`]],
    [`${keys}${marks}network: [hoodi, sepolia]\nethereum: {registration_network: hoodi}`, []],
    [`${marks}network: hoodi`, ['warn: key_sources names no folder: there is no validator key to sign with']],
    [
      `${keys}${marks}network: hoodi\nwatermark: {driver: mem}`,
      ['info: watermark has no effect: neither vaults nor tezos names a Tezos key'],
    ],
    [
      `${keys}anti_slashing: {backend: mem}\nnetwork: hoodi`,
      ['warn: anti_slashing.backend is mem: after a restart nothing keeps a key from signing twice; tests only'],
    ],
    [
      `${keys}anti_slashing: {backend: ignore}\nnetwork: mainnet\naccept_slashing_risk: true`,
      ['warn: anti_slashing.backend is noop: nothing keeps a key from signing twice; tests only'],
    ],
    [
      `${keys}${marks}network: hoodi\ntls: {mode: file, file: {cert_path: c, key_path: k, reload_interval_seconds: 0}}`,
      ['warn: tls.file.reload_interval_seconds is 0: a renewed certificate takes effect only after a restart'],
    ],
    [
      `${keys}${marks}network: hoodi\nserver: {listen_address: 0.0.0.0}`,
      [
        'warn: the signing API listens on 0.0.0.0:9000 and does not ask who calls: let nobody but your validator ' +
          'clients reach it',
        'warn: server.allowed_hosts is not set, so requests may name any host; list the names that your validator ' +
          'clients use',
      ],
    ],
    [
      `${keys}${marks}network: hoodi\nserver: {listen_address: 10.0.0.5}\ntls: {mode: file, file: {cert_path: c, key_path: k}}`,
      [
        'warn: the signing API listens on 10.0.0.5:9443 (TLS) and does not ask who calls: let nobody but your ' +
          'validator clients reach it',
      ],
    ],
  ];
  for (const [text, notices] of cases) assert.deepEqual(noticesOf(load(text)), notices, text);
});

test('what has no effect without the marks of Ethereum is said', () => {
  const tezos = `vaults: {v: {driver: file, config: {file: k}}}\ntezos: {${pkh}: }\n`;
  assert.deepEqual(noticesOf(load(`${tezos}network: hoodi\nethereum: {root_mismatch_status: 500}`)), [
    'warn: network has no effect: without anti_slashing the Ethereum side is not there',
    'warn: ethereum has no effect: without anti_slashing the Ethereum side is not there',
  ]);
  const both = load(`${tezos}watermark: {driver: ignore}\nanti_slashing: {backend: noop}\naccept_slashing_risk: true`);
  assert.deepEqual(noticesOf(both).slice(0, 2), [
    'warn: watermark.driver is ignore: nothing keeps a key from signing twice; tests only',
    'warn: anti_slashing.backend is noop: nothing keeps a key from signing twice; tests only',
  ]);
  const open = noticesOf(load(`${tezos}anti_slashing: {backend: file}\nserver: {listen_address: 10.0.0.5}`));
  assert.match(open[0] ?? '', /let nobody but your bakers and validator clients reach it$/u);
});

test('a protection socket is refused where it would have no effect', () => {
  const problem = /^t\.yaml:\d+:\d+: protection\.socket: there is a socket only for Ethereum marks/u;
  const socket = 'protection: {socket: /run/tidemark.sock}';
  expectProblem(socket, problem);
  expectProblem(`${socket}\nnetwork: hoodi\nanti_slashing: {backend: noop}`, problem);
  assert.deepEqual(problemsOf(`${socket}\nanti_slashing: {backend: file, path: /marks}`), []);
  assert.deepEqual(problemsOf('protection: {socket: null}'), []);
});
