import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { AllowedHosts } from './allowed-hosts.ts';

const hosts = new AllowedHosts(['localhost', '127.0.0.1', '::1', 'signer.internal']);

for (const header of [
  'localhost',
  'localhost:9000',
  'LOCALHOST:9000',
  '127.0.0.1:1',
  '[::1]:9000',
  'signer.internal',
]) {
  test(`answers the host ${header}`, () => assert.doesNotThrow(() => hosts.check(header)));
}

for (const header of [undefined, '', ':9000', 'evil.example', 'localhost.evil.example', '[::2]:9000']) {
  test(`refuses the host ${String(header)} and names the option`, () => {
    assert.throws(
      () => hosts.check(header),
      (error) => isFault(error, 'host_not_allowed') && error.message.includes('server.allowed_hosts'),
    );
  });
}

test('no list answers every host', () => assert.doesNotThrow(() => new AllowedHosts(null).check('anything')));

for (const origin of [undefined, 'http://localhost:9000', 'https://signer.internal', 'http://[::1]:9000']) {
  test(`answers a page of ${origin ?? 'no origin'}`, () => assert.doesNotThrow(() => hosts.checkOrigin(origin)));
}

for (const origin of ['', 'null', 'https://evil.example', 'https://localhost.evil.example', 'file://', 'localhost-x']) {
  test(`refuses a page of ${JSON.stringify(origin)} and names the option`, () => {
    assert.throws(
      () => hosts.checkOrigin(origin),
      (error) => isFault(error, 'host_not_allowed') && error.message.includes('server.allowed_hosts'),
    );
  });
}
