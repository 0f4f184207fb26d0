import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMap, isScalar, parseAllDocuments } from 'yaml';
import { isFault } from '../../base/fault.ts';
import { documentsOf, type Fields, fieldsOf } from './yaml-documents.ts';

const seed = 20_261_125;

/** What the parser of YAML makes of the same text; null when it finds an error, or something else than texts. */
function oracle(text: string): Fields | null {
  const [document, ...more] = parseAllDocuments(text, { version: '1.2', schema: 'core', prettyErrors: false });
  if (document === undefined || !('contents' in document) || more.length > 0) return null;
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  const fields = new Map<string, string>();
  for (const { key, value } of document.contents.items) {
    if (!isScalar(key) || !isScalar(value)) return null;
    fields.set(String(key.value), value.type === 'PLAIN' ? (value.source ?? '') : String(value.value));
  }
  return fields;
}

const value = fc.oneof(
  fc.constantFrom(
    'file-raw',
    '"BLS"',
    "'BLS'",
    '12',
    '0x12ab',
    '1e5',
    'null',
    '~',
    'true',
    '',
    '-',
    '- a',
    '.5',
    '..',
    '...',
  ),
  fc.constantFrom(
    '"a" # b',
    '"a"#b',
    'a #b',
    'a#b',
    'a: b',
    'a:b',
    '"a\\n"',
    "'it''s'",
    '"a',
    '&x a',
    '*x',
    '!t a',
    '|',
    '>',
    '[a]',
    '{a: b}',
  ),
  fc.string({ maxLength: 6 }),
  fc.string({ maxLength: 6 }).map((text) => `"${text}"`),
  fc.string({ maxLength: 6 }).map((text) => `'${text}'`),
);
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('type', 'keyType', 'privateKey', 'a-b'),
      fc.constantFrom(': ', ':  ', ':', ':\t', ' : '),
      value,
    )
    .map((parts) => parts.join('')),
  fc.constantFrom('', '  ', '# comment', '  continued', '\t', 'text', '%YAML 1.2', '<<: a'),
);

test('whatever is read, the parser of YAML reads the same', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      const text = lines.join(end);
      let fields: Fields;
      try {
        fields = fieldsOf({ text, line: 1 });
      } catch (error) {
        assert.ok(isFault(error, 'vault_invalid'));
        return;
      }
      if (fields.size === 0) return;
      read += 1;
      assert.deepEqual(fields, oracle(text), JSON.stringify(text));
    }),
    { seed, numRuns: 20_000 },
  );
  assert.ok(read > 2_000, `${read} were read`);
});

test('files are divided where the parser of YAML divides them', () => {
  const part = fc.constantFrom(
    'a: b\n',
    '---\n',
    '---',
    '--- # c\n',
    '...\n',
    '# c\n',
    '\n',
    'c: "---"\n',
    '----: x\n',
    '--- \r\n',
    'd: e\r\n',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      const ours = [...documentsOf(text)];
      const theirs = parseAllDocuments(text, { prettyErrors: false });
      if (!Array.isArray(theirs) || theirs.some(({ errors }) => errors.length > 0)) return;
      const full = theirs.filter(
        ({ contents }) => contents !== null && !(isScalar(contents) && contents.value === null),
      );
      assert.equal(ours.length, full.length, JSON.stringify(text));
    }),
    { seed, numRuns: 5_000 },
  );
});

test('the line of a document is the line of the file', () => {
  const found = [...documentsOf('# one\na: b\n---\nc: d\n---\n\n---\ne: f\n')].map(({ line }) => line);
  assert.deepEqual(found, [1, 3, 7]);
});
