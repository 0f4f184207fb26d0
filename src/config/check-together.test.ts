import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, noticesOf, problemsOf } from '../../test/support/config-text.ts';

const pkh = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';

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
  assert.equal(load('server: {utility_address: ":9583"}\nmetrics:').metrics.listenPort, 9583);
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
