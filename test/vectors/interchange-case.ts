/**
 * A case of the slashing protection interchange tests, in the shape in which they are published
 * (eth-clients/slashing-protection-interchange-tests, v5.3.0). Numbers are decimal texts, hex begins with `0x`.
 */
export interface InterchangeCase {
  readonly name: string;
  readonly genesis_validators_root: string;
  /** Imports, each with attempts after it: blocks first. What was imported and signed stays for the next step. */
  readonly steps: readonly CaseStep[];
}

export interface CaseStep {
  /** Must the import succeed? */
  readonly should_succeed: boolean;
  /** Then an importer may refuse the file; if it takes it, the attempts count. */
  readonly contains_slashable_data: boolean;
  readonly interchange: unknown;
  readonly blocks: readonly BlockAttempt[];
  readonly attestations: readonly AttestationAttempt[];
}

/** What a signer that keeps the highest marks must answer, and one that keeps the whole history. */
interface Expected {
  readonly should_succeed: boolean;
  readonly should_succeed_complete: boolean;
}

export interface BlockAttempt extends Expected {
  readonly pubkey: string;
  readonly slot: string;
  readonly signing_root: string;
}

export interface AttestationAttempt extends Expected {
  readonly pubkey: string;
  readonly source_epoch: string;
  readonly target_epoch: string;
  readonly signing_root: string;
}
