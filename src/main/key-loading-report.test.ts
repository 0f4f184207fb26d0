import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../base/fault.ts';
import { createLog } from '../observe/log.ts';
import { KeyLoadingReport } from './key-loading-report.ts';

test('each event of a load is one line of the level that it deserves', () => {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    format: 'text',
    write: (line) => lines.push(line.trim().replace(/^\S+ /u, '')),
  });
  const counted = { failures: 0, seconds: 0 };
  const report = new KeyLoadingReport(log, {
    keyFailures: { inc: () => (counted.failures += 1) },
    keyLoading: { set: (_labels, seconds) => (counted.seconds = seconds) },
  });
  report.keyLoaded('0xaa', '/keys/a.yaml');
  report.failed('/keys/b.yaml, entry 2', new Fault('password_wrong', 'no'));
  report.keyTwice('0xaa', ['/keys/a.yaml', '/keys/c.yaml']);
  report.keyRemoved('0xbb', '/keys/d.yaml');
  report.progress({ found: 9, loaded: 4, failed: 1, remaining: 4 });
  report.ended({ found: 9, added: 8, unchanged: 0, removed: 0, failed: 1, ms: 12 });
  report.ended({ found: 9, added: 9, unchanged: 0, removed: 0, failed: 0, ms: 12 });
  assert.deepEqual(lines, [
    'WARN  Key not loaded place="/keys/b.yaml, entry 2" code=password_wrong error=no',
    'WARN  Key is in two places; it is loaded once key=0xaa places=/keys/a.yaml,/keys/c.yaml',
    'INFO  Key removed key=0xbb place=/keys/d.yaml',
    'INFO  Loading keys found=9 loaded=4 failed=1 remaining=4',
    'WARN  Keys loaded found=9 added=8 unchanged=0 removed=0 failed=1 ms=12',
    'INFO  Keys loaded found=9 added=9 unchanged=0 removed=0 failed=0 ms=12',
  ]);
  assert.deepEqual(counted, { failures: 1, seconds: 0.012 });
});
