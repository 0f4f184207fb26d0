import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import { plainValue } from './node.ts';
import { Problems } from './problems.ts';
import { readYaml } from './yaml-tree.ts';

function read(text: string): unknown {
  const problems = new Problems();
  const root = readYaml(text, 't.yaml', problems);
  problems.throwIfAny();
  return plainValue(root);
}

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    assert.ok(isFault(error, 'config_invalid'), String(error));
    return error.message.split('\n  ').slice(1);
  }
}

test('plain YAML 1.2 is read', () => {
  assert.deepEqual(read(''), {});
  assert.deepEqual(read('# nothing yet\n'), {});
  assert.deepEqual(read('---\na: 1\nb: [x, "no", true, ~]\nc:\n  d: {e: f}\n'), {
    a: 1,
    b: ['x', 'no', true, null],
    c: { d: { e: 'f' } },
  });
  assert.deepEqual(read('\ufeffa: 1\r\nb: 2\r\n'), { a: 1, b: 2 });
  assert.deepEqual(read('1: a\ntrue: b\nconstructor: c'), { 1: 'a', true: 'b', constructor: 'c' });
  assert.deepEqual(read('a: |\n  two\n  lines\n'), { a: 'two\nlines\n' });
});

test('what has more than one reading is refused, each with its place', () => {
  const alias = 'aliases (*name) are not understood; write the value itself';
  const anchor = 'anchors (&name) are not understood; remove it';
  const tag = 'tags (!name) are not understood; remove it';
  const tab = 'a tab stands at the beginning of this line; YAML wants spaces';
  const name = 'this cannot be the name of a setting';
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['a: 1\nb: 2\na: 3', ['3:1: a: is here a second time; it stands at t.yaml:1 already']],
    ['a: {b: 1, b: 2}', ['1:11: a.b: is here a second time; it stands at t.yaml:1 already']],
    ['a: &x 1', [`1:7: a: ${anchor}`]],
    ['a: &x 1\nb: *x', [`1:7: a: ${anchor}`, `2:4: b: ${alias}`]],
    ['a: *x', [`1:4: a: ${alias}`]],
    ['&x a: 1', [`1:4: ${name}`]],
    ['<<: {a: 1}', ['1:1: merge keys (<<) are not understood; write the settings out']],
    [
      'base: &b {a: 1}\nc: {<<: *b}',
      [`1:10: base: ${anchor}`, '2:5: c: merge keys (<<) are not understood; write the settings out'],
    ],
    ['a: !!js/function "function () {}"', [`1:18: a: ${tag}`]],
    ['a: !!str 1', [`1:10: a: ${tag}`]],
    ['a: !secret x', [`1:12: a: ${tag}`]],
    ['a: !!binary aGk=', [`1:13: a: ${tag}`]],
    ['a: [!x {b: 1}]', [`1:8: a[0]: ${tag}`]],
    ['!x y: 1', [`1:4: ${name}`]],
    ['%YAML 1.1\n---\na: yes', ['1:1: a %YAML line is not understood; remove it']],
    ['a:\n\tb: 1', [`2:1: ${tab}`]],
    ['a:\n  \tb: 1', [`2:1: ${tab}`]],
    ['a: 1\n---\nb: 2', ['2:1: a second document (---) begins here; a configuration is one document']],
    ['? [a]\n: 1', [`1:3: ${name}`]],
    [': 1', [`1:1: ${name}`]],
    ['__proto__: {a: 1}', [`1:1: ${name}`]],
    ['a: {__proto__: 1}', [`1:5: a: ${name}`]],
    ['just text', ['1:1: found no `key: value` at the top of the file; is it the right file?']],
    ['- a', ['1:1: found no `key: value` at the top of the file; is it the right file?']],
    ['a: b: c', ['1:4: a second `key:` stands on one line, or the indentation does not fit']],
    ['a: @b', ['1:4: a value cannot begin with this character; put quotes around it']],
    ['a: "\\q"', ['1:5: there is no such escape in double quotes; use single quotes or write \\\\']],
    ['a: "x', ['1:6: something is missing here: a colon, a comma, a quote, a bracket or a space']],
    ['a: [1', ['1:6: the indentation does not fit the lines above, or a bracket is not closed']],
    ['a: 1\n  b: 2', ['1:4: a second `key:` stands on one line, or the indentation does not fit']],
    ['a:\n  - b\n c: d', ['3:1: the indentation does not fit the lines above, or a bracket is not closed']],
  ];
  for (const [text, problems] of cases)
    assert.deepEqual(
      problemsOf(text),
      problems.map((each) => `t.yaml:${each}`),
      JSON.stringify(text),
    );
});

test('a bomb of aliases is refused before it grows, and deep nesting before the stack ends', () => {
  const laughs = [
    'a0: &a0 [ha, ha]',
    ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`),
  ];
  assert.equal(problemsOf(laughs.join('\n')).length, 31);
  for (const open of ['[', '{a: ', '- ', '? ', '[{a: ']) {
    const [problem = ''] = problemsOf(open.repeat(20_000));
    assert.match(problem, /^t\.yaml:1:\d+: /u, open);
  }
  const [tooDeep] = problemsOf(`${'['.repeat(20)}${']'.repeat(20)}`.replace('', 'a: '));
  assert.match(tooDeep ?? '', /this is nested too deeply for any setting$/u);
});

test('the words of the parser, which may quote the file, are not shown', () => {
  for (const text of [
    'a: "edsk\\q"',
    'a: hunter2: x',
    '"hunter2" hunter2: 3',
    'a: hunter2\n hunter2',
    '*hunter2',
    'a: &b &hunter2 c',
    '!hunter2',
    'a: |hunter2\n  x',
    'a: !x!hunter2 1',
  ]) {
    assert.ok(!problemsOf(text).join().includes('hunter2'), text);
  }
});

test('no text makes the reader throw anything but a fault', () => {
  const piece = fc.constantFrom(
    'a',
    'b:',
    ': ',
    '- ',
    '\n',
    '\n  ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '&x ',
    '*x',
    '!t ',
    '|',
    '>',
    '#',
    '\t',
    '?',
    '%',
    '---\n',
    '...',
    '<<: ',
    '1',
    '0x',
    '~',
    '\u0000',
    'é',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (each) => void problemsOf(each)),
    { numRuns: 3000 },
  );
});
