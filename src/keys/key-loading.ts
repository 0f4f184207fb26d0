/** How the loading of keys stands: kept in memory, for health, `/reload` and metrics. */
export interface KeyLoading {
  /** `idle` before the first load; `running` while keys arrive, which sign as they come. */
  readonly state: 'idle' | 'running' | 'completed' | 'completed_with_errors' | 'failed';
  /** Has every source been looked at once? Until then a key that is not known may be one that is still to come. */
  readonly complete: boolean;
  /** When the last load began, in milliseconds since 1970; null before the first. */
  readonly startedAtMs: number | null;
  /** One sentence about what failed in the last load, without secrets; null when nothing did. */
  readonly lastError: string | null;
  readonly groups: readonly KeyGroup[];

  /**
   * Looks at every source again and touches only what changed: new keys are added, changed ones replaced, those whose
   * file is gone removed; the others sign meanwhile.
   *
   * @returns false when a load is running already; nothing is begun then
   */
  reload(): boolean;
}

/** The keys of one kind of source. */
export interface KeyGroup {
  /** As Web3Signer's health names it: `config-files-loading`, `keystores-bulk-loading`. */
  readonly id: string;
  readonly keysLoaded: number;
  /** How many files or entries could not be loaded: each is named in the log. */
  readonly errorCount: number;
}
