import type { Config, DynamoDbConfig } from './config.ts';
import { type MapNode, nodeAt, type Path } from './node.ts';
import type { AddProblem } from './problems.ts';

interface Whole {
  readonly config: Pick<Config, 'watermark' | 'ethereum' | 'tezosEnabled'>;
  readonly root: MapNode;
  /** Permission bits of the configuration file; 0 when there is none. */
  readonly mode: number;
}

/** Adds what the settings of DynamoDB allow one by one, but not together. */
export function checkDynamodb({ config, root, mode }: Whole, add: AddProblem): void {
  const { watermark, ethereum, tezosEnabled } = config;
  const tezos = watermark.driver === 'aws' ? watermark.dynamodb : null;
  const marks = ethereum?.antiSlashing.backend === 'dynamodb' ? ethereum.antiSlashing.dynamodb : null;
  for (const [found, path] of [
    [tezos, ['watermark', 'config']],
    [marks, ['anti_slashing']],
  ] as const) {
    if (found === null) continue;
    checkRegion(found, path, add);
    checkKeys(path, { root, mode }, add);
  }
  if (tezos !== null && marks !== null && tezosEnabled && isSameTable(tezos, marks)) {
    const text = `${marks.table} is the table of watermark, too; the Ethereum marks need a table of their own: name another here`;
    add(['anti_slashing', 'table'], text);
  }
}

function checkRegion({ region }: DynamoDbConfig, path: Path, add: AddProblem): void {
  if (region !== '') return;
  add([...path, 'region'], 'missing; expected the name of an AWS region, such as us-east-1, here or in AWS_REGION');
}

const keyNames = ['access_key_id', 'secret_access_key', 'session_token'] as const;

function checkKeys(path: Path, { root, mode }: Pick<Whole, 'root' | 'mode'>, add: AddProblem): void {
  const [id, secret, token] = keyNames.map((name) => nodeAt(root, [...path, name]));
  if (id !== null && secret === null) add([...path, 'access_key_id'], 'secret_access_key is missing beside it');
  if (id === null && secret !== null) add([...path, 'secret_access_key'], 'access_key_id is missing beside it');
  if (token !== null && (id === null || secret === null)) {
    add([...path, 'session_token'], 'access_key_id and secret_access_key are missing beside it');
  }
  const literal = secret?.kind === 'scalar' && !/^(?:env|file):/u.test(String(secret.value));
  if ((mode & 0o007) === 0 || !literal) return;
  const shown = `mode ${mode.toString(8).padStart(4, '0')}`;
  const text = `a secret stands here, and every user of this machine can read the file (${shown}); set it to 0600`;
  add([...path, 'secret_access_key'], text);
}

function isSameTable(one: DynamoDbConfig, other: DynamoDbConfig): boolean {
  return one.table === other.table && one.region === other.region && originOf(one) === originOf(other);
}

/** Where it is reached, however that is written. */
function originOf({ region, endpoint }: DynamoDbConfig): string {
  const address = endpoint ?? `https://dynamodb.${region}.amazonaws.com`;
  return URL.canParse(address) ? new URL(address).origin : address;
}
