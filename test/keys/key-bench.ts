import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fault } from '../../src/base/fault.ts';
import { LocalSigner } from '../../src/crypto/local-signer.ts';
import { diskKeyFiles, type KeyFiles } from '../../src/keys/filesystem/key-files.ts';
import type { KeyPlaces } from '../../src/keys/filesystem/key-inventory.ts';
import { FilesystemKeys } from '../../src/keys/filesystem/filesystem-keys.ts';
import type { LoadCounts, LoadObserver, LoadSummary } from '../../src/keys/filesystem/load-observer.ts';
import { Keyring } from '../../src/keys/keyring.ts';
import { keystoreDescriptor, sealKeystore, type ValidatorKey } from '../support/ethereum-keys.ts';
import { recordOutput } from '../support/run-record.ts';
import { ScratchFolder } from '../support/signer-process.ts';

/** Remembers what it was told. */
class Told implements LoadObserver {
  readonly loaded: string[] = [];
  readonly failures: { readonly place: string; readonly fault: Fault }[] = [];
  readonly twice: string[] = [];
  readonly removed: string[] = [];
  readonly weak: string[] = [];
  readonly counts: LoadCounts[] = [];
  readonly summaries: LoadSummary[] = [];

  keyLoaded(key: string): void {
    this.loaded.push(key);
  }
  failed(place: string, fault: Fault): void {
    recordOutput(`${place}: ${fault.message}\n`);
    this.failures.push({ place, fault });
  }
  keyTwice(key: string): void {
    this.twice.push(key);
  }
  keyRemoved(key: string): void {
    this.removed.push(key);
  }
  weakKeystore(place: string): void {
    this.weak.push(place);
  }
  progress(counts: LoadCounts): void {
    this.counts.push(counts);
  }
  ended(summary: LoadSummary): void {
    this.summaries.push(summary);
  }
}

/** Counts what is opened, and fails where it is told to. */
class WatchedFiles implements KeyFiles {
  opened: string[] = [];
  readonly failing = new Map<string, Fault>();

  list(folder: string, endings: readonly string[]): Promise<readonly string[]> {
    return diskKeyFiles.list(folder, endings);
  }
  stamp(path: string): Promise<string | null> {
    return this.failing.has(path) ? Promise.resolve(null) : diskKeyFiles.stamp(path);
  }
  async read(path: string, bytesMax: number) {
    this.opened.push(path);
    const failure = this.failing.get(path);
    if (failure !== undefined) throw failure;
    return await diskKeyFiles.read(path, bytesMax);
  }
}

/** A folder of keys, and a signer that loads them. */
export class KeyBench {
  readonly scratch = new ScratchFolder();
  readonly signer = new LocalSigner({ threads: 1, onThreadLost: (text) => recordOutput(text) });
  readonly keyring = new Keyring();
  readonly told = new Told();
  readonly files = new WatchedFiles();
  readonly keys: FilesystemKeys;
  time = 0;

  constructor(places: Partial<KeyPlaces> = {}) {
    this.keys = new FilesystemKeys({
      places: {
        ...{ paths: [this.path('keys')], keystores: [], keystoreLoadConcurrency: 4, rawLoadConcurrency: 4 },
        ...places,
      },
      signer: this.signer,
      keyring: this.keyring,
      verify: 'on_load',
      observer: this.told,
      files: this.files,
      clock: { wall: () => 1_700_000_000_000, steady: () => this.time },
    });
    mkdirSync(this.path('keys'));
  }

  path(name: string): string {
    return join(this.scratch.path, name);
  }

  /** Writes a file for the owner's eyes only, as a new file. */
  write(name: string, content: string | Uint8Array | object, mode = 0o600): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    const text = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
    writeFileSync(path, text, { mode });
    return path;
  }

  /** Writes a keystore, its password and its descriptor. */
  writeKeystore(name: string, { secret }: Pick<ValidatorKey, 'secret'>, password = 'hunter2'): void {
    this.write(`keys/${name}.json`, sealKeystore({ secret, password }));
    this.write(`keys/${name}.txt`, `${password}\n`);
    this.write(`keys/${name}.yaml`, keystoreDescriptor(`${name}.json`, `${name}.txt`));
  }

  /** Loads again. @returns the files that were opened, by name */
  async reload(): Promise<string[]> {
    this.files.opened = [];
    this.keys.reload();
    await this.keys.settled();
    return this.files.opened.map((path) => path.slice(this.scratch.path.length + 1)).sort();
  }

  /** Ids in the keyring, in order. */
  get ids(): string[] {
    return this.keyring
      .list()
      .map(({ id }) => id)
      .sort();
  }

  async end(): Promise<void> {
    await this.keys.end();
    await this.signer.end();
    this.scratch.remove();
  }
}
