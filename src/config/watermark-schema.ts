import { z } from 'zod';
import { dynamodbNames, watermarkDynamodb } from './dynamodb-schema.ts';
import { driver, noted, section, text } from './note.ts';

const drivers = {
  built: ['file', 'mem', 'sqlite', 'aws', 'dynamodb', 'ignore', 'noop'],
  future: ['gcp', 'firestore', 'postgres'],
  meaning:
    'Where the Tezos marks live: `file` keeps them in files in `base_dir`; `sqlite` in a database; ' +
    '`aws` (or `dynamodb`) in a DynamoDB table that several signers share; ' +
    '`mem` forgets them whenever the program stops, `ignore` (or `noop`) keeps none at all, and both are for tests only.',
};

const nothing = section({}, 'Nothing to set.').nullish();

const path = text(
  'the path of a database file',
  'The database of the `sqlite` driver; its folder must exist. Absent: `watermark.sqlite` in `base_dir`.',
);

const sqlite = section(
  { path: path.optional() },
  'Settings of `sqlite` and `aws`; the other drivers have none.',
).prefault({});

/** `watermark`: Signatory's root, and its drivers under their names. */
export const watermarkSchema = noted(
  z.discriminatedUnion('driver', [
    z.strictObject({ driver: driver('file', drivers).optional().default('file'), config: nothing }),
    z.strictObject({ driver: driver('mem', drivers), config: nothing }),
    z.strictObject({ driver: driver('sqlite', drivers), config: sqlite }),
    z.strictObject({
      driver: driver(dynamodbNames, drivers),
      config: section(watermarkDynamodb, 'Settings of `aws`.').prefault({}),
    }),
    z.strictObject({ driver: driver(['ignore', 'noop'], drivers), config: nothing }),
  ]),
  { expects: 'a section with a driver', meaning: 'The store of the Tezos marks.' },
);
