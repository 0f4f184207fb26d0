import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Domains } from './domains.ts';

const [rootA, rootB] = ['4b'.repeat(32), 'd8'.repeat(32)];
const parts = { type: '01000000', version: '06000000', validatorsRoot: rootA };

test('a domain is the type and the beginning of the root of the fork', () => {
  const domain = new Domains().of({ type: '03000000', version: '00000000', validatorsRoot: '00'.repeat(32) });
  // The deposit domain of mainnet, which the deposit contract's own tools print.
  assert.equal(domain, '03000000f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a9');
});

test('a kept domain is of the same type, version and root, and of nothing else', () => {
  const domains = new Domains();
  const others = [
    parts,
    { ...parts, type: '00000000' },
    { ...parts, version: '05000000' },
    { ...parts, validatorsRoot: rootB },
  ];
  const first = others.map((each) => domains.of(each));
  assert.equal(new Set(first).size, others.length);
  assert.deepEqual(
    others.map((each) => domains.of(each)),
    first,
    'kept',
  );
  assert.deepEqual(
    others.map((each) => new Domains().of(each)),
    first,
    'made anew',
  );
});

test('many versions, as deposits may name, leave a domain as it was', () => {
  const domains = new Domains();
  const before = domains.of(parts);
  for (let version = 0; version < 2000; version += 1) {
    domains.of({ ...parts, version: version.toString(16).padStart(8, '0') });
  }
  assert.equal(domains.of(parts), before);
});
