import { bitlistRoot, bitvectorRoot } from './bits.ts';
import type { Field } from './field.ts';
import type { ForkInfo } from './fork-info.ts';
import { bytesRoot, type Chunk, containerRoot, uint64Chunk } from './merkle.ts';
import { isFrom, type Preset } from './network.ts';
import { validatorsPerCommitteeMax } from './presets.ts';
import { free, type Reading } from './reading.ts';
import { unwrapped } from './wrapping.ts';

export function readAttestation(attestation: Field, info: ForkInfo): Reading {
  const { root, slot, source, target } = readData(attestation);
  const { version } = info.forkAt(target);
  const claim = { duty: 'attestation', height: target, floor: source } as const;
  return { object: root, version, slot, epoch: target, claim };
}

/**
 * Of either name and either form. What an aggregate is made of depends on its fork alone: one of Electra and one of Gloas
 * look the same and have other roots.
 */
export function readAggregateAndProof(payload: Field, info: ForkInfo): Reading {
  const message = unwrapped(payload);
  const aggregate = message.member('aggregate');
  const { root, slot, target } = readData(aggregate.member('data'));
  const { name, version } = info.forkAtSlot(slot);
  const committees = aggregate.optional('committee_bits');
  if (!isFrom(name, 'electra') && committees !== null) {
    throw committees.wrong(`must not be there in ${name}, which fork_info says this is of`, 'fork_mismatch');
  }
  if (isFrom(name, 'gloas')) {
    return free({ object: { type: 'gloas.AggregateAndProof', value: message }, version, slot, epoch: target });
  }
  const aggregateRoot = isFrom(name, 'electra')
    ? electraRoot(aggregate, root, info.network.preset)
    : phase0Root(aggregate, root);
  const object = containerRoot([
    uint64Chunk(message.member('aggregator_index').uint64()),
    aggregateRoot,
    bytesRoot(message.member('selection_proof').hex(96)),
  ]);
  return free({ object, version, slot, epoch: target });
}

function phase0Root(aggregate: Field, dataRoot: Chunk): Chunk {
  return containerRoot([
    bitlistRoot(aggregate.member('aggregation_bits'), validatorsPerCommitteeMax),
    dataRoot,
    bytesRoot(aggregate.member('signature').hex(96)),
  ]);
}

function electraRoot(aggregate: Field, dataRoot: Chunk, { maxCommitteesPerSlot }: Preset): Chunk {
  return containerRoot([
    bitlistRoot(aggregate.member('aggregation_bits'), validatorsPerCommitteeMax * maxCommitteesPerSlot),
    dataRoot,
    bytesRoot(aggregate.member('signature').hex(96)),
    bitvectorRoot(aggregate.member('committee_bits'), maxCommitteesPerSlot),
  ]);
}

interface AttestationData {
  readonly root: Chunk;
  readonly slot: bigint;
  readonly source: bigint;
  readonly target: bigint;
}

function readData(data: Field): AttestationData {
  const slot = data.member('slot').uint64();
  const source = readCheckpoint(data.member('source'));
  const target = readCheckpoint(data.member('target'));
  const root = containerRoot([
    uint64Chunk(slot),
    uint64Chunk(data.member('index').uint64()),
    data.member('beacon_block_root').hex(32),
    source.root,
    target.root,
  ]);
  return { root, slot, source: source.epoch, target: target.epoch };
}

function readCheckpoint(checkpoint: Field): { readonly root: Chunk; readonly epoch: bigint } {
  const epoch = checkpoint.member('epoch').uint64();
  return { epoch, root: containerRoot([uint64Chunk(epoch), checkpoint.member('root').hex(32)]) };
}
