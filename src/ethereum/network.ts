/** What roots and bounds depend on besides the request: the constants of a network. Bytes are lower-case hex. */
export interface Network {
  /** `mainnet`, `sepolia`, …, or the CONFIG_NAME of a custom file. */
  readonly name: string;
  /** `0x` and 64 digits: what lanes are named by. */
  readonly genesisValidatorsRoot: string;
  /** Seconds since 1970; null when it is not known, and then nothing is bounded by the clock. */
  readonly genesisTime: bigint | null;
  readonly secondsPerSlot: bigint;
  readonly preset: Preset;
  /** In the order of their epochs, phase0 first; forks that have no date yet are left out. */
  readonly forks: readonly Fork[];
}

export interface Fork {
  readonly name: ForkName;
  /** 4 bytes: 8 digits. */
  readonly version: string;
  /** The epoch it takes effect in. */
  readonly epoch: bigint;
}

export const forkNames = ['phase0', 'altair', 'bellatrix', 'capella', 'deneb', 'electra', 'fulu', 'gloas'] as const;
export type ForkName = (typeof forkNames)[number];

/** The constants that a network takes from its preset, as far as signing roots depend on them. */
export interface Preset {
  readonly name: 'mainnet' | 'minimal' | 'gnosis';
  readonly slotsPerEpoch: bigint;
  readonly maxCommitteesPerSlot: number;
  readonly syncCommitteeSize: number;
}
