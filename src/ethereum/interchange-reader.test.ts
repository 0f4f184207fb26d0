import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { type FaultCode, isFault } from '../base/fault.ts';
import { entryText, type InterchangeEntry, interchangeFoot, interchangeHead, interchangeJoint } from './interchange.ts';
import { type EntryProblem, InterchangeReader } from './interchange-reader.ts';

const genesis = `0x${'4b'.repeat(32)}`;
const pubkey = `0x${'a1'.repeat(48)}`;
const root = `0x${'0C'.repeat(32)}`;

interface Told {
  readonly root: string;
  readonly entries: readonly InterchangeEntry[];
  readonly slashable: readonly boolean[];
  readonly problems: readonly EntryProblem[];
}

function read(file: unknown): Told {
  const bytes = Buffer.from(typeof file === 'string' ? file : JSON.stringify(file));
  const entries: InterchangeEntry[] = [];
  const slashable: boolean[] = [];
  const problems: EntryProblem[] = [];
  const reader = new InterchangeReader({
    entry: (entry, isSlashable) => {
      entries.push(entry);
      slashable.push(isSlashable);
    },
    problem: (problem) => problems.push(problem),
  });
  for (let at = 0; at < bytes.length;) {
    const size = 1 + randomInt(200);
    reader.write(bytes.subarray(at, at + size));
    at += size;
  }
  return { root: reader.end(), entries, slashable, problems };
}

function fileOf(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const metadata = { interchange_format_version: '5', genesis_validators_root: genesis };
  return { metadata, data: [{ pubkey, signed_blocks: [], signed_attestations: [] }], ...changes };
}

function withBlock(block: unknown): Record<string, unknown> {
  return fileOf({ data: [{ pubkey, signed_blocks: [block], signed_attestations: [] }] });
}

function vote(source: number, target: number, byte?: string): Record<string, string> {
  const known = byte === undefined ? {} : { signing_root: `0x${byte.repeat(32)}` };
  return { source_epoch: `${source}`, target_epoch: `${target}`, ...known };
}

function withVotes(...votes: readonly unknown[]): Record<string, unknown> {
  return fileOf({ data: [{ pubkey, signed_blocks: [], signed_attestations: votes }] });
}

test('reads what the format knows and passes over the rest, in whatever order members stand', () => {
  const entry = {
    signed_blocks: [{ slot: '18446744073709551615', signing_root: root, note: { slot: 1 } }, { slot: '0' }],
    signed_attestations: [{ note: [[{}]], target_epoch: '3', source_epoch: '2', signing_root: null }],
    extra: [{ pubkey: 5 }],
    pubkey: pubkey.toUpperCase().replace('0X', '0x'),
  };
  const { metadata } = fileOf();
  assert.deepEqual(read({ data: [entry], comment: { data: [] }, metadata }), {
    root: genesis,
    entries: [
      {
        key: pubkey,
        block: { height: 2n ** 64n - 1n, round: 0n, floor: 0n, root: '0c'.repeat(32) },
        attestation: { height: 3n, round: 0n, floor: 2n, root: null },
      },
    ],
    slashable: [false],
    problems: [],
  });
});

test('merges all that an entry has into one mark per duty', () => {
  const [entry] = read(withVotes(vote(2, 9, 'aa'), vote(3, 7))).entries;
  assert.deepEqual(entry, { key: pubkey, block: null, attestation: { height: 9n, round: 0n, floor: 3n, root: null } });
  const [same] = read(withVotes(vote(2, 9, 'aa'), vote(2, 9, 'aa'), vote(1, 4, 'bb'))).entries;
  assert.deepEqual(same?.attestation, { height: 9n, round: 0n, floor: 2n, root: 'aa'.repeat(32) });
});

const histories: readonly (readonly [what: string, file: unknown, slashable: boolean])[] = [
  ['rising votes', withVotes(vote(1, 2), vote(2, 3), vote(2, 4)), false],
  ['the same vote again', withVotes(vote(1, 2, 'aa'), vote(1, 2, 'aa')), false],
  ['a double vote', withVotes(vote(1, 2, 'aa'), vote(1, 2, 'bb')), true],
  ['two votes of one target without roots', withVotes(vote(1, 2), vote(1, 2)), true],
  ['a vote around an earlier one', withVotes(vote(3, 4), vote(2, 5)), true],
  ['a vote within an earlier one', withVotes(vote(2, 5), vote(3, 4)), true],
  ['a source above its target', withVotes(vote(4, 3)), true],
  ['two blocks of one slot', withBlocks({ slot: '5' }, { slot: '5' }), true],
  ['one block twice', withBlocks({ slot: '5', signing_root: root }, { slot: '5', signing_root: root }), false],
];

function withBlocks(...blocks: readonly unknown[]): Record<string, unknown> {
  return fileOf({ data: [{ pubkey, signed_blocks: blocks, signed_attestations: [] }] });
}

for (const [what, file, slashable] of histories) {
  test(`${what}: ${slashable ? 'slashable' : 'harmless'}`, () => assert.deepEqual(read(file).slashable, [slashable]));
}

for (const unknown of [null, '0x', 5, `0x${'0g'.repeat(32)}`, ['x'], {}, `0x${'00'.repeat(33)}`]) {
  test(`a signing root that is ${JSON.stringify(unknown)} is not known, and the position counts`, () => {
    const { entries, problems } = read(withBlock({ slot: '5', signing_root: unknown }));
    assert.deepEqual([entries[0]?.block, problems], [{ height: 5n, round: 0n, floor: 0n, root: null }, []]);
  });
}

test('what is written is read again, with each number and root', () => {
  const entries: InterchangeEntry[] = [
    { key: pubkey, block: { height: 2n ** 64n - 1n, round: 0n, floor: 0n, root: null }, attestation: null },
    {
      key: `0x${'b2'.repeat(48)}`,
      block: null,
      attestation: { height: 2n, round: 0n, floor: 1n, root: 'cc'.repeat(32) },
    },
    { key: `0x${'c3'.repeat(48)}`, block: null, attestation: null },
  ];
  const text = interchangeHead(genesis) + entries.map(entryText).join(interchangeJoint) + interchangeFoot;
  const told = read(text);
  assert.deepEqual([told.root, told.entries], [genesis, entries]);
  const { data } = JSON.parse(text) as { data: readonly unknown[] };
  assert.deepEqual(data[2], { pubkey: `0x${'c3'.repeat(48)}`, signed_blocks: [], signed_attestations: [] });
});

const metadata = (changes: Record<string, unknown>): Record<string, unknown> =>
  fileOf({ metadata: { interchange_format_version: '5', genesis_validators_root: genesis, ...changes } });

const wrongFiles: readonly (readonly [file: unknown, code: FaultCode, words: RegExp])[] = [
  ['', 'body_empty', /end of JSON/u],
  ['{', 'json_syntax', /end of JSON/u],
  ['{"data":[],"data":[]}', 'json_duplicate_key', /twice.*line 1, byte/u],
  [[], 'field_invalid', /interchange must be an object/u],
  ['5', 'field_invalid', /interchange must be an object/u],
  [{}, 'field_missing', /interchange has no "metadata"/u],
  [fileOf({ metadata: 5 }), 'field_invalid', /interchange\.metadata must be an object/u],
  [metadata({ interchange_format_version: '4' }), 'field_invalid', /interchange_format_version must be "5"/u],
  [metadata({ interchange_format_version: '6' }), 'field_invalid', /must be "5"/u],
  [metadata({ interchange_format_version: 5 }), 'field_invalid', /must be a text/u],
  [metadata({ interchange_format_version: undefined }), 'field_missing', /has no "interchange_format_version"/u],
  [metadata({ genesis_validators_root: '0x00' }), 'field_invalid', /must be 0x and 64 hex digits/u],
  [metadata({ genesis_validators_root: undefined }), 'field_missing', /has no "genesis_validators_root"/u],
  [fileOf({ data: {} }), 'field_invalid', /interchange\.data must be a list/u],
  [fileOf({ data: 'x' }), 'field_invalid', /interchange\.data must be a list/u],
  [fileOf({ data: undefined }), 'field_missing', /has no "data"/u],
];

for (const [file, code, words] of wrongFiles) {
  test(`refuses ${JSON.stringify(file).slice(0, 60)}… with ${code} ${String(words)}`, () => {
    assert.throws(
      () => read(file),
      (error) => isFault(error, code) && words.test(error.message),
    );
  });
}

function withEntry(changes: Record<string, unknown>): Record<string, unknown> {
  const good = { pubkey: `0x${'b2'.repeat(48)}`, signed_blocks: [{ slot: '1' }], signed_attestations: [] };
  return fileOf({ data: [good, { pubkey, signed_blocks: [], signed_attestations: [], ...changes }, good] });
}

const inBlock = (slot: unknown): Record<string, unknown> => withEntry({ signed_blocks: [{ slot }] });

const wrongEntries: readonly (readonly [file: unknown, code: FaultCode, words: RegExp, key?: null])[] = [
  [fileOf({ data: [good(), [], good()] }), 'field_invalid', /^interchange\.data\[1\] must be an object/u, null],
  [fileOf({ data: [good(), 5, good()] }), 'field_invalid', /^interchange\.data\[1\] must be an object/u, null],
  [
    withEntry({ signed_attestations: undefined }),
    'field_missing',
    /^interchange\.data\[1\] has no "signed_attestations"/u,
  ],
  [withEntry({ signed_blocks: undefined, signed_block: [] }), 'field_missing', /has no "signed_blocks"/u],
  [withEntry({ signed_blocks: {} }), 'field_invalid', /\.data\[1\]\.signed_blocks must be a list/u],
  [withEntry({ signed_blocks: null }), 'field_invalid', /signed_blocks must be a list/u],
  [withEntry({ signed_blocks: ['5'] }), 'field_invalid', /signed_blocks\[0\] must be an object/u],
  [withEntry({ pubkey: undefined }), 'field_missing', /has no "pubkey"/u, null],
  [withEntry({ pubkey: pubkey.slice(2) }), 'field_invalid', /data\[1\]\.pubkey must be 0x and 96 hex/u, null],
  [withEntry({ pubkey: pubkey.slice(0, -2) }), 'field_invalid', /96 hex/u, null],
  [withEntry({ signed_attestations: [{ source_epoch: '1' }] }), 'field_missing', /\[0\] has no "target_epoch"/u],
  [withEntry({ signed_blocks: [{}] }), 'field_missing', /data\[1\]\.signed_blocks\[0\] has no "slot"/u],
  [inBlock(5), 'field_invalid', /signed_blocks\[0\]\.slot must be a decimal number in quotes \(line 1, byte \d+\)$/u],
  [inBlock({}), 'field_invalid', /decimal number in quotes/u],
  [inBlock(null), 'field_invalid', /decimal number in quotes/u],
  [inBlock('18446744073709551616'), 'uint64_range', /below 2\^64/u],
  [inBlock('99999999999999999999'), 'uint64_range', /below 2\^64/u],
  ...['-1', '05', '5 ', '0x5', '', '12abc', '1.0', '1e3', 'NaN', '+1', '٣'].map(
    (slot) => [inBlock(slot), 'uint64_range', /slot must be a decimal number below 2\^64/u] as const,
  ),
];

function good(): unknown {
  return { pubkey: `0x${'b2'.repeat(48)}`, signed_blocks: [{ slot: '1' }], signed_attestations: [] };
}

for (const [file, code, words, key = pubkey] of wrongEntries) {
  test(`names the one entry of ${JSON.stringify(file).slice(230, 320)}… with ${code} ${String(words)}`, () => {
    const { entries, problems } = read(file);
    assert.deepEqual(
      problems.map((problem) => [problem.index, problem.key, problem.fault.code]),
      [[1, key, code]],
    );
    assert.match(problems[0]?.fault.message ?? '', words);
    assert.equal(entries.length, 2, 'the others are read');
  });
}

test('a text too long, nesting too deep and too many members are refused', () => {
  for (const [extra, code] of [
    ['x'.repeat(70_000), 'json_too_complex'],
    [Array.from({ length: 20 }).reduce((inner) => [inner], 0), 'json_too_deep'],
    [Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`a${i}`, 0])), 'json_too_complex'],
  ] as const) {
    assert.throws(
      () => read(fileOf({ extra })),
      (error) => isFault(error, code),
    );
  }
});
