import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { checkCanonicalPath } from './canonical-path.ts';

const accepted = ['/', '/healthz', '/keys/tz1abc', '/keys/tz1abc?version=2&authentication=sig%2B', '/keys/'];
const refused = [
  '',
  'keys',
  '/keys/../healthz',
  '/keys/./x',
  '/keys/%2e%2e/x',
  '//keys/x',
  '/keys//x',
  '/keys/\u0000',
  '/keys/a b',
  '/keys\\x',
  `/${'a'.repeat(10_240)}`,
];

for (const path of accepted) test(`takes ${path}`, () => assert.doesNotThrow(() => checkCanonicalPath(path)));
for (const path of refused) {
  test(`refuses ${JSON.stringify(path.slice(0, 40))}`, () => {
    assert.throws(
      () => checkCanonicalPath(path),
      (error) => isFault(error, 'path_invalid'),
    );
  });
}
