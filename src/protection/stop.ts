/**
 * The line of one Ethereum network at and above which nothing more is signed: an order of the operator's, for planned
 * moves to another signer. It is no mark: it may be lowered or taken away, and no import touches it.
 */
export interface Stop {
  /** From this slot on no block is signed, not even one that was signed before. */
  readonly slot: bigint;
  /** From this target epoch on no attestation is signed. */
  readonly epoch: bigint;
}
