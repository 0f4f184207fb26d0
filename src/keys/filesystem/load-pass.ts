import { type Fault, isFault } from '../../base/fault.ts';
import type { SecretBytes } from '../../base/secret-bytes.ts';
import { keystoreBytesMax, readKeystore } from '../../crypto/keystore.ts';
import { isWeak } from '../../crypto/keystore-kdf.ts';
import { KeystoreThreads } from '../../crypto/keystore-threads.ts';
import { type Part, descriptorFileBytesMax, readDescriptorFile } from './descriptor-file.ts';
import type { GroupId, KeyClaims } from './key-claims.ts';
import type { KeyFiles } from './key-files.ts';
import type { DescriptorFile, Entry, Inventory, KeyPlaces, KeystoreRef, Listing } from './key-inventory.ts';
import { isPassing } from './key-inventory.ts';
import { inLanes, JobLanes } from './lanes.ts';
import type { LoadObserver } from './load-observer.ts';
import { readPasswordFile } from './password-file.ts';
import { PassReport } from './pass-report.ts';

export interface LoadPassOptions {
  readonly places: KeyPlaces;
  readonly files: KeyFiles;
  readonly claims: KeyClaims;
  readonly observer: LoadObserver;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Throws when the loading was ended. */
  readonly checkGoing: () => void;
}

/**
 * One look at everything. What did not change since the last one is not opened; what is new is held before what is old
 * is released, so a key that only moved from one file to another signs all the time.
 */
export class LoadPass {
  readonly report: PassReport;
  /** What this pass has seen so far. */
  readonly inventory: Inventory = { files: new Map(), keystores: new Map() };
  readonly #options: LoadPassOptions;
  readonly #before: Inventory;
  readonly #threads = new KeystoreThreads();
  readonly #rawLanes: JobLanes;
  /** Entries of before that changed into something else. */
  readonly #leaving = new Set<Entry>();

  constructor(options: LoadPassOptions, before: Inventory) {
    this.#options = options;
    this.#before = before;
    this.#rawLanes = new JobLanes(options.places.rawLoadConcurrency);
    this.report = new PassReport(options.observer, options.now);
  }

  /** Rejects only when the loading was ended, or for what no file can cause; then nothing was released. */
  async run({ descriptors, bulk }: Listing): Promise<void> {
    const { rawLoadConcurrency, keystoreLoadConcurrency } = this.#options.places;
    // A file counts for one entry until it is known how many it holds.
    this.report.found(descriptors.length + bulk.length);
    try {
      await inLanes(rawLoadConcurrency, descriptors, (path) => this.#descriptorFile(path));
      const described = [...this.inventory.files.values()].flatMap(({ keystores }) => keystores);
      await inLanes(keystoreLoadConcurrency, [...described, ...bulk], (ref) => this.#keystore(ref));
    } finally {
      await this.#threads.end();
    }
    this.#releaseOld();
    this.report.end();
  }

  /** Ends the threads, so that `run` rejects soon. */
  async stop(): Promise<void> {
    await this.#threads.end();
  }

  async #descriptorFile(path: string): Promise<void> {
    const { files, checkGoing } = this.#options;
    checkGoing();
    const before = this.#before.files.get(path);
    if (before !== undefined && before.stamp !== null && (await files.stamp(path)) === before.stamp) {
      return this.#keepFile(path, before);
    }
    try {
      const file = await files.read(path, descriptorFileBytesMax);
      const { stamp } = file;
      const parts = await readDescriptorFile(path, file);
      await this.#takeParts(path, { parts, stamp, before: before?.entries ?? [] });
    } catch (error) {
      if (!isFault(error)) throw error;
      checkGoing();
      await this.#unreadable(path, error, before);
    }
  }

  #keepFile(path: string, file: DescriptorFile): void {
    this.inventory.files.set(path, file);
    this.report.found(file.entries.length + file.keystores.length - 1);
    for (const entry of file.entries) this.report.kept(entry);
  }

  async #takeParts(
    path: string,
    { parts, stamp, before }: { parts: readonly Part[]; stamp: string; before: readonly Entry[] },
  ): Promise<void> {
    const known = new Map<string, Entry[]>();
    for (const entry of before) {
      if (entry.digest === null) continue;
      const same = known.get(entry.digest);
      if (same === undefined) known.set(entry.digest, [entry]);
      else same.push(entry);
    }
    const entries: Entry[] = [];
    const keystores: KeystoreRef[] = [];
    const occurrences = new Map<string, number>();
    this.report.found(parts.length - 1);
    this.inventory.files.set(path, { stamp, entries, keystores });
    await inLanes(this.#options.places.rawLoadConcurrency, parts, async (part) => {
      if (part.kind === 'keystore') keystores.push(refOf(path, part, occurrences));
      else entries.push(await this.#rawEntry(part, known));
    });
    for (const left of known.values()) for (const entry of left) this.#leaving.add(entry);
    // A part that may load the next time is asked for again, with its file.
    const isComplete = entries.every(({ fault }) => fault === null || !isPassing(fault));
    if (!isComplete) this.inventory.files.set(path, { stamp: null, entries, keystores });
  }

  async #rawEntry(part: Exclude<Part, { kind: 'keystore' }>, known: Map<string, Entry[]>): Promise<Entry> {
    if (part.kind === 'bad') return this.#failed(part.place, 'config-files-loading', part.fault);
    const digest = this.#options.claims.digestOf(part.secret);
    const same = known.get(digest)?.pop();
    if (same !== undefined) {
      part.secret.wipe();
      same.place = part.place;
      this.report.kept(same);
      return same;
    }
    return await this.#rawLanes.run(async () => {
      this.#options.checkGoing();
      const entry = newEntry(part.place, 'config-files-loading');
      try {
        await this.#claim(part.secret, digest, entry);
        return entry;
      } catch (error) {
        if (!isFault(error)) throw error;
        this.#options.checkGoing();
        return this.#failed(part.place, 'config-files-loading', error);
      }
    });
  }

  async #unreadable(path: string, fault: Fault, before: DescriptorFile | undefined): Promise<void> {
    if (before !== undefined && isPassing(fault)) {
      const failed = this.#failed(path, 'config-files-loading', fault);
      const keeping = before.entries.filter(({ digest }) => digest !== null);
      this.#keepFile(path, { stamp: null, entries: keeping, keystores: before.keystores });
      this.inventory.files.set(path, { stamp: null, entries: [...keeping, failed], keystores: before.keystores });
      this.report.found(1);
      return;
    }
    const entries = [this.#failed(path, 'config-files-loading', fault)];
    // Its own stamp: when it was refused for what it is, it is opened again when it has changed.
    const stamp = isPassing(fault) ? null : await this.#options.files.stamp(path);
    this.inventory.files.set(path, { stamp, entries, keystores: [] });
    for (const entry of before?.entries ?? []) this.#leaving.add(entry);
  }

  async #keystore(ref: KeystoreRef): Promise<void> {
    this.#options.checkGoing();
    const before = this.#before.keystores.get(ref.identity);
    if (before !== undefined && before.stamp !== null && (await this.#stampOf(ref)) === before.stamp) {
      before.place = ref.place;
      this.inventory.keystores.set(ref.identity, before);
      return this.report.kept(before);
    }
    try {
      this.inventory.keystores.set(ref.identity, await this.#openKeystore(ref, before));
    } catch (error) {
      if (!isFault(error)) throw error;
      this.#options.checkGoing();
      this.inventory.keystores.set(ref.identity, await this.#unopened(ref, error, before));
    }
  }

  async #openKeystore(ref: KeystoreRef, before: Entry | undefined): Promise<Entry> {
    const { files, claims, observer } = this.#options;
    const file = await files.read(ref.keystoreFile, keystoreBytesMax);
    const keystore = readKeystore(file.bytes);
    const { password, stamp } = await readPasswordFile(files, ref.passwordFile);
    using held = password;
    const { secret } = await this.#threads.open(keystore, held);
    if (isWeak(keystore.kdf)) observer.weakKeystore(ref.place);
    const digest = claims.digestOf(secret);
    const same = before?.digest === digest ? before : undefined;
    const entry = same ?? newEntry(ref.place, ref.group);
    if (same === undefined) await this.#claim(secret, digest, entry);
    else {
      secret.wipe();
      same.fault = null;
      this.report.kept(same);
    }
    if (before !== undefined && same === undefined) this.#leaving.add(before);
    entry.stamp = `${file.stamp}|${stamp}`;
    return entry;
  }

  /** A file that cannot be read for now leaves its key where it is; one that is no keystore for it takes it along. */
  async #unopened(ref: KeystoreRef, fault: Fault, before: Entry | undefined): Promise<Entry> {
    if (before !== undefined && before.digest !== null && isPassing(fault)) {
      before.stamp = null;
      before.fault = fault;
      this.report.failed(before, fault);
      return before;
    }
    if (before !== undefined) this.#leaving.add(before);
    const entry = this.#failed(ref.place, ref.group, fault);
    entry.stamp = isPassing(fault) ? null : await this.#stampOf(ref);
    return entry;
  }

  async #stampOf({ keystoreFile, passwordFile }: KeystoreRef): Promise<string> {
    const { files } = this.#options;
    return `${await files.stamp(keystoreFile)}|${await files.stamp(passwordFile)}`;
  }

  async #claim(secret: SecretBytes, digest: string, entry: Entry): Promise<void> {
    const { id, first } = await this.#options.claims.claim(secret, digest, entry);
    entry.digest = digest;
    this.report.loaded(id, entry, first);
  }

  #failed(place: string, group: GroupId, fault: Fault): Entry {
    const entry = { ...newEntry(place, group), fault };
    this.report.failed(entry, fault);
    return entry;
  }

  #releaseOld(): void {
    for (const [path, { entries }] of this.#before.files) {
      if (!this.inventory.files.has(path)) for (const entry of entries) this.#leaving.add(entry);
    }
    for (const [identity, entry] of this.#before.keystores) {
      if (!this.inventory.keystores.has(identity)) this.#leaving.add(entry);
    }
    for (const entry of this.#leaving) {
      if (entry.digest === null) continue;
      const id = this.#options.claims.release(entry.digest, entry);
      this.report.released(id, entry);
    }
  }
}

function newEntry(place: string, group: GroupId): Entry {
  return { place, group, stamp: null, digest: null, fault: null };
}

/** Named by what it says, not by where it stands in its file: another entry before it changes nothing. */
function refOf(path: string, part: Extract<Part, { kind: 'keystore' }>, occurrences: Map<string, number>): KeystoreRef {
  const { keystoreFile, passwordFile, place } = part;
  const named = `${path}\0${keystoreFile}\0${passwordFile}`;
  const occurrence = occurrences.get(named) ?? 0;
  occurrences.set(named, occurrence + 1);
  return { identity: `${named}\0${occurrence}`, place, group: 'config-files-loading', keystoreFile, passwordFile };
}
