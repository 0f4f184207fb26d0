import { Fault } from '../base/fault.ts';
import type { Field } from './field.ts';
import { type ForkInfo, forkNamed } from './fork-info.ts';
import { bytesRoot, containerRoot, uint64Chunk } from './merkle.ts';
import { type Fork, isFrom, type Network } from './network.ts';
import { free, type Reading } from './reading.ts';

export function readRandaoReveal(reveal: Field, info: ForkInfo): Reading {
  const epoch = reveal.member('epoch').uint64();
  return free({ object: uint64Chunk(epoch), version: info.forkAt(epoch).version, epoch });
}

/** Clients prove their selection up to two epochs in advance, so the clock does not bound the slot. */
export function readAggregationSlot(selection: Field, info: ForkInfo): Reading {
  const slot = selection.member('slot').uint64();
  return free({ object: uint64Chunk(slot), version: info.forkAtSlot(slot).version });
}

/** The epoch is the first in which the exit may be included: it may be kept for a day to come, so it has no bound. */
export function readVoluntaryExit(exit: Field, info: ForkInfo): Reading {
  const epoch = exit.member('epoch').uint64();
  const object = containerRoot([uint64Chunk(epoch), uint64Chunk(exit.member('validator_index').uint64())]);
  return free({ object, version: forkOfExit(epoch, info).version });
}

/** The type signs for the version that it names itself: deposits are made before their network begins. */
export function readDeposit(deposit: Field): Reading {
  const object = containerRoot([
    bytesRoot(deposit.member('pubkey').hex(48)),
    deposit.member('withdrawal_credentials').hex(32),
    uint64Chunk(deposit.member('amount').uint64()),
  ]);
  return free({ object, version: deposit.member('genesis_fork_version').hex(4) });
}

/** Its timestamp is a matter of policy, not of the clock: builders themselves refuse one that lies ahead. */
export function readRegistration(registration: Field, network: Network): Reading {
  const object = containerRoot([
    bytesRoot(registration.member('fee_recipient').hex(20)),
    uint64Chunk(registration.member('gas_limit').uint64()),
    uint64Chunk(registration.member('timestamp').uint64()),
    bytesRoot(registration.member('pubkey').hex(48)),
  ]);
  return free({ object, version: genesisFork(network).version });
}

/** Under the genesis version for ever, so that it can be signed once and kept. */
export function readBlsChange(change: Field, { network }: ForkInfo): Reading {
  const object = containerRoot([
    uint64Chunk(change.member('validator_index').uint64()),
    bytesRoot(change.member('from_bls_pubkey').hex(48)),
    bytesRoot(change.member('to_execution_address').hex(20)),
  ]);
  return free({ object, version: genesisFork(network).version });
}

export function genesisFork(network: Network): Fork {
  const genesis = forkNamed(network, 'phase0');
  if (genesis === null) throw new Fault('internal', `${network.name} has no genesis fork`);
  return genesis;
}

/**
 * Since Deneb an exit is valid under the version of Capella alone (EIP-7044). Clients send that of the fork of the day,
 * or Capella's; so as soon as anything in the request is of Deneb's time, it is Capella's.
 */
function forkOfExit(epoch: bigint, info: ForkInfo): Fork {
  const fork = info.forkAt(epoch);
  const capella = forkNamed(info.network, 'capella');
  if (capella === null) return fork;
  const deneb = forkNamed(info.network, 'deneb')?.epoch ?? null;
  const dated = deneb !== null && (epoch >= deneb || info.epoch >= deneb);
  return dated || isFrom(info.current.name, 'deneb') ? capella : fork;
}
