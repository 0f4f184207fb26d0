import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { Fault, isFault } from './fault.ts';
import { type JsonValue, parseJson } from './json.ts';
import { type JsonEvents, type JsonScalar, JsonStream } from './json-stream.ts';

const limits = { depthMax: 8, tokenBytesMax: 200, membersMax: 16 };

/** Builds the document again from what it is told. */
class Builder implements JsonEvents {
  document: JsonValue | undefined;
  readonly #open: { value: JsonValue[] | Map<string, JsonValue>; key: string }[] = [];

  open(kind: 'object' | 'array'): void {
    const value = kind === 'object' ? new Map<string, JsonValue>() : [];
    this.#put(value);
    this.#open.push({ value, key: '' });
  }

  close(): void {
    this.#open.pop();
  }

  key(name: string): void {
    const open = this.#open.at(-1);
    if (open !== undefined) open.key = name;
  }

  scalar(value: JsonScalar): void {
    this.#put(value);
  }

  #put(value: JsonValue): void {
    const open = this.#open.at(-1);
    if (open === undefined) this.document = value;
    else if (Array.isArray(open.value)) open.value.push(value);
    else open.value.set(open.key, value);
  }
}

type Outcome = { readonly value: JsonValue | undefined } | { readonly code: string; readonly offset: unknown };

function streamed(bytes: Uint8Array, pieceMax: number): Outcome {
  const builder = new Builder();
  try {
    const stream = new JsonStream(builder, limits);
    for (let at = 0; at < bytes.length;) {
      const size = 1 + randomInt(pieceMax);
      // Pieces are used again by whoever reads a file.
      const piece = Uint8Array.from(bytes.subarray(at, at + size));
      stream.write(piece);
      piece.fill(0x5d);
      at += size;
    }
    stream.end();
    return { value: builder.document };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { code: error.code, offset: error.facts['offset'] };
  }
}

function whole(bytes: Uint8Array): Outcome {
  try {
    return { value: parseJson(bytes, { depthMax: 8, valuesMax: 1_000 }) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { code: error.code, offset: error.facts['offset'] };
  }
}

const samples = [
  '{"metadata":{"a":"5","b":"0x00"},"data":[{"k":"\\u0070é\\n","l":[{"slot":"18446744073709551615"},{}]},[],{}]}',
  ' [1, -2 , 3.5e1,true,false,null,"","\\"", "\\\\", 18446744073709551616]\r\n',
  '"alone"',
  '12',
  'null',
  '{"a":{"b":{"c":{"d":[[[]]]}}},"e":"\\ud83d\\ude00😀"}',
];

test('says what the reader of whole documents says, in pieces of any size, also of what a byte was changed in', () => {
  let refused = 0;
  for (let round = 0; round < 12_000; round += 1) {
    const bytes = Buffer.from(samples[round % samples.length] ?? '');
    if (round >= samples.length * 20) mutate(bytes);
    const expected = whole(bytes);
    const found = streamed(bytes, 1 + randomInt(bytes.length));
    const text = `${JSON.stringify(bytes.toString('latin1'))}: ${JSON.stringify(found, printed)}`;
    if ('value' in expected) {
      assert.deepEqual(found, expected, text);
      continue;
    }
    refused += 1;
    assert.ok(!('value' in found), text);
    // Where bad UTF-8, half a word or a half-read number stands the two may name another byte of it, or another reason.
    if (expected.code === 'json_duplicate_key' || expected.code === 'json_forbidden_key')
      assert.deepEqual(found, expected, text);
  }
  assert.ok(refused > 2_000, `${refused} documents were refused`);
});

function mutate(bytes: Buffer): void {
  const alphabet = Buffer.from('{}[]",:\\0195-.eutn \u0001\xff', 'latin1');
  for (let left = randomInt(3); left >= 0; left -= 1) {
    bytes[randomInt(bytes.length)] = alphabet[randomInt(alphabet.length)] ?? 0;
  }
}

function printed(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

const refusals: readonly (readonly [text: string | Buffer, code: string, offset: number])[] = [
  ['', 'body_empty', 0],
  [' ', 'json_syntax', 1],
  ['{"a":1', 'json_syntax', 6],
  ['{"a":"b', 'json_syntax', 7],
  ['\ufeff{}', 'json_encoding', 0],
  [Buffer.from('["\xff"]', 'latin1'), 'json_encoding', 2],
  ['["\\ud800"]', 'json_encoding', 2],
  ['{} {}', 'json_trailing', 3],
  ['{"a":1,"\\u0061":2}', 'json_duplicate_key', 7],
  ['{"__proto__":1}', 'json_forbidden_key', 1],
  ['['.repeat(9), 'json_too_deep', 8],
  [`["${'x'.repeat(200)}"]`, 'json_too_complex', 1],
  [`["${'x'.repeat(1_000)}`, 'json_too_complex', 1],
  [`[${'1'.repeat(1_000)}]`, 'json_too_complex', 1],
  [`{${Array.from({ length: 17 }, (_, i) => `"${i}":0`).join(',')}}`, 'json_too_complex', 103],
  ['[01]', 'json_syntax', 1],
  ['[nul]', 'json_syntax', 1],
  ['[NaN]', 'json_syntax', 1],
  ['[1,]', 'json_syntax', 3],
  ['{"a":1,}', 'json_syntax', 7],
  ['["\n"]', 'json_syntax', 2],
];

for (const [text, code, offset] of refusals) {
  test(`refuses ${JSON.stringify(String(text).slice(0, 40))} with ${code} at byte ${offset}`, () => {
    for (const pieceMax of [1, 7, 4_096]) assert.deepEqual(streamed(Buffer.from(text), pieceMax), { code, offset });
  });
}

test('a fault says the line', () => {
  const stream = new JsonStream(new Builder(), limits);
  assert.throws(
    () => stream.write(Buffer.from('{\n "a": 1,\r\n "a"')),
    (error) =>
      isFault(error, 'json_duplicate_key') && error.facts['line'] === 3 && /line 3, byte 13/u.test(error.message),
  );
});
