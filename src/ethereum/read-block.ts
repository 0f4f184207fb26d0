import { Fault } from '../base/fault.ts';
import type { Field } from './field.ts';
import type { ForkInfo } from './fork-info.ts';
import { containerRoot, uint64Chunk } from './merkle.ts';
import { type Fork, type ForkName, forkNames, isFrom } from './network.ts';
import type { FullObject, Reading } from './reading.ts';

/** `BLOCK`: a full block of phase0. */
export function readBlock(block: Field, info: ForkInfo): Reading {
  return readFullBlock(block, 'phase0', info);
}

/** `BLOCK_V2`: a full block of phase0 or Altair, since Bellatrix its header, whose root is the block's. */
export function readVersionedBlock(beaconBlock: Field, info: ForkInfo): Reading {
  const version = beaconBlock.member('version');
  const name = forkNames.find((known) => known === version.text().toLowerCase());
  if (name === undefined) throw version.wrong(`must be one of ${forkNames.join(', ').toUpperCase()}`, 'fork_mismatch');
  if (beaconBlock.optional('block') !== null && beaconBlock.optional('block_header') !== null) {
    throw beaconBlock.wrong('must not have both "block" and "block_header"', 'ambiguous_body');
  }
  if (name === 'phase0' || name === 'altair') return readFullBlock(beaconBlock.member('block'), name, info);
  return readHeader(beaconBlock.member('block_header'), info);
}

function readHeader(header: Field, info: ForkInfo): Reading {
  const slot = header.member('slot').uint64();
  const object = containerRoot([
    uint64Chunk(slot),
    uint64Chunk(header.member('proposer_index').uint64()),
    header.member('parent_root').hex(32),
    header.member('state_root').hex(32),
    header.member('body_root').hex(32),
  ]);
  return proposal(object, slot, info.forkAtSlot(slot));
}

function readFullBlock(block: Field, name: 'phase0' | 'altair', info: ForkInfo): Reading {
  const slot = block.member('slot').uint64();
  const fork = info.forkAtSlot(slot);
  if (fork.name !== name) throw bodyOfAnotherFork(block, name, fork);
  return proposal({ type: `${name}.BeaconBlock`, value: block }, slot, fork);
}

function proposal(object: string | FullObject, slot: bigint, { version }: Fork): Reading {
  return { object, version, slot, epoch: null, claim: { duty: 'block', height: slot, floor: 0n } };
}

function bodyOfAnotherFork(block: Field, name: ForkName, fork: Fork): Fault {
  const form = isFrom(fork.name, 'bellatrix') ? 'block_header' : 'block';
  const text =
    `${block.place()} is a block of ${name}, but fork_info makes it one of ${fork.name}: ` +
    `expected BLOCK_V2 with version ${fork.name.toUpperCase()} and "${form}"`;
  return new Fault('fork_mismatch', text);
}
