import { bitvectorRoot } from './bits.ts';
import type { Field } from './field.ts';
import type { ForkInfo } from './fork-info.ts';
import { bytesRoot, type Chunk, containerRoot, uint64Chunk } from './merkle.ts';
import type { Preset } from './network.ts';
import { syncSubcommittees } from './presets.ts';
import { free, type Reading } from './reading.ts';

/** What is signed is the root of the block itself. */
export function readSyncMessage(message: Field, info: ForkInfo): Reading {
  const slot = message.member('slot').uint64();
  return free({ object: message.member('beacon_block_root').hex(32), version: info.forkAtSlot(slot).version, slot });
}

/** Clients prove their selection for whole epochs in advance, so the clock does not bound the slot. */
export function readSyncSelection(data: Field, info: ForkInfo): Reading {
  const slot = data.member('slot').uint64();
  const object = containerRoot([uint64Chunk(slot), uint64Chunk(data.member('subcommittee_index').uint64())]);
  return free({ object, version: info.forkAtSlot(slot).version });
}

export function readContributionAndProof(message: Field, info: ForkInfo): Reading {
  const contribution = message.member('contribution');
  const slot = contribution.member('slot').uint64();
  const object = containerRoot([
    uint64Chunk(message.member('aggregator_index').uint64()),
    contributionRoot(contribution, slot, info.network.preset),
    bytesRoot(message.member('selection_proof').hex(96)),
  ]);
  return free({ object, version: info.forkAtSlot(slot).version, slot });
}

function contributionRoot(contribution: Field, slot: bigint, { syncCommitteeSize }: Preset): Chunk {
  return containerRoot([
    uint64Chunk(slot),
    contribution.member('beacon_block_root').hex(32),
    uint64Chunk(contribution.member('subcommittee_index').uint64()),
    bitvectorRoot(contribution.member('aggregation_bits'), syncCommitteeSize / syncSubcommittees),
    bytesRoot(contribution.member('signature').hex(96)),
  ]);
}
