import type { EthereumConfig } from '../config/config.ts';
import { readNetworkFile } from '../config/network-file.ts';
import { builtInNetwork } from '../ethereum/built-in-networks.ts';
import type { Network } from '../ethereum/network.ts';
import { Networks } from '../ethereum/networks.ts';
import { parseNetwork } from '../ethereum/parse-network.ts';

/**
 * The networks that the configuration names; all built-in ones when it names none.
 *
 * @throws Fault `config_invalid` for a file that is no network, and when two are the same
 */
export function openNetworks({
  networks,
  registrationNetwork,
}: Pick<EthereumConfig, 'networks' | 'registrationNetwork'>): Networks {
  const opened = networks?.map((name) => ({ name, network: openNetwork(name) })) ?? null;
  // A custom file may be chosen by its path, too.
  const chosen = opened?.find(({ name }) => name === registrationNetwork)?.network.name ?? registrationNetwork;
  return new Networks(opened?.map(({ network }) => network) ?? null, chosen);
}

function openNetwork(name: string): Network {
  return builtInNetwork(name) ?? parseNetwork(readNetworkFile(name), name);
}
