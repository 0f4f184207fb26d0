import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../base/fault.ts';
import type { Duty } from '../protection/lane.ts';
import type { Mark } from '../protection/mark.ts';
import { encode } from './base58.ts';
import { parseRootText, rootText } from './root-text.ts';
import { formatWatermarkV2, parseWatermarkV2, WatermarkText } from './watermark-file.ts';
import type { WatermarkRecords } from './watermark-records.ts';

const baker = 'tz1WGcYos3hL7GXYXjKrMnSFdkT7FyXnFBvf';
const hashA = 'vh2UEcdXfsAWcTP1omYSp1q54H5S2x3zqfr2YqAcZ2Neyjauix1K';
const hashB = 'vh2QmrcNURnrNwT5HEJv6ZA8n2gfw1MzThoBHK7dgyJsjHmVJhvj';

function mark(height: number, round: number, hash: string | null): Mark {
  return { height: BigInt(height), round: BigInt(round), floor: 0n, root: hash === null ? null : parseRootText(hash) };
}

function parse(text: string): WatermarkRecords {
  return parseWatermarkV2(Buffer.from(text));
}

/** The marks of the one key of a file whose records are `records`, in JSON. */
function marksOf(records: string): readonly (readonly [Duty, Mark])[] {
  return [...(parse(`{"${baker}":{${records}}}`).get(baker) ?? [])];
}

/** Where a file is refused, and why. */
function refusal(text: string | Uint8Array): [offset: unknown, sentence: string] | 'accepted' {
  try {
    parseWatermarkV2(typeof text === 'string' ? Buffer.from(text) : text);
  } catch (error) {
    if (isFault(error, 'store_corrupt')) return [error.facts['offset'], error.message];
    throw error;
  }
  return 'accepted';
}

test('a file of Signatory is read', () => {
  const text = `{
    "${baker}": {
        "attestation": {
            "level": 34,
            "round": 4,
            "hash": "${hashA}"
        },
        "block": {
            "level": 35,
            "round": 0,
            "hash": "${hashB}"
        }
    }
}`;
  assert.deepEqual(
    [...(parse(text).get(baker) ?? [])],
    [
      ['attestation', mark(34, 4, hashA)],
      ['block', mark(35, 0, hashB)],
    ],
  );
});

test('round and hash may be missing or null', () => {
  assert.deepEqual(marksOf('"block":{"level":6}'), [['block', mark(6, 0, null)]]);
  assert.deepEqual(marksOf('"block":{"level":6,"round":null,"hash":null}'), [['block', mark(6, 0, null)]]);
});

test('old names are read as what they became, and the higher of two holds', () => {
  assert.deepEqual(marksOf(`"endorsement":{"level":6,"hash":"${hashA}"}`), [['attestation', mark(6, 0, hashA)]]);
  assert.deepEqual(marksOf('"preendorsement":{"level":6}'), [['preattestation', mark(6, 0, null)]]);
  const lower = `{"level":6,"round":9,"hash":"${hashA}"}`;
  const higher = `{"level":7,"round":0,"hash":"${hashB}"}`;
  const names = ['attestation', 'attestation_with_dal', 'endorsement'];
  for (const one of names) {
    for (const other of names.filter((name) => name !== one)) {
      assert.deepEqual(marksOf(`"${one}":${lower},"${other}":${higher}`), [['attestation', mark(7, 0, hashB)]]);
    }
  }
});

test('two attestations at one position leave no digest that could be signed again', () => {
  const records = `"attestation":{"level":6,"hash":"${hashA}"},"attestation_with_dal":{"level":6,"hash":"${hashB}"}`;
  assert.deepEqual(marksOf(records), [['attestation', mark(6, 0, null)]]);
});

test("a written file is Signatory's, byte for byte, with attestations under both of their names", () => {
  const marks = new Map<Duty, Mark>([
    ['preattestation', mark(34, 4, null)],
    ['attestation', mark(34, 4, hashA)],
  ]);
  const other = encode('tz1', new Uint8Array(20));
  const text = formatWatermarkV2(
    new Map([
      [baker, marks],
      [other, new Map([['block', mark(1, 0, null)]])],
    ]),
  );
  assert.equal(
    text,
    `{
    "${other}": {
        "block": {
            "level": 1,
            "round": 0,
            "hash": null
        }
    },
    "${baker}": {
        "attestation": {
            "level": 34,
            "round": 4,
            "hash": "${hashA}"
        },
        "attestation_with_dal": {
            "level": 34,
            "round": 4,
            "hash": "${hashA}"
        },
        "preattestation": {
            "level": 34,
            "round": 4,
            "hash": null
        }
    }
}`,
  );
});

const fields = {
  height: fc.bigInt(0n, 2n ** 31n - 1n),
  round: fc.bigInt(0n, 2n ** 31n - 1n),
  floor: fc.constant(0n),
  root: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))),
};
const anyMark = fc.record(fields, { noNullPrototype: true });
const anyDuty = fc.constantFrom<Duty>('block', 'preattestation', 'attestation');
/** Few, so that the same one comes again. */
const anyKey = fc
  .tuple(fc.constantFrom('tz1', 'tz2', 'tz3', 'tz4'), fc.nat(1))
  .map(([prefix, byte]) => encode(prefix, new Uint8Array(20).fill(byte)));
const anySteps = fc.array(fc.tuple(anyKey, anyDuty, anyMark), { minLength: 1, maxLength: 20 });

test('what is written is read back, and the cached text is the plain one', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      const records = new Map<string, Map<Duty, Mark>>();
      const cached = new WatermarkText();
      for (const [pkh, duty, next] of steps) {
        records.set(pkh, (records.get(pkh) ?? new Map<Duty, Mark>()).set(duty, next));
        cached.set(pkh, duty, next);
        assert.equal(cached.text(), formatWatermarkV2(records));
      }
      assert.deepEqual(parse(cached.text()), records);
      assert.equal(new WatermarkText(records).text(), cached.text());
    }),
  );
});

test('a file that says nothing is damaged, not fresh', () => {
  assert.deepEqual(refusal(''), [0, 'watermarks cannot be read, at byte 0: unexpected end of JSON input']);
  const empty = [0, 'watermarks cannot be read, at byte 0: the document is not an object with members'];
  for (const text of ['{}', 'null', '[]', '"x"', '1']) assert.deepEqual(refusal(text), empty);
  assert.equal(refusal(`{"${baker}":{}}`)[0], 1);
  assert.equal(refusal(`{"${baker}":null}`)[0], 1);
});

test('every file cut short is refused', () => {
  const text = formatWatermarkV2(new Map([[baker, new Map([['block', mark(12, 0, hashA)]])]]));
  assert.equal(refusal(text), 'accepted');
  for (let length = 0; length < text.length; length += 1) assert.notEqual(refusal(text.slice(0, length)), 'accepted');
});

test('each damage is refused where it stands', () => {
  const at = (text: string, place: string): void => {
    const found = refusal(text);
    assert.equal(found[0], text.indexOf(place), `${text}: ${String(found)}`);
  };
  const record = (content: string): string => `{"${baker}":{"block":${content}}}`;
  at(`\ufeff${record('{"level":1}')}`, '\ufeff');
  at(`{"${baker}":{"block":{"level":1}},"${baker}" :{"block":{"level":1}}}`, `"${baker}" `);
  at(`{"${baker}":{"block":{"level":1},"block" :{"level":1}}}`, '"block" ');
  at(`${record('{"level":1}')} []`, '[]');
  at(`{"${baker}":{"generic":{"level":1}}}`, '"generic"');
  at(`{"${baker}":{"":{"level":1}}}`, '""');
  at(`{"${baker.slice(0, -1)}g":{"block":{"level":1}}}`, '"tz1');
  at(`{"${hashA}":{"block":{"level":1}}}`, '"vh');
  at(record('{"level":1,"hash":"vh2UEcd"}'), '"hash"');
  at(record(`{"level":1,"hash":"${baker}"}`), '"hash"');
  at(record('{"level":1,"hash":7}'), '"hash"');
  at(record('{"level":1,"floor":0}'), '"floor"');
  at(record('{"round":1}'), '"block"');
  at(record('{}'), '"block"');
  at(record('7'), '"block"');
  at(record('{"level":NaN}'), 'NaN');
  for (const value of ['null', '-1', '1.0', '1e3', '2147483648', '"1"', 'true', '99999999999999999999']) {
    at(record(`{"level":${value}}`), '"level"');
    if (value !== 'null') at(record(`{"level":1,"round":${value}}`), '"round"');
  }
  at(record('{"level":[1]}'), '[1]');
  assert.equal(refusal(record('{"level":2147483647,"round":2147483647}')), 'accepted');
});

test('random damage to a file never ends in another error', () => {
  const text = Buffer.from(formatWatermarkV2(new Map([[baker, new Map([['block', mark(12, 3, hashA)]])]])));
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
      const damaged = Buffer.from(text);
      damaged[index] = (damaged[index] ?? 0) ^ flip;
      void refusal(damaged);
    }),
    { numRuns: 1000 },
  );
});

test('roots are written as vh texts and read back', () => {
  const root = '68b40132d9c1ce77c914f5b631464c21bfda94ddf0e926bd2545926ea70e3e6b';
  assert.equal(rootText(root), hashA);
  assert.equal(parseRootText(hashA), root);
  assert.throws(
    () => parseRootText(baker),
    (error) => isFault(error, 'base58check'),
  );
});
