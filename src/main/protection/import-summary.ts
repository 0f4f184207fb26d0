/** What an import did, or would have to say about a file. */
export interface ImportSummary {
  /** The network's name. */
  readonly network: string;
  readonly genesis_validators_root: string;
  /** How many entries `data` has, and how many different keys they are of. */
  readonly entries: number;
  readonly keys: number;
  readonly marks: number;
  /** How many marks of the store rose; the others stood as high already. */
  readonly raised: number;
  /** How many keys signed what they are slashed for, as far as their records were compared. */
  readonly slashable: number;
}

/** One key's result. */
export interface EntryResult {
  readonly key: string;
  /** What the store holds of it now: the slot, source and target; null for none. */
  readonly block: string | null;
  readonly attestation: string | null;
  /** `raised`: a mark rose. `kept`: ours stood as high already. `empty`: the entry has nothing. */
  readonly result: 'raised' | 'kept' | 'empty';
  readonly slashable: boolean;
}

/** How far an import has come, in bytes of the file. */
export interface ImportProgress {
  readonly stage: 'checking' | 'importing';
  readonly done: number;
  readonly total: number;
}
