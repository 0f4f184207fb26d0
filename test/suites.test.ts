import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingSuites } from './suites.ts';

test('a suite that nobody reported is missing, by its store', () => {
  const all = missingSuites([]);
  assert.ok(all.includes('contract suite on the sqlite store'));
  assert.deepEqual(missingSuites(all), []);
  assert.deepEqual(missingSuites(all.filter((suite) => !suite.startsWith('EIP-3076 suite on the file'))), [
    'EIP-3076 suite on the file store',
  ]);
});
