import { attestationBody, blockBody, hoodi, randaoBody, syncMessageBody } from '../../support/ethereum-bodies.ts';

/** What JSON may say where a uint64 belongs, and the code of the refusal: rows 39 to 41 of the catalogue. */
export const numberTexts: readonly (readonly [value: string, code: string])[] = [
  ...['12', '-1', '1.5', '1e400', 'null', 'true', '{}', '["12"]'].map((value) => [value, 'field_invalid'] as const),
  ...[
    ...[
      '',
      ' ',
      '12abc',
      '1e3',
      ' 12',
      '12 ',
      '12\\n',
      '12\\u0000',
      '0x10',
      '0b1',
      '0o7',
      '+1',
      '-1',
      '-0',
      '00',
      '01',
    ],
    ...['1.0', '1.', '.5', '1_000', '1,000', '12n', 'NaN', 'Infinity', 'true', '١٢', '１２', '½', 'twelve'],
    ...['18446744073709551616', '340282366920938463463374607431768211455', '9'.repeat(400)],
  ].map((text) => [`"${text}"`, 'uint64_range'] as const),
];

type BodyWith = (value: string) => string;

/** By the field that is varied: a request that could be signed but for its number, which stands there as JSON. */
export const numberFields: Readonly<Record<string, BodyWith>> = {
  'a vote’s source epoch': member(attestationBody({ source: 77, target: 78 }), '"epoch":"77"'),
  'a vote’s target epoch': member(attestationBody({ source: 77, target: 78 }), '"epoch":"78"'),
  'a vote’s slot': member(attestationBody({ source: 77, target: 78 }), '"slot":"2496"'),
  'a vote’s index': member(attestationBody({ source: 77, target: 78 }), '"index":"0"'),
  'a block’s slot': member(blockBody({ slot: 2496 }), '"slot":"2496"'),
  'a block’s proposer': member(blockBody({ slot: 2496 }), '"proposer_index":"7"'),
  'a seed’s epoch': member(randaoBody(78), '"epoch":"78"'),
  'a sync message’s slot': member(syncMessageBody(2496), '"slot":"2496"'),
  'a fork’s epoch': member(attestationBody({ source: 77, target: 78 }), `"epoch":"${hoodi.forkInfo.fork.epoch}"`),
};

function member(body: string, text: string): BodyWith {
  const [before, after, ...more] = body.split(text);
  if (after === undefined || more.length > 0) throw new Error(`${text} does not stand once in ${body}`);
  const name = text.slice(0, text.indexOf(':') + 1);
  return (value) => `${before}${name}${value}${after}`;
}
