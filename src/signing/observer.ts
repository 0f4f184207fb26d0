import type { Mark } from '../protection/mark.ts';

/** What the pipeline tells of each request that reached a key: logs and metrics are made from it elsewhere. */
export interface SigningObserver {
  /** The guard answered. */
  checked(facts: RequestFacts, check: Checked): void;
  /** The store could not tell: nothing was signed. */
  unavailable(facts: RequestFacts, error: unknown): void;
  /** A signature was made. `seconds` runs from the key's look-up to the verified signature. */
  signed(facts: RequestFacts, seconds: number): void;
  /** The key's policy said no. */
  denied(event: Denied): void;
  /** A signature was recorded and then could not be made. */
  failed(facts: RequestFacts, error: unknown): void;
}

/** What the Ethereum side tells besides: of every request, also of those that reached no key. */
export interface EthereumObserver extends SigningObserver {
  answered(event: Answered): void;
}

export interface Answered {
  /** Null when the body does not tell. */
  readonly type: string | null;
  /** `signed`, `refused`, `unknown_key`, or the code of the fault that was thrown. */
  readonly result: string;
  /** From the request's last byte to its answer. */
  readonly seconds: number;
}

/** A request that the key's policy does not allow. */
export interface Denied {
  readonly key: string;
  /** What `policy_violation_total` counts it as; null where Signatory does not count it. */
  readonly violation: string | null;
  readonly message: string;
}

/** What a line about one request holds. */
export interface RequestFacts {
  readonly key: string;
  /** The vault that holds the key. */
  readonly vault: string;
  /** Tezos: `block`, `attestation`, …, `generic`. Ethereum: the type of the request. */
  readonly requestKind: string;
  /** A Tezos chain id, or the name of an Ethereum network; empty where the request names none. */
  readonly chainId: string;
  /** What the lane has after this is signed; null where no rule applies. */
  readonly next: Mark | null;
  /** Kinds of the Tezos operations inside; empty for everything else. */
  readonly operations: readonly string[];
  readonly root: string;
  /** The request's bytes, for a log that the operator asked for. */
  readonly message: Uint8Array;
}

/** What the guard said. */
export interface Checked {
  readonly result: 'advance' | 'repeat' | 'free' | 'refused';
  readonly why: string | null;
  readonly found: Mark | null;
  /** The time of check and record together. */
  readonly seconds: number;
}
