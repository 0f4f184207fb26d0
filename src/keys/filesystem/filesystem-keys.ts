import { Fault, isFault, messageOf } from '../../base/fault.ts';
import type { Verify } from '../../crypto/curve-orders.ts';
import type { LocalSigner } from '../../crypto/local-signer.ts';
import type { KeyGroup, KeyLoading } from '../key-loading.ts';
import type { Keyring } from '../keyring.ts';
import { groupIds, KeyClaims } from './key-claims.ts';
import { diskKeyFiles, type KeyFiles } from './key-files.ts';
import { type Inventory, type KeyPlaces, type Listing, listPlaces } from './key-inventory.ts';
import type { LoadObserver } from './load-observer.ts';
import { LoadPass } from './load-pass.ts';

export interface FilesystemKeysOptions {
  readonly places: KeyPlaces;
  readonly signer: Pick<LocalSigner, 'load'>;
  /** Keys are added as each is ready, and sign from then on. */
  readonly keyring: Keyring;
  readonly verify: Verify;
  readonly observer: LoadObserver;
  /** The disk, unless said otherwise. */
  readonly files?: KeyFiles;
  /** The wall clock and a clock that never goes back, in milliseconds; the system's unless said otherwise. */
  readonly clock?: { readonly wall: () => number; readonly steady: () => number };
}

const systemClock = { wall: () => Date.now(), steady: () => performance.now() };

/** The key source `filesystem`: Ethereum keys in descriptors and in bulk folders of keystores. */
export class FilesystemKeys implements KeyLoading {
  readonly #options: FilesystemKeysOptions;
  readonly #claims: KeyClaims;
  #inventory: Inventory = { files: new Map(), keystores: new Map() };
  #pass: LoadPass | null = null;
  #running: Promise<void> = Promise.resolve();
  #state: KeyLoading['state'] = 'idle';
  #startedAtMs: number | null = null;
  #lastError: string | null = null;
  #ended = false;
  #complete = false;

  constructor(options: FilesystemKeysOptions) {
    this.#options = options;
    this.#claims = new KeyClaims(options);
  }

  get state(): KeyLoading['state'] {
    return this.#state;
  }

  get complete(): boolean {
    return this.#complete;
  }

  get startedAtMs(): number | null {
    return this.#startedAtMs;
  }

  get lastError(): string | null {
    return this.#lastError;
  }

  get groups(): readonly KeyGroup[] {
    return groupIds.map((id) => ({
      id,
      keysLoaded: this.#claims.count(id),
      errorCount: this.#pass?.report.errors(id) ?? 0,
    }));
  }

  /**
   * Begins the first load and answers when the folders were listed; the keys arrive afterwards.
   *
   * @throws Fault `vault_invalid` when a configured folder cannot be read
   */
  async begin(): Promise<void> {
    this.#start();
    try {
      const listing = await this.#listing();
      this.#running = this.#load(() => Promise.resolve(listing));
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** The first load, to its end. One bad file or entry does not stop it. @throws what `begin` throws */
  async load(): Promise<void> {
    await this.begin();
    await this.settled();
  }

  reload(): boolean {
    if (this.#state === 'running' || this.#ended) return false;
    this.#start();
    this.#running = this.#load(() => this.#listing());
    return true;
  }

  /** Resolves when no load is running. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Stops a load that is running. What is loaded stays in the keyring. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#pass?.stop();
    await this.#running;
  }

  #start(): void {
    this.#state = 'running';
    this.#startedAtMs = (this.#options.clock ?? systemClock).wall();
  }

  async #listing(): Promise<Listing> {
    return await listPlaces(this.#options.places, this.#options.files ?? diskKeyFiles);
  }

  /** Never rejects. */
  async #load(list: () => Promise<Listing>): Promise<void> {
    try {
      const listing = await list();
      const pass = this.#newPass();
      this.#pass = pass;
      try {
        await pass.run(listing);
        this.#inventory = pass.inventory;
      } catch (error) {
        this.#inventory = united(this.#inventory, pass.inventory);
        throw error;
      }
      this.#lastError = pass.report.failure;
      this.#state = this.#lastError === null ? 'completed' : 'completed_with_errors';
      this.#complete = true;
    } catch (error) {
      this.#fail(error);
    }
  }

  #newPass(): LoadPass {
    const { places, observer, files = diskKeyFiles, clock = systemClock } = this.#options;
    const checkGoing = () => {
      if (this.#ended) throw new Fault('shutting_down', 'the loading of keys was ended');
    };
    return new LoadPass(
      { places, files, claims: this.#claims, observer, now: clock.steady, checkGoing },
      this.#inventory,
    );
  }

  #fail(error: unknown): void {
    this.#state = 'failed';
    // The text of what is no fault of ours may quote anything.
    this.#lastError = isFault(error) ? messageOf(error) : 'the keys could not be loaded: an internal error';
  }
}

/** After a load that broke off: what it saw, and what it did not come to. */
function united(before: Inventory, seen: Inventory): Inventory {
  return {
    files: new Map([...before.files, ...seen.files]),
    keystores: new Map([...before.keystores, ...seen.keystores]),
  };
}
