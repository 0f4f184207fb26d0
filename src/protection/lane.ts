/** One key, one chain, one duty: what a mark belongs to. */
export interface Lane {
  readonly chain: 'tezos' | 'ethereum';
  /** Tezos chain id (`Net…`), or the genesis validators root as `0x` and 64 lower-case hex digits. */
  readonly network: string;
  /** Tezos public key hash (`tz…`), or the BLS public key as `0x` and 96 lower-case hex digits. */
  readonly key: string;
  readonly duty: Duty;
}

/** `attestation_with_dal` is an attestation: one lane holds both. Ethereum has no preattestation. */
export type Duty = 'block' | 'preattestation' | 'attestation';

/** `tezos:<chain id>/<pkh>/<duty>`: unique, and stable for ever, since stores keep it. */
export function laneId(lane: Lane): string {
  return `${lane.chain}:${lane.network}/${lane.key}/${lane.duty}`;
}
