import type {
  AntiSlashingConfig,
  Config,
  DynamoDbConfig,
  EthereumConfig,
  PostgresConfig,
  WatermarkConfig,
} from './config.ts';
import { isNetworkPath, moneyNetworks, networkNames, usualNetworks } from './ethereum-schema.ts';
import { nearest } from './nearest.ts';
import { type MapNode, nodeAt } from './node.ts';
import type { AddProblem } from './problems.ts';
import { isSamePlace } from './same-place.ts';

interface Whole {
  readonly config: Pick<Config, 'ethereum' | 'acceptSlashingRisk' | 'watermark' | 'baseDir'>;
  readonly root: MapNode;
}

/** Adds what the Ethereum side's settings allow one by one, but not together. */
export function checkEthereum({ config, root }: Whole, add: AddProblem): void {
  const { ethereum, acceptSlashingRisk, watermark, baseDir } = config;
  if (ethereum === null) return checkKeysWithoutMarks(root, add);
  checkStores(ethereum.antiSlashing, { watermark, baseDir }, add);
  if (!acceptSlashingRisk) checkMainnets(ethereum, add);
  checkRegistration(ethereum, add);
}

function checkKeysWithoutMarks(root: MapNode, add: AddProblem): void {
  if (!namesKeys(root)) return;
  const text =
    'validator keys are named here, and without anti_slashing nothing keeps them from signing twice; ' +
    'add it, such as anti_slashing: { backend: sqlite, path: /var/lib/tidemark/ethereum.sqlite }';
  add(['key_sources'], text);
}

/** Does `key_sources` name any folder? */
function namesKeys(root: MapNode): boolean {
  return ['paths', 'keystores'].some((key) => {
    const node = nodeAt(root, ['key_sources', 'filesystem', key]);
    return node?.kind === 'list' && node.items.length > 0;
  });
}

/** Two stores in one place would take each other's files for their own, or wait for each other's lock for ever. */
function checkStores(
  { backend, ...rest }: AntiSlashingConfig,
  { watermark, baseDir }: { watermark: WatermarkConfig; baseDir: string },
  add: AddProblem,
): void {
  if ('postgres' in rest && watermark.driver === 'postgres')
    return checkSchemas(rest.postgres, watermark.postgres, add);
  if ('dynamodb' in rest && watermark.driver === 'aws') return checkTables(rest.dynamodb, watermark.dynamodb, add);
  const path = 'path' in rest ? rest.path : null;
  const tezosPath = watermark.driver === 'sqlite' ? watermark.path : baseDir;
  if (path === null || backend !== watermark.driver || !isSamePlace(path, tezosPath)) return;
  const other = backend === 'sqlite' ? 'the database of watermark' : 'base_dir, the folder of watermark';
  const text = `${path} is ${other} (${tezosPath}); the Ethereum marks need a place of their own: name another here`;
  add(['anti_slashing', 'path'], text);
}

/** Whether two different URLs lead to one database only its server knows; there the lanes of both chains stay apart. */
function checkSchemas(ethereum: PostgresConfig, tezos: PostgresConfig, add: AddProblem): void {
  if (ethereum.schema !== tezos.schema || !ethereum.url.isSame(tezos.url)) return;
  const text = `${ethereum.schema} is the schema of watermark, too, in the same database; name another here`;
  add(['anti_slashing', 'schema'], text);
}

/** The rows of both chains would stay apart, but not what is allowed to touch them: IAM, capacity, deletion. */
function checkTables(ethereum: DynamoDbConfig, tezos: DynamoDbConfig, add: AddProblem): void {
  const { region, table, endpoint } = ethereum;
  if (table !== tezos.table || region !== tezos.region || endpoint !== tezos.endpoint) return;
  add(['anti_slashing', 'table'], `${table} is the table of watermark, too, in the same region; name another here`);
}

/** A custom file may be of such a network too: only its genesis root tells, when it is read. */
function checkMainnets({ antiSlashing: { backend }, networks }: EthereumConfig, add: AddProblem): void {
  if (backend !== 'mem' && backend !== 'noop') return;
  const served = moneyNetworks.filter((name) => networks === null || networks.includes(name));
  if (served.length === 0) return;
  const harm = backend === 'mem' ? 'mem forgets all marks at every stop' : 'noop keeps no marks at all';
  const why = networks === null ? ' (network is not set, so both are served)' : '';
  const text =
    `${harm}, and validators of ${served.join(' and ')} may sign${why}; use sqlite or file, let network name ` +
    'test networks only, or set accept_slashing_risk: true if you can afford to be slashed';
  add(['anti_slashing', 'backend'], text);
}

function checkRegistration({ networks, registrationNetwork: chosen }: EthereumConfig, add: AddProblem): void {
  const served = networks ?? usualNetworks;
  if (chosen === null || served.includes(chosen)) return;
  const isCustomName = !isNetworkPath(chosen) && !networkNames.includes(chosen) && served.some(isNetworkPath);
  if (isCustomName) return;
  const near = nearest(chosen, served);
  const hint = near === null ? '' : `; did you mean ${near}?`;
  const text = `${JSON.stringify(chosen)} is not among the networks that are served (${served.join(', ')})${hint}`;
  add(['ethereum', 'registration_network'], text);
}
