import { Fault } from '../base/fault.ts';
import type { Field } from './field.ts';
import type { Fork, ForkName, Network } from './network.ts';
import type { Networks } from './networks.ts';

/** What a request says about the network and the fork that it is for. */
export class ForkInfo {
  readonly network: Network;
  readonly previous: Fork;
  readonly current: Fork;
  /**
   * Where the client says that `current` began. It is not held against the table: some clients send the epoch of the
   * duty here, which gives the same domain.
   */
  readonly epoch: bigint;

  /** @throws Fault `wrong_network` before all else; `fork_mismatch`, `field_*`, `uint64_range` */
  constructor(field: Field, networks: Networks) {
    const root = field.member('genesis_validators_root').hex(32);
    const fork = field.member('fork');
    const current = fork.member('current_version');
    this.network = networks.byRoot(`0x${root}`, current.hex(4));
    this.previous = forkOf(this.network, fork.member('previous_version'));
    this.current = forkOf(this.network, current);
    this.epoch = fork.member('epoch').uint64();
  }

  /** `get_domain` of the consensus specifications: what is signed at `epoch` is signed under this fork. */
  forkAt(epoch: bigint): Fork {
    return epoch < this.epoch ? this.previous : this.current;
  }

  forkAtSlot(slot: bigint): Fork {
    return this.forkAt(slot / this.network.preset.slotsPerEpoch);
  }
}

/** The fork of this name; null when the network has not heard of it. */
export function forkNamed({ forks }: Network, name: ForkName): Fork | null {
  return forks.find((fork) => fork.name === name) ?? null;
}

/**
 * A version that is not in the table is refused even though its roots may be right: which types it signs is not known.
 * The remedy does not need a new release.
 */
function forkOf(network: Network, field: Field): Fork {
  const version = field.hex(4);
  const known = network.forks.find((fork) => fork.version === version);
  if (known !== undefined) return known;
  const text =
    `${field.place()} is 0x${version}, which ${network.name} does not have as far as is known here; ` +
    'if it is new, put it into a file of the network\'s config.yaml form and name that file in the option "network"';
  throw new Fault('fork_mismatch', text);
}
