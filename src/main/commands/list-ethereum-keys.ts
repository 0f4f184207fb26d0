import type { Fault } from '../../base/fault.ts';
import type { Config, EthereumConfig } from '../../config/config.ts';
import type { LocalSigner } from '../../crypto/local-signer.ts';
import { FilesystemKeys } from '../../keys/filesystem/filesystem-keys.ts';
import type { LoadCounts, LoadObserver } from '../../keys/filesystem/load-observer.ts';
import { Keyring } from '../../keys/keyring.ts';

export interface ListingParts {
  readonly signer: LocalSigner;
  readonly verify: Config['signing']['verify'];
}

/**
 * Prints each Ethereum key of the configured folders with its file, in the order of the keys. Progress, and what holds
 * no key that can be loaded, go to standard error.
 *
 * @returns how many files or entries could not be loaded
 * @throws Fault `vault_invalid` when a configured folder cannot be read
 */
export async function listEthereumKeys({ keys: places }: EthereumConfig, parts: ListingParts): Promise<number> {
  const observer = new Listing();
  const loading = new FilesystemKeys({ ...parts, places, keyring: new Keyring(), observer });
  await loading.load();
  await loading.end();
  for (const line of observer.lines()) console.log(line);
  return observer.failures;
}

/** Collects the keys, and says the rest at once: a thousand keystores take a minute. */
class Listing implements LoadObserver {
  readonly #places = new Map<string, string>();
  failures = 0;

  /** A key and its file, sorted by key. */
  lines(): readonly string[] {
    return [...this.#places].map(([key, place]) => `${key}  ${place}`).sort();
  }

  keyLoaded(key: string, place: string): void {
    this.#places.set(key, place);
  }

  failed(place: string, { code, message }: Fault): void {
    this.failures += 1;
    console.error(`not loaded: ${place}: ${message} (${code})`);
  }

  keyTwice(key: string, [first, second]: readonly [string, string]): void {
    console.error(`twice: ${key} is in ${first} and in ${second}`);
  }

  weakKeystore(place: string): void {
    console.error(`weak: the password of ${place} can be guessed quickly`);
  }

  progress({ found, loaded, failed }: LoadCounts): void {
    console.error(`${loaded + failed} of ${found} looked at`);
  }

  keyRemoved(): void {
    // There is one load, and nothing leaves in it.
  }

  ended(): void {
    // The lines tell it.
  }
}
