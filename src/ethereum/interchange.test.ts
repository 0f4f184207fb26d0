import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, isFault } from '../base/fault.ts';
import { marksOf, parseInterchange } from './interchange.ts';

const genesis = `0x${'4b'.repeat(32)}`;
const pubkey = `0x${'a1'.repeat(48)}`;
const root = `0x${'0C'.repeat(32)}`;

function fileOf(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const metadata = { interchange_format_version: '5', genesis_validators_root: genesis };
  return { metadata, data: [{ pubkey, signed_blocks: [], signed_attestations: [] }], ...changes };
}

function parse(file: unknown): ReturnType<typeof parseInterchange> {
  return parseInterchange(Buffer.from(typeof file === 'string' ? file : JSON.stringify(file)));
}

function withBlock(block: unknown): Record<string, unknown> {
  return fileOf({ data: [{ pubkey, signed_blocks: [block], signed_attestations: [] }] });
}

test('reads what the format knows and passes over the rest', () => {
  const file = fileOf({
    data: [
      {
        pubkey: pubkey.toUpperCase().replace('0X', '0x'),
        signed_blocks: [{ slot: '18446744073709551615', signing_root: root, note: 1 }, { slot: '0' }],
        signed_attestations: [{ source_epoch: '2', target_epoch: '3', signing_root: null }],
        extra: [],
      },
    ],
    comment: 'passed over',
  });
  assert.deepEqual(parse(file), {
    genesisValidatorsRoot: genesis,
    records: [
      {
        pubkey,
        blocks: [
          { slot: 2n ** 64n - 1n, signingRoot: '0c'.repeat(32) },
          { slot: 0n, signingRoot: null },
        ],
        attestations: [{ source: 2n, target: 3n, signingRoot: null }],
      },
    ],
  });
});

test('merges all that a key has signed into one mark per duty', () => {
  const vote = (source: number, target: number, byte?: string): Record<string, string> => ({
    source_epoch: `${source}`,
    target_epoch: `${target}`,
    ...(byte === undefined ? {} : { signing_root: `0x${byte.repeat(32)}` }),
  });
  const record = (blocks: unknown[], votes: unknown[]): unknown => ({
    pubkey,
    signed_blocks: blocks,
    signed_attestations: votes,
  });
  const one = parse(fileOf({ data: [record([{ slot: '5', signing_root: root }], [vote(2, 9, 'aa'), vote(3, 7)])] }));
  assert.deepEqual(
    marksOf(one, genesis).map(({ lane, mark }) => [lane.duty, mark]),
    [
      ['block', { height: 5n, round: 0n, floor: 0n, root: '0c'.repeat(32) }],
      ['attestation', { height: 9n, round: 0n, floor: 3n, root: null }],
    ],
  );
  const split = parse(
    fileOf({ data: [record([], [vote(2, 9, 'aa')]), record([], [vote(2, 9, 'aa'), vote(1, 4, 'bb')])] }),
  );
  const [merged, ...others] = marksOf(split, genesis);
  assert.equal(others.length, 0, 'a key that comes twice has one lane');
  assert.deepEqual(merged, {
    lane: { chain: 'ethereum', network: genesis, key: pubkey, duty: 'attestation' },
    mark: { height: 9n, round: 0n, floor: 2n, root: 'aa'.repeat(32) },
  });
  assert.deepEqual(marksOf(parse(fileOf({ data: [] })), genesis), []);
});

test('a file of another network gives no marks', () => {
  const isForeign = (error: unknown): boolean =>
    isFault(error, 'malformed_request') && /another network/u.test(error.message);
  assert.throws(() => marksOf(parse(fileOf()), `0x${'00'.repeat(32)}`), isForeign);
});

const metadata = (changes: Record<string, unknown>): Record<string, unknown> =>
  fileOf({ metadata: { interchange_format_version: '5', genesis_validators_root: genesis, ...changes } });

const wrong: readonly (readonly [file: unknown, code: FaultCode, words: RegExp])[] = [
  ['', 'body_empty', /end of JSON/u],
  ['{', 'json_syntax', /end of JSON/u],
  ['{"metadata":{},"metadata":{}}', 'json_duplicate_key', /twice/u],
  [[], 'field_invalid', /interchange must be an object/u],
  [fileOf({ metadata: 5 }), 'field_invalid', /metadata must be an object/u],
  [metadata({ interchange_format_version: '4' }), 'field_invalid', /interchange_format_version must be "5"/u],
  [metadata({ interchange_format_version: 5 }), 'field_invalid', /must be a text/u],
  [metadata({ genesis_validators_root: '0x00' }), 'field_invalid', /must be 0x and 64 hex digits/u],
  [fileOf({ data: {} }), 'field_invalid', /data must be a list/u],
  [fileOf({ data: [{ pubkey, signed_blocks: [] }] }), 'field_missing', /data\[0\] has no "signed_attestations"/u],
  [
    fileOf({ data: [{ pubkey, signed_block: [], signed_attestations: [] }] }),
    'field_missing',
    /has no "signed_blocks"/u,
  ],
  [
    fileOf({ data: [{ pubkey: pubkey.slice(2), signed_blocks: [], signed_attestations: [] }] }),
    'field_invalid',
    /96 hex/u,
  ],
  [withBlock({}), 'field_missing', /signed_blocks\[0\] has no "slot"/u],
  [withBlock({ slot: 5 }), 'field_invalid', /slot must be a decimal number in quotes/u],
  [withBlock({ slot: '18446744073709551616' }), 'uint64_range', /below 2\^64/u],
  [withBlock({ slot: '99999999999999999999' }), 'uint64_range', /below 2\^64/u],
  [withBlock({ slot: '-1' }), 'uint64_range', /without sign/u],
  [withBlock({ slot: '05' }), 'uint64_range', /leading zeros/u],
  [withBlock({ slot: '5 ' }), 'uint64_range', /decimal/u],
  [withBlock({ slot: '0x5' }), 'uint64_range', /decimal/u],
  [withBlock({ slot: '' }), 'uint64_range', /decimal/u],
  [withBlock({ slot: '5', signing_root: '0x' }), 'field_invalid', /signing_root must be 0x and 64/u],
  [withBlock({ slot: '5', signing_root: `0x${'0g'.repeat(32)}` }), 'field_invalid', /64 hex/u],
];

for (const [file, code, words] of wrong) {
  test(`refuses ${JSON.stringify(file).slice(0, 60)}… with ${code} ${String(words)}`, () => {
    assert.throws(
      () => parse(file),
      (error) => isFault(error, code) && words.test(error.message),
    );
  });
}
