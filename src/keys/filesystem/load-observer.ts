import type { Fault } from '../../base/fault.ts';

/** Is told how the loading of keys goes. Places name files and entries of them; nothing here is secret. */
export interface LoadObserver {
  /** @param key its id; it signs from now on */
  keyLoaded(key: string, place: string): void;
  /** A file or an entry that was left out, with the reason. Told again at each reload until it is mended. */
  failed(place: string, fault: Fault): void;
  /** A key that two places hold: it is loaded once. */
  keyTwice(key: string, places: readonly [string, string]): void;
  /** The last place that held the key is gone, and so is the key. */
  keyRemoved(key: string, place: string): void;
  /** A keystore whose password anyone who has the file can guess quickly. */
  weakKeystore(place: string): void;
  /** Every few seconds while keys arrive. */
  progress(counts: LoadCounts): void;
  ended(summary: LoadSummary): void;
}

/** Entries: one key each, or a file that could not be read. */
export interface LoadCounts {
  readonly found: number;
  readonly loaded: number;
  readonly failed: number;
  readonly remaining: number;
}

/** What a load changed. */
export interface LoadSummary {
  readonly found: number;
  /** Keys that were loaded anew. */
  readonly added: number;
  /** Entries whose files did not change, and entries of changed files that hold the same key as before. */
  readonly unchanged: number;
  /** Keys that left. */
  readonly removed: number;
  readonly failed: number;
  readonly ms: number;
}
