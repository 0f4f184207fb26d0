import { z } from 'zod';
import { dynamodbNames, watermarkDynamodb } from './dynamodb-schema.ts';
import { firestoreNames, firestoreShape } from './firestore-schema.ts';
import { driver, noted, section, text } from './note.ts';
import { postgresShape } from './postgres-schema.ts';

const drivers = {
  built: ['file', 'mem', 'sqlite', 'postgres', 'aws', 'dynamodb', 'gcp', 'firestore', 'ignore', 'noop'],
  future: [],
  meaning:
    'Where the Tezos marks live: `file` keeps them in files in `base_dir`, `sqlite` in a database file; `postgres` in a ' +
    'database, `aws` (or `dynamodb`) in a DynamoDB table and `gcp` (or `firestore`) in Firestore, which several signers can share; ' +
    '`mem` forgets them whenever the program stops, `ignore` (or `noop`) keeps none at all, and both are for tests only.',
};

const nothing = section({}, 'Nothing to set.').nullish();

const path = text(
  'the path of a database file',
  'The database of the `sqlite` driver; its folder must exist. Absent: `watermark.sqlite` in `base_dir`.',
);

const configMeaning = 'Settings of `sqlite`, `postgres`, `aws` or `gcp`; the other drivers have none.';

const sqlite = section({ path: path.optional() }, configMeaning).prefault({});

const postgres = section(postgresShape('tidemark_tezos'), configMeaning);

/** `watermark`: Signatory's root, and its drivers under their names. */
export const watermarkSchema = noted(
  z.discriminatedUnion('driver', [
    z.strictObject({ driver: driver('file', drivers).optional().default('file'), config: nothing }),
    z.strictObject({ driver: driver('mem', drivers), config: nothing }),
    z.strictObject({ driver: driver('sqlite', drivers), config: sqlite }),
    z.strictObject({ driver: driver('postgres', drivers), config: postgres }),
    z.strictObject({
      driver: driver(dynamodbNames, drivers),
      config: section(watermarkDynamodb, configMeaning).prefault({}),
    }),
    z.strictObject({
      driver: driver(firestoreNames, drivers),
      config: section(firestoreShape('watermark'), configMeaning),
    }),
    z.strictObject({ driver: driver(['ignore', 'noop'], drivers), config: nothing }),
  ]),
  { expects: 'a section with a driver', meaning: 'The store of the Tezos marks.' },
);
