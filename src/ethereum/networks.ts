import { Fault } from '../base/fault.ts';
import { builtInNetworks, isOfAnyRoot } from './built-in-networks.ts';
import { Domains } from './domains.ts';
import type { Network } from './network.ts';

/** What the operator chose. */
export interface NetworkChoice {
  /** Null for every built-in network but ephemery. */
  readonly served: readonly Network[] | null;
  /** The name of the one that requests without a network are for; null when it was not chosen. */
  readonly registrations: string | null;
}

/** The networks that are served, and the domains of what was signed on them. */
export class Networks {
  readonly domains = new Domains();
  /** What it was made of: plain data, so that a thread can make one of its own. */
  readonly choice: NetworkChoice;
  readonly #served: readonly Network[];
  readonly #byRoot: ReadonlyMap<string, Network>;
  readonly #ofAnyRoot: readonly Network[];
  readonly #registrations: Network | null;

  /** @throws Fault `config_invalid` when two of them share a root, or none is the one of registrations */
  constructor(choice: NetworkChoice) {
    const { served, registrations } = choice;
    this.choice = choice;
    this.#served = served ?? builtInNetworks;
    const known = this.#served.filter((network) => !isOfAnyRoot(network));
    this.#byRoot = new Map(known.map((network) => [network.genesisValidatorsRoot, network]));
    this.#ofAnyRoot = this.#served.filter(isOfAnyRoot);
    if (this.#byRoot.size < known.length || this.#ofAnyRoot.length > 1) {
      throw new Fault('config_invalid', `network: two of ${this.names} have the same genesis validators root`);
    }
    this.#registrations = this.#chosen(registrations);
  }

  /**
   * The network that a request is for: the guard that comes before anything else is computed.
   *
   * @param root the genesis validators root: `0x` and 64 lower-case hex digits
   * @param version the current version of the request's fork: what tells a network whose root changes
   * @throws Fault `wrong_network`
   */
  byRoot(root: string, version: string): Network {
    const network = this.#byRoot.get(root);
    if (network !== undefined) return network;
    const wandering = this.#ofAnyRoot.find(({ forks }) => forks.some((fork) => fork.version === version));
    if (wandering !== undefined) return { ...wandering, genesisValidatorsRoot: root };
    const text =
      `the genesis validators root ${root} is of no network that is served (${this.names}); ` +
      'the option "network" names them';
    throw new Fault('wrong_network', text);
  }

  /**
   * The network of requests that name none: validator registrations, authorisations of builder requests, inclusion lists.
   *
   * @throws Fault `network_ambiguous`
   */
  forRegistrations(): Network {
    if (this.#registrations !== null) return this.#registrations;
    const text =
      'the request names no network, and several are served: ' +
      `set the option "network" to one of ${this.names}, or choose the one of registrations`;
    throw new Fault('network_ambiguous', text);
  }

  #chosen(name: string | null): Network | null {
    const [only, ...others] = this.#served;
    if (name === null) return only !== undefined && others.length === 0 ? only : null;
    const chosen = this.#served.find((network) => network.name === name);
    if (chosen !== undefined) return chosen;
    throw new Fault('config_invalid', `registrations are for none of the networks that are served (${this.names})`);
  }

  /** Those that are served, for messages. */
  get names(): string {
    return this.#served.map(({ name }) => name).join(', ');
  }
}
