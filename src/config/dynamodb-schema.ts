import { choice, flag, noted, text } from './note.ts';
import { z } from 'zod';

/** The names of the store: Signatory's and Containment Chamber's. */
export const dynamodbNames = ['aws', 'dynamodb'] as const;

/** What DynamoDB itself takes for the name of a table. */
const tablePattern = /^[A-Za-z0-9_.-]{3,255}$/u;

function tableName(meaning: string) {
  return noted(z.string().regex(tablePattern), {
    expects: 'the name of a table: 3 to 255 letters, digits, and _ . -',
    meaning,
  });
}

function reference(what: string, meaning: string) {
  return noted(z.string().min(1), { expects: `${what}, env:NAME or file:PATH`, meaning, secret: true });
}

/** What both doors to the store have. */
const place = {
  region: noted(z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)+$/u), {
    expects: 'the name of an AWS region, such as us-east-1',
    meaning: 'DynamoDB: the region of the table. Absent: `AWS_REGION`, or `AWS_DEFAULT_REGION`.',
  }).optional(),
  access_key_id: text(
    'the id of an access key, env:NAME or file:PATH',
    "DynamoDB: an access key. Absent: AWS's own search, which begins with `AWS_ACCESS_KEY_ID`.",
  ).optional(),
  secret_access_key: reference('the secret of the access key', 'DynamoDB: the secret of `access_key_id`.').optional(),
  session_token: reference('the token of temporary credentials', 'DynamoDB: needed by temporary keys.').optional(),
  endpoint: noted(z.string().regex(/^https?:\/\/[^/?#]+\/?$/u), {
    expects: 'the address of a server, such as https://vpce-1.dynamodb.us-east-1.vpce.amazonaws.com',
    meaning: "DynamoDB: where it is reached. Absent: AWS's address of the region.",
  }).optional(),
};

/** The settings of `watermark`, whose table is made at the start when it is missing. */
export const watermarkDynamodb = {
  ...place,
  table: tableName('DynamoDB: the table; it is made if it is missing.').default('watermark'),
  billing_mode: choice(
    ['provisioned', 'on_demand'],
    'DynamoDB: how a table that is made is paid for: 5 read and 5 write units, or by request.',
  ).default('provisioned'),
  shared_with_signatory: flag(
    'DynamoDB: do instances of Signatory write the same table? Then both of its attestation rows are advanced, at twice the cost.',
  ).default(false),
};

/** The settings of `anti_slashing`, whose table is made by a command. */
export const antiSlashingDynamodb = {
  ...place,
  table: tableName('DynamoDB: the table; `tidemark tables create` makes it.'),
};
