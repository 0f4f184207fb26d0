import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from './log.ts';

function captured(format: 'text' | 'json'): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'info', format, write: (line) => void lines.push(line) }) };
}

test('a text line holds time, level, message and fields', () => {
  const { lines, log } = captured('text');
  log.info('Signed block successfully', { lvl: 12n, pkh: 'tz1abc', ops: ['reveal', 'transaction'], why: 'two words' });
  assert.match(
    lines.join(''),
    /^\d{4}-\d\d-\d\dT[\d:.]+Z INFO {2}Signed block successfully lvl=12 pkh=tz1abc ops=reveal,transaction why="two words"\n$/u,
  );
});

test('a json line keeps numbers above 2^53 exact, as text', () => {
  const { lines, log } = captured('json');
  log.warn('x', { lvl: 18446744073709551615n });
  const line = JSON.parse(lines.join('')) as Record<string, unknown>;
  assert.equal(line['lvl'], '18446744073709551615');
  assert.equal(line['level'], 'warn');
  assert.equal(line['msg'], 'x');
});

test('nothing that a client sent can break a line or drive a terminal', () => {
  const { lines, log } = captured('text');
  log.error('bad\n2026 INFO forged \u001b[31m', { value: 'a\nb \u001b[0m' });
  assert.equal(lines.length, 1);
  assert.equal(lines.join('').split('\n').length, 2);
  assert.equal(lines.join('').includes('\u001b'), false);
});

test('lines below the level are not written, and a caller can ask', () => {
  const { lines, log } = captured('text');
  log.debug('quiet');
  assert.deepEqual(lines, []);
  assert.equal(log.writes('debug'), false);
  assert.equal(log.writes('info'), true);
});
