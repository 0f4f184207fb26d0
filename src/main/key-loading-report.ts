import type { Fault } from '../base/fault.ts';
import type { LoadCounts, LoadObserver, LoadSummary } from '../keys/filesystem/load-observer.ts';
import type { Log } from '../observe/log.ts';

const source = 'filesystem';

/** The metrics that a load moves. */
interface LoadFamilies {
  readonly keyFailures: { inc(labels: { source: string }): void };
  readonly keyLoading: { set(labels: { source: string }, seconds: number): void };
}

/** Writes and counts what happens while keys are loaded, as `docs/keys.md` shows it. */
export class KeyLoadingReport implements LoadObserver {
  readonly #log: Log;
  readonly #metrics: LoadFamilies;

  constructor(log: Log, metrics: LoadFamilies) {
    this.#log = log;
    this.#metrics = metrics;
  }

  keyLoaded(key: string, place: string): void {
    this.#log.debug('Key loaded', { key, place });
  }

  failed(place: string, { code, message }: Fault): void {
    this.#metrics.keyFailures.inc({ source });
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
    this.#metrics.keyLoading.set({ source }, summary.ms / 1000);
    const write = summary.failed > 0 ? this.#log.warn : this.#log.info;
    write('Keys loaded', { ...summary });
  }
}
