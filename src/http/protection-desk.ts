/** What is asked on the protection socket: `main` fills it, over the store that this signer holds. */
export interface ProtectionDesk {
  /**
   * The interchange file of one network.
   *
   * @throws Fault `config_invalid` when it cannot be told which one
   */
  exportFile(asked: ExportAsked): Promise<ExportAnswer>;
  /**
   * Merges an interchange file in.
   *
   * @returns the summary
   * @throws Fault what is wrong with the file: nothing was imported then; of the store
   */
  importFile(pieces: AsyncIterable<Uint8Array>, asked: ImportAsked): Promise<object>;
  /** What one key has signed last, on every network. */
  marksOf(key: string): Promise<object>;
}

export interface ExportAsked {
  /** A name or a genesis validators root; null for the only one that there is. */
  readonly network: string | null;
  /** Public keys; null for all. */
  readonly keys: readonly string[] | null;
}

interface ExportAnswer {
  readonly pieces: AsyncIterable<string>;
  /** Asked when the last piece was told. */
  readonly summary: () => object;
}

interface ImportAsked {
  readonly force: boolean;
  /** Tell each entry's result? */
  readonly verbose: boolean;
  readonly signal: AbortSignal;
  /** Tells whoever asked how it goes, line by line; wait for it. */
  readonly tell: (line: object) => Promise<void>;
}
