import type { Fault } from '../base/fault.ts';
import type { LoadCounts, LoadObserver, LoadSummary } from '../keys/filesystem/load-observer.ts';
import type { Log } from '../observe/log.ts';

/** Writes what happens while keys are loaded, as `docs/keys.md` shows it. */
export class KeyLoadingReport implements LoadObserver {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  keyLoaded(key: string, place: string): void {
    this.#log.debug('Key loaded', { key, place });
  }

  failed(place: string, { code, message }: Fault): void {
    this.#log.warn('Key not loaded', { place, code, error: message });
  }

  keyTwice(key: string, places: readonly [string, string]): void {
    this.#log.warn('Key is in two places; it is loaded once', { key, places });
  }

  keyRemoved(key: string, place: string): void {
    this.#log.info('Key removed', { key, place });
  }

  weakKeystore(place: string): void {
    this.#log.warn('The password of this keystore can be guessed quickly: its key derivation is cheap', { place });
  }

  progress(counts: LoadCounts): void {
    this.#log.info('Loading keys', { ...counts });
  }

  ended(summary: LoadSummary): void {
    const write = summary.failed > 0 ? this.#log.warn : this.#log.info;
    write('Keys loaded', { ...summary });
  }
}
