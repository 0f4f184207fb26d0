import { Fault, isFault, messageOf } from '../base/fault.ts';
import { builtInNetwork } from '../ethereum/built-in-networks.ts';
import type { Network } from '../ethereum/network.ts';
import type { NetworkChoice } from '../ethereum/networks.ts';
import { parseNetwork } from '../ethereum/parse-network.ts';
import type { Config, EthereumConfig } from './config.ts';
import { moneyNetworks } from './ethereum-schema.ts';
import { readNetworkFile } from './network-file.ts';

/**
 * The networks that the configuration names, their files read.
 *
 * @throws Fault `config_invalid` for a file that cannot be read or that describes no network, for two networks of one
 *   name, and for a file of a network where slashing costs money beside a store that keeps nothing
 */
export function servedNetworks(
  ethereum: EthereumConfig,
  { acceptSlashingRisk }: Pick<Config, 'acceptSlashingRisk'>,
): NetworkChoice {
  const { networks: names, registrationNetwork: chosen, antiSlashing } = ethereum;
  if (names === null) return { served: null, registrations: chosen };
  const networks = new Map<string, Network>();
  for (const name of names) {
    const network = builtInNetwork(name) ?? readNetwork(name);
    checkName(network, name, networks);
    networks.set(name, network);
  }
  const served = [...networks.values()];
  const losesMarks = antiSlashing.backend === 'mem' || antiSlashing.backend === 'noop';
  if (!acceptSlashingRisk && losesMarks) served.forEach((network) => checkHarmless(network, antiSlashing));
  return { served, registrations: chosen === null ? null : (networks.get(chosen)?.name ?? chosen) };
}

function readNetwork(path: string): Network {
  const fields = readNetworkFile(path);
  try {
    return parseNetwork(fields);
  } catch (error) {
    if (!isFault(error, 'config_invalid')) throw error;
    throw new Fault('config_invalid', `the network file ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Requests that name no network are told by the name which they are for. */
function checkName({ name }: Network, key: string, others: ReadonlyMap<string, Network>): void {
  const twin = [...others].find(([, other]) => other.name === name);
  if (twin === undefined) return;
  throw new Fault(
    'config_invalid',
    `network: ${twin[0]} and ${key} are both called ${name}; give one another CONFIG_NAME`,
  );
}

/** A file may describe, under whatever name, a network where validators have a stake: its root tells. */
function checkHarmless({ name, genesisValidatorsRoot }: Network, { backend }: EthereumConfig['antiSlashing']): void {
  const money = moneyNetworks.find((each) => builtInNetwork(each)?.genesisValidatorsRoot === genesisValidatorsRoot);
  if (money === undefined) return;
  const text =
    `anti_slashing.backend: ${backend} keeps no marks when the program stops, and the network ${name} is ${money}; ` +
    'use sqlite or file, or set accept_slashing_risk: true if you can afford to be slashed';
  throw new Fault('config_invalid', text);
}
