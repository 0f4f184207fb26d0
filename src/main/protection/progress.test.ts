import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProgressBar } from './progress.ts';

function drawn(isTTY: boolean): readonly string[] {
  const written: string[] = [];
  const bar = new ProgressBar({ isTTY, write: (text: string) => written.push(text) > 0 });
  bar.show({ stage: 'checking', done: 50, total: 200 });
  bar.end();
  bar.end();
  return written;
}

test('a terminal sees how far it has come, and nothing of it afterwards', () => {
  assert.deepEqual(drawn(true), [`\r\u001B[Kchecking [${'='.repeat(7)}${' '.repeat(23)}] 25 %`, '\r\u001B[K']);
});

test('what is no terminal is left alone', () => assert.deepEqual(drawn(false), []));
