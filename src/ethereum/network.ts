/** What roots and bounds depend on besides the request: the constants of a network. Bytes are lower-case hex. */
export interface Network {
  /** `mainnet`, `sepolia`, …, or the CONFIG_NAME of a custom file. */
  readonly name: string;
  /** `0x` and 64 digits: what lanes are named by. All zeros where it is not known beforehand: see `ephemery`. */
  readonly genesisValidatorsRoot: string;
  /** Seconds since 1970; null when it is not known, and then nothing is bounded by the clock. */
  readonly genesisTime: bigint | null;
  readonly secondsPerSlot: bigint;
  readonly preset: Preset;
  /** In the order of `forkNames`, phase0 first. */
  readonly forks: readonly Fork[];
}

export interface Fork {
  readonly name: ForkName;
  /** 4 bytes: 8 digits. */
  readonly version: string;
  /** The epoch it takes effect in; null while it has no date. Its version is understood all the same. */
  readonly epoch: bigint | null;
}

/** In their order: what is true of a fork holds for those after it. */
export const forkNames = [
  'phase0',
  'altair',
  'bellatrix',
  'capella',
  'deneb',
  'electra',
  'fulu',
  'gloas',
  'heze',
] as const;
export type ForkName = (typeof forkNames)[number];

/** Is `fork` this one or a later one? */
export function isFrom(fork: ForkName, first: ForkName): boolean {
  return forkNames.indexOf(fork) >= forkNames.indexOf(first);
}

/** The constants that a network takes from its preset, as far as signing roots depend on them. */
export interface Preset {
  readonly name: 'mainnet' | 'minimal' | 'gnosis';
  readonly slotsPerEpoch: bigint;
  readonly maxCommitteesPerSlot: number;
  readonly syncCommitteeSize: number;
}
