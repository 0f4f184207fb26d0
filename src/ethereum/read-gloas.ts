import type { Field } from './field.ts';
import { type ForkInfo, forkNamed } from './fork-info.ts';
import { Fault } from '../base/fault.ts';
import { booleanChunk, byteListRoot, bytesRoot, containerRoot, uint64Chunk } from './merkle.ts';
import { isFrom, type Network } from './network.ts';
import { genesisFork } from './read-validator.ts';
import { free, type Reading } from './reading.ts';
import { unwrapped } from './wrapping.ts';

/** MAX_BUILDER_AUTH_DATA_SIZE of the builder specifications. */
const authDataBytesMax = 4096;

export function readPayloadAttestation(payload: Field, info: ForkInfo): Reading {
  const data = unwrapped(payload);
  const slot = data.member('slot').uint64();
  const object = containerRoot([
    data.member('beacon_block_root').hex(32),
    uint64Chunk(slot),
    booleanChunk(data.member('payload_present').boolean()),
    booleanChunk(data.member('blob_data_available').boolean()),
  ]);
  return free({ object, version: info.forkAtSlot(slot).version, slot });
}

export function readPayloadBid(payload: Field, info: ForkInfo): Reading {
  const value = unwrapped(payload);
  const slot = value.member('slot').uint64();
  const { name, version } = info.forkAtSlot(slot);
  const type = isFrom(name, 'heze') ? 'heze.ExecutionPayloadBid' : 'gloas.ExecutionPayloadBid';
  return free({ object: { type, value }, version, slot });
}

export function readPayloadEnvelope(payload: Field, info: ForkInfo): Reading {
  const value = unwrapped(payload);
  const slot = value.member('payload').member('slot_number').uint64();
  const { version } = info.forkAtSlot(slot);
  return free({ object: { type: 'gloas.ExecutionPayloadEnvelope', value }, version, slot });
}

/** Preferences are told up to two epochs before the proposal, so the clock does not bound the slot. */
export function readProposerPreferences(payload: Field, info: ForkInfo): Reading {
  const preferences = unwrapped(payload);
  const slot = preferences.member('proposal_slot').uint64();
  const object = containerRoot([
    preferences.member('dependent_root').hex(32),
    uint64Chunk(slot),
    uint64Chunk(preferences.member('validator_index').uint64()),
    bytesRoot(preferences.member('fee_recipient').hex(20)),
    uint64Chunk(preferences.member('target_gas_limit').uint64()),
  ]);
  return free({ object, version: info.forkAtSlot(slot).version });
}

/** Like preferences, told before the slot that it is for. */
export function readBuilderRequestAuth(payload: Field, network: Network): Reading {
  const auth = unwrapped(payload);
  const object = containerRoot([
    byteListRoot(auth.member('data').hexOfAtMost(authDataBytesMax), authDataBytesMax),
    uint64Chunk(auth.member('slot').uint64()),
  ]);
  return free({ object, version: genesisFork(network).version });
}

/** Its client sends no fork, so the table must know the one of its slot. @throws Fault `fork_mismatch` */
export function readInclusionList(payload: Field, network: Network): Reading {
  const value = unwrapped(payload);
  const slot = value.member('slot').uint64();
  const heze = forkNamed(network, 'heze');
  if (heze?.epoch !== undefined && heze.epoch !== null && slot / network.preset.slotsPerEpoch >= heze.epoch) {
    return free({ object: { type: 'heze.InclusionList', value }, version: heze.version, slot });
  }
  const text =
    `inclusion lists begin with Heze, and ${network.name} has no Heze at that slot as far as is known here; ` +
    'a file with its HEZE_FORK_EPOCH, named in the option "network", says otherwise';
  throw new Fault('fork_mismatch', text);
}
