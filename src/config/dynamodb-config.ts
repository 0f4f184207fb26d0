import type { DynamoDbConfig } from './config.ts';
import type { ParsedConfig } from './schema.ts';
import { type Environment, Secret } from './secret.ts';

type Parsed = Extract<ParsedConfig['watermark'], { driver: 'aws' | 'dynamodb' }>['config'];

/** What both doors say of the store. A region that nobody named is empty, and `checkDynamodb` refuses it. */
export function dynamodbOf(
  parsed: Omit<Parsed, 'billing_mode' | 'shared_with_signatory'>,
  env: Environment,
): DynamoDbConfig {
  const { access_key_id: id, secret_access_key: secret, session_token: token, endpoint, table } = parsed;
  const region = parsed.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? '';
  const given = (text: string): Secret => Secret.parse(text, env) ?? Secret.literal(text);
  const keys =
    id === undefined || secret === undefined
      ? null
      : {
          accessKeyId: given(id),
          secretAccessKey: given(secret),
          sessionToken: token === undefined ? null : given(token),
        };
  return { region, table, endpoint: endpoint ?? null, keys };
}
