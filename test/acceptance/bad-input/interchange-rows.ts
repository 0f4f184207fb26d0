import { gzipSync } from 'node:zlib';
import { hoodi } from '../../support/ethereum-bodies.ts';
import { mainnetRoot } from '../../support/ethereum-requests.ts';

/** One line of section G of the catalogue of bad input: an interchange file, and what an import of it must do. */
export interface InterchangeRow {
  /** The number in the catalogue. */
  readonly row: number;
  readonly input: string;
  /** Null for what is imported. */
  readonly code: string | null;
  /** Why the answer is another than the catalogue's. */
  readonly overruled?: string;
  readonly file: (key: string) => string | Uint8Array;
  /** What the answer says. */
  readonly says?: RegExp;
  /** What the key holds afterwards, where something is imported: slot, source and target; null for none. */
  readonly holds?: { readonly block: string | null; readonly attestation: string | null };
  /** Must the signing root be known afterwards? */
  readonly rootKnown?: boolean;
}

const network = hoodi.forkInfo.genesis_validators_root;
const root = `0x${'5a'.repeat(32)}`;
const bystander = `0x${'b1'.repeat(48)}`;
const whole =
  'one wrong entry keeps the whole file out: a key whose history was left behind would sign as if it had none';

interface Entry {
  readonly pubkey: string;
  readonly signed_blocks: unknown;
  readonly signed_attestations: unknown;
}

function text(entries: readonly unknown[], metadata: object = {}): string {
  const all = { interchange_format_version: '5', genesis_validators_root: network, ...metadata };
  return JSON.stringify({ metadata: all, data: entries });
}

function entry(pubkey: string, changes: Partial<Record<keyof Entry, unknown>> = {}): object {
  const votes = [{ source_epoch: '8', target_epoch: '9' }];
  return { pubkey, signed_blocks: [{ slot: '300' }], signed_attestations: votes, ...changes };
}

const good = (key: string): string => text([entry(bystander), entry(key)]);

/** The number in the catalogue, and the input. */
type Named = readonly [row: number, input: string];

/** A file that is refused as a whole. */
function bad([row, input]: Named, code: string, file: InterchangeRow['file'], says = /./u): InterchangeRow {
  return { row, input, code, file, says };
}

/** One whose second entry is wrong. */
function badEntry(
  [row, input]: Named,
  code: string,
  changes: (key: string) => unknown,
  says = /interchange\.data\[1\]/u,
): InterchangeRow {
  const file = (key: string): string => text([entry(bystander), changes(key), entry(key)]);
  return { row, input, code, overruled: whole, file, says };
}

function imported(
  [row, input]: Named,
  file: InterchangeRow['file'],
  holds: NonNullable<InterchangeRow['holds']>,
  more: Partial<InterchangeRow> = {},
): InterchangeRow {
  return { row, input, code: null, file, holds, ...more };
}

const files: readonly InterchangeRow[] = [
  bad([141, 'an empty file'], 'body_empty', () => ''),
  bad([141, 'white space'], 'json_syntax', () => ' \n'),
  bad([141, 'no JSON'], 'json_syntax', () => 'pubkey;slot\n', /line 1, byte 0/u),
  bad([141, 'a compressed file'], 'json_syntax', (key) => gzipSync(good(key))),
  bad([141, 'UTF-16'], 'json_syntax', (key) => Buffer.from(good(key), 'utf16le')),
  bad([141, 'a byte order mark'], 'json_encoding', (key) => `\ufeff${good(key)}`),
  bad([141, 'bytes that are no UTF-8'], 'json_encoding', (key) =>
    Buffer.from(good(key).replace('300', '\xff'), 'latin1'),
  ),
  bad(
    [141, 'a file that was cut short'],
    'json_syntax',
    (key) => good(key).slice(0, -1),
    /unexpected end of JSON input/u,
  ),
  bad([141, 'a file that was cut in a text'], 'json_syntax', (key) => good(key).slice(0, 400)),
  bad([141, 'bytes after the end'], 'json_trailing', (key) => `${good(key)}\n{}`, /line 2, byte/u),
  bad([141, 'a list'], 'field_invalid', () => '[]'),
  bad([141, 'null'], 'field_invalid', () => 'null'),
  bad([141, '100,000 nested lists'], 'json_too_deep', () => `{"a":${'['.repeat(100_000)}`),
  bad([141, 'a text of a megabyte'], 'json_too_complex', (key) => good(key).replace('300', '3'.repeat(1_000_000))),
  bad([142, 'version 4'], 'field_invalid', () => text([], { interchange_format_version: '4' }), /must be \\"5\\"/u),
  bad([142, 'version 6'], 'field_invalid', () => text([], { interchange_format_version: '6' })),
  bad([142, 'version 5 as a number'], 'field_invalid', () => text([], { interchange_format_version: 5 })),
  bad([142, 'no version'], 'field_missing', () => text([], { interchange_format_version: undefined })),
  bad([143, 'another network'], 'config_invalid', (key) =>
    text([entry(key)], { genesis_validators_root: mainnetRoot }),
  ),
  bad([143, 'no genesis root'], 'field_missing', () => text([], { genesis_validators_root: undefined })),
  bad([143, 'half a genesis root'], 'field_invalid', () => text([], { genesis_validators_root: network.slice(0, 34) })),
  bad([143, 'no metadata'], 'field_missing', () => '{"data":[]}'),
  bad([144, 'data that is no list'], 'field_invalid', () => good('').replace(/"data":.*$/u, '"data":{}}')),
];

const numbers = ['12abc', '-1', '1.0', '', '1e3', '18446744073709551616', '007', ' 5', '0x5', 'NaN', '٣'];

const entries: readonly InterchangeRow[] = [
  badEntry([144, 'an entry that is a list'], 'field_invalid', () => []),
  badEntry([144, 'an entry without pubkey'], 'field_missing', () => entry('', { pubkey: undefined })),
  badEntry([144, 'a short pubkey'], 'field_invalid', (key) => entry(key.slice(0, -2))),
  badEntry([144, 'a pubkey without 0x'], 'field_invalid', (key) => entry(key.slice(2))),
  badEntry([144, 'blocks that are null'], 'field_invalid', (key) => entry(key, { signed_blocks: null })),
  badEntry([144, 'no attestations'], 'field_missing', (key) => entry(key, { signed_attestations: undefined })),
  ...numbers.map((slot) =>
    badEntry([146, `slot ${JSON.stringify(slot)}`], 'uint64_range', (key) => entry(key, { signed_blocks: [{ slot }] })),
  ),
  badEntry([146, 'slot as a number'], 'field_invalid', (key) => entry(key, { signed_blocks: [{ slot: 5 }] })),
  badEntry([146, 'no target'], 'field_missing', (key) =>
    entry(key, { signed_attestations: [{ source_epoch: '1', target: '2' }] }),
  ),
  badEntry(
    [152, 'a target epoch of 2^63'],
    'beyond_future_bound',
    (key) => entry(key, { signed_attestations: [{ source_epoch: '1', target_epoch: String(2n ** 63n) }] }),
    /--force/u,
  ),
  badEntry(
    [152, 'a slot of 2^64-1'],
    'beyond_future_bound',
    (key) => entry(key, { signed_blocks: [{ slot: String(2n ** 64n - 1n) }] }),
    /--force/u,
  ),
  {
    row: 158,
    input: 'a key twice, once with an escape',
    code: 'json_duplicate_key',
    file: (key) => good(key).replace('"signed_blocks"', '"\\u0070ubkey":"","signed_blocks"'),
  },
];

const taken: readonly InterchangeRow[] = [
  imported(
    [145, 'a pubkey twice, which is merged by maximum'],
    (key) =>
      text([
        entry(key, {
          signed_blocks: [{ slot: '310' }],
          signed_attestations: [{ source_epoch: '5', target_epoch: '12' }],
        }),
        entry(key, { signed_attestations: [{ source_epoch: '7', target_epoch: '11' }] }),
      ]),
    { block: '310', attestation: '7-12' },
  ),
  imported(
    [147, 'a source above its target, which is imported at its highest'],
    (key) => text([entry(key, { signed_attestations: [{ source_epoch: '9', target_epoch: '8' }] })]),
    { block: '300', attestation: '9-8' },
    { says: /"slashable":1/u },
  ),
  imported(
    [148, 'a key that signed twice, which is imported at its highest, with a warning'],
    (key) =>
      text([
        entry(key, {
          signed_blocks: [
            { slot: '300', signing_root: root },
            { slot: '300', signing_root: `0x${'5b'.repeat(32)}` },
          ],
        }),
      ]),
    { block: '300', attestation: '8-9' },
    { says: /"slashable":1/u },
  ),
  ...[undefined, null, '0x12', 5, [], {}].map((signing_root) =>
    imported(
      [151, `a signing root that is ${JSON.stringify(signing_root) ?? 'missing'}, which is not known`],
      (key) => text([entry(key, { signed_blocks: [{ slot: '300', signing_root }] })]),
      { block: '300', attestation: '8-9' },
      { rootKnown: false },
    ),
  ),
  imported(
    [151, 'a signing root, which is kept'],
    (key) => text([entry(key, { signed_blocks: [{ slot: '300', signing_root: root }] })]),
    { block: '300', attestation: '8-9' },
    { rootKnown: true },
  ),
  imported(
    [156, 'a key that never signed'],
    (key) => text([entry(key, { signed_blocks: [], signed_attestations: [] })]),
    { block: null, attestation: null },
  ),
  imported(
    [158, 'line ends of Windows, names with escapes and hex of both cases'],
    (key) =>
      JSON.stringify(JSON.parse(text([entry(key.toUpperCase().replace('0X', '0x'))])), null, 2)
        .replaceAll('\n', '\r\n')
        .replaceAll('"pubkey"', '"\\u0070ubkey"'),
    { block: '300', attestation: '8-9' },
  ),
];

export const interchangeRows: readonly InterchangeRow[] = [...files, ...entries, ...taken];
