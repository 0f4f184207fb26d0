import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, isFault } from './fault.ts';
import { type JsonValue, offsetOf, parseJson } from './json.ts';

const limits = { depthMax: 16, valuesMax: 10_000 };

function read(text: string | Uint8Array): JsonValue {
  return parseJson(typeof text === 'string' ? Buffer.from(text) : text, limits);
}

/** What a refusal says: code, offset and text. */
function refusal(text: string | Uint8Array): [FaultCode, unknown, string] | 'accepted' {
  try {
    read(text);
  } catch (error) {
    if (isFault(error)) return [error.code, error.facts['offset'], error.message];
    throw error;
  }
  return 'accepted';
}

/** The same document as `JSON.parse` sees it, in our types. */
function translated(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(translated);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, member]) => [key, translated(member)]));
  }
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value) : value;
  assert.ok(value === null || typeof value === 'boolean' || typeof value === 'string');
  return value;
}

test('documents mean what JSON.parse takes them for', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      if (/"(?:__proto__|constructor|prototype)"|\\ud[89a-f]|[0-9]{16}|[0-9]e/u.test(text)) return;
      assert.deepEqual(read(text), translated(JSON.parse(text)));
    }),
  );
});

test('what JSON.parse refuses is refused, and never with anything but a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('[]{}",:\\u01e-.tn a\n')), maxLength: 12 }), (text) => {
      const accepted = refusal(text) === 'accepted';
      const ours = ['json_duplicate_key', 'json_encoding'];
      try {
        JSON.parse(text);
      } catch {
        assert.equal(accepted, false, text);
        return;
      }
      assert.ok(accepted || ours.includes(refusal(text)[0] ?? ''), text);
    }),
    { numRuns: 20_000 },
  );
});

test('random bytes only throw faults', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void refusal(bytes)),
    { numRuns: 2000 },
  );
});

test('integers are exact at any size a 256-bit number can have', () => {
  assert.equal(read('18446744073709551615'), 18446744073709551615n);
  assert.equal(read('-9007199254740993'), -9007199254740993n);
  assert.equal(read('0'), 0n);
  const largest = 2n ** 256n - 1n;
  assert.equal(read(String(largest)), largest);
});

test('a number with a fraction or an exponent is no integer', () => {
  assert.equal(read('1.0'), 1);
  assert.equal(read('1e3'), 1000);
  assert.equal(read('-2.5E-1'), -0.25);
});

test('strings: escapes, pairs of surrogates and UTF-8', () => {
  assert.equal(read('"a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9é\\uD83D\\uDE00😀z"'), 'a"\\/\b\f\n\r\téé😀😀z');
  assert.equal(read('"é"'), 'é');
});

test('a key is the same key however it is escaped', () => {
  assert.deepEqual(refusal('{"a":1,"\\u0061":2}'), ['json_duplicate_key', 7, 'an object has the same key twice']);
  assert.deepEqual(refusal('{"type":"A","type":"B"}').slice(0, 2), ['json_duplicate_key', 12]);
});

test('keys that reach a prototype are refused, escaped or not', () => {
  for (const key of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']) {
    assert.deepEqual(refusal(`{"a":{"${key}":1}}`).slice(0, 2), ['json_forbidden_key', 6]);
  }
});

test('each damage has its code, its offset and the words that clients know', () => {
  const cases: [string, FaultCode, number, string][] = [
    ['', 'body_empty', 0, 'unexpected end of JSON input'],
    ['  ', 'json_syntax', 2, 'unexpected end of JSON input'],
    ['\x03', 'json_syntax', 0, "invalid character '\\x03' looking for beginning of value"],
    ['03', 'json_syntax', 0, 'invalid numeric literal'],
    ['"03', 'json_syntax', 3, 'unexpected end of JSON input'],
    ['"a\nb"', 'json_syntax', 2, "invalid character '\\n' in string literal"],
    ['"\\u00', 'json_syntax', 5, 'unexpected end of JSON input'],
    ['"\\x"', 'json_syntax', 2, "invalid character 'x' in string escape code"],
    ['"\\u00g0"', 'json_syntax', 5, "invalid character 'g' in \\u hexadecimal character escape"],
    ['{"a":1,}', 'json_syntax', 7, "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', 'json_syntax', 5, "invalid character '1' after object key"],
    ['{"a":1 2}', 'json_syntax', 7, "invalid character '2' after object key:value pair"],
    ['[1 2]', 'json_syntax', 3, "invalid character '2' after array element"],
    ['[1,]', 'json_syntax', 3, "invalid character ']' looking for beginning of value"],
    ['nul', 'json_syntax', 3, 'unexpected end of JSON input'],
    ['trye', 'json_syntax', 2, "invalid character 'y' in literal true (expecting 'u')"],
    ['NaN', 'json_syntax', 0, "invalid character 'N' looking for beginning of value"],
    ['[-]', 'json_syntax', 1, 'invalid numeric literal'],
    ['1.', 'json_syntax', 0, 'invalid numeric literal'],
    ["'a'", 'json_syntax', 0, "invalid character '\\'' looking for beginning of value"],
    ['{} {}', 'json_trailing', 3, "invalid character '{' after top-level value"],
    ['"03" x', 'json_trailing', 5, "invalid character 'x' after top-level value"],
    ['\ufeff{}', 'json_encoding', 0, 'the text begins with a byte order mark'],
    ['"\\ud800"', 'json_encoding', 1, 'half a surrogate pair in a string'],
    [`[${'1'.repeat(81)}]`, 'number_range', 1, 'a number has more than 80 characters'],
  ];
  for (const [text, ...expected] of cases) assert.deepEqual(refusal(text), expected, JSON.stringify(text));
});

test('bytes that are not UTF-8 are refused with their place', () => {
  assert.deepEqual(refusal(Uint8Array.of(0x22, 0x61, 0xff, 0x22)).slice(0, 2), ['json_encoding', 2]);
  assert.deepEqual(refusal(Uint8Array.of(0x22, 0xef)).slice(0, 2), ['json_encoding', 1]);
  assert.equal(refusal(Buffer.from('\ufeff{}', 'utf16le'))[0], 'json_encoding');
  assert.equal(refusal(Buffer.from('{}', 'utf16le'))[0], 'json_syntax');
});

test('depth is bounded before anything is built', () => {
  assert.notEqual(refusal(`${'['.repeat(16)}${']'.repeat(16)}`)[0], 'json_too_deep');
  assert.deepEqual(refusal(`${'['.repeat(17)}${']'.repeat(17)}`).slice(0, 2), ['json_too_deep', 16]);
  assert.equal(refusal('{"a":'.repeat(17))[0], 'json_too_deep');
  assert.equal(refusal('['.repeat(200_000))[0], 'json_too_deep');
});

test('members and elements are counted over the whole document', () => {
  const rows = (count: number): string => `[${Array.from({ length: count }, () => '{"a":0}').join(',')}]`;
  assert.equal(refusal(rows(5000)), 'accepted');
  assert.equal(refusal(rows(5001))[0], 'json_too_complex');
});

test('the offset of a value is found by its path', () => {
  const text = '{ "a" : {"b": [1, {"c\\u0064": 2}]}, "e": [] }';
  const at = (...path: (string | number)[]): number | null => offsetOf(Buffer.from(text), path);
  assert.equal(at(), 0);
  assert.equal(at('a'), text.indexOf('"a"'));
  assert.equal(at('a', 'b', 0), text.indexOf('1,'));
  assert.equal(at('a', 'b', 1, 'cd'), text.indexOf('"c'));
  assert.equal(at('e'), text.indexOf('"e"'));
  for (const path of [['x'], ['a', 'b', 2], ['e', 0], ['e', 'x'], ['a', 0]]) assert.equal(at(...path), null);
});
