import { Fault } from '../base/fault.ts';
import { builtInNetwork, isOfAnyRoot } from '../ethereum/built-in-networks.ts';

const rootPattern = /^0x[0-9a-f]{64}$/u;

/**
 * The genesis validators root of the network that a command is about.
 *
 * @param given `--network`, if it was given: the name of a built-in network, or a root
 * @param known the roots that the store has marks or stop lines of
 * @throws Fault `config_invalid` when it cannot be told which one is meant
 */
export function rootOfNetwork(given: string | undefined, known: ReadonlySet<string>): string {
  if (given !== undefined) return parseRoot(given);
  const [only, another] = known;
  if (only !== undefined && another === undefined) return only;
  const found = only === undefined ? 'no network yet' : `marks of ${[...known].join(', ')}`;
  throw new Fault('config_invalid', `--network: which network is meant? The store has ${found}; give --network`);
}

function parseRoot(given: string): string {
  const network = builtInNetwork(given);
  if (network !== null && isOfAnyRoot(network)) {
    const text = `--network: ${given} has another genesis validators root after each of its resets; give the root itself`;
    throw new Fault('config_invalid', text);
  }
  const root = network?.genesisValidatorsRoot ?? given.toLowerCase();
  if (rootPattern.test(root)) return root;
  const text = `--network: found "${given}"; expected the name of a built-in network, or a genesis validators root (0x and 64 hex digits)`;
  throw new Fault('config_invalid', text);
}
