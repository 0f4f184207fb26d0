import type { Preset } from './network.ts';

/** The presets of the consensus specifications and of Gnosis Chain, as far as roots depend on them. */
export const presets: Readonly<Record<Preset['name'], Preset>> = {
  mainnet: { name: 'mainnet', slotsPerEpoch: 32n, maxCommitteesPerSlot: 64, syncCommitteeSize: 512 },
  minimal: { name: 'minimal', slotsPerEpoch: 8n, maxCommitteesPerSlot: 4, syncCommitteeSize: 32 },
  gnosis: { name: 'gnosis', slotsPerEpoch: 16n, maxCommitteesPerSlot: 64, syncCommitteeSize: 512 },
};

/** MAX_VALIDATORS_PER_COMMITTEE, of all presets. */
export const validatorsPerCommitteeMax = 2048;

/** SYNC_COMMITTEE_SUBNET_COUNT, of all presets. */
export const syncSubcommittees = 4;
