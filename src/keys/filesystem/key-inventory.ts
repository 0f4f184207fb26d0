import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf, Fault, isFault } from '../../base/fault.ts';
import type { GroupId, Holder } from './key-claims.ts';
import type { KeystorePlace } from './descriptor.ts';
import type { KeyFiles } from './key-files.ts';

/** Where to look: `key_sources.filesystem` of the configuration. All paths are absolute. */
export interface KeyPlaces {
  /** Folders of descriptors. */
  readonly paths: readonly string[];
  /** Folders of keystores; the passwords are one file for all, or a folder with `<keystore's name>.txt` for each. */
  readonly keystores: readonly {
    readonly path: string;
    readonly passwords: { readonly kind: 'folder' | 'file'; readonly path: string };
  }[];
  /** How many keystores, and how many descriptors, are read at once. */
  readonly keystoreLoadConcurrency: number;
  readonly rawLoadConcurrency: number;
}

/** A keystore and where it was named: the same one named twice is two of these. */
export interface KeystoreRef extends KeystorePlace {
  readonly identity: string;
  readonly place: string;
  readonly group: GroupId;
}

/** What a load has made of one entry. It holds the key of `digest`, if any. */
export interface Entry extends Holder {
  place: string;
  readonly group: GroupId;
  /** Of the files it was made from; null when they should be read again, whatever they look like. */
  stamp: string | null;
  digest: string | null;
  fault: Fault | null;
}

export interface DescriptorFile {
  /** Null when it should be read again. */
  readonly stamp: string | null;
  /** Raw keys, and whatever could not be understood. */
  readonly entries: readonly Entry[];
  readonly keystores: readonly KeystoreRef[];
}

/** What lies on the disk as far as it was looked at, and what came of it. */
export interface Inventory {
  readonly files: Map<string, DescriptorFile>;
  readonly keystores: Map<string, Entry>;
}

/** What the configured folders list. */
export interface Listing {
  readonly descriptors: readonly string[];
  readonly bulk: readonly KeystoreRef[];
}

/**
 * Lists all folders.
 *
 * @throws Fault `vault_invalid` when one cannot be listed, or when the place of its passwords is not there: more likely
 *   a mistake, or a disk that was not mounted, than a signer without these keys
 */
export async function listPlaces(places: KeyPlaces, files: KeyFiles): Promise<Listing> {
  const descriptors = new Set<string>();
  for (const folder of places.paths) {
    for (const path of await files.list(folder, ['.yaml', '.yml'])) descriptors.add(path);
  }
  const bulk = new Map<string, KeystoreRef>();
  for (const { path, passwords } of places.keystores) {
    await checkPasswords(passwords);
    for (const keystoreFile of await files.list(path, ['.json'])) {
      const own = join(passwords.path, `${basename(keystoreFile).slice(0, -'.json'.length)}.txt`);
      const passwordFile = passwords.kind === 'file' ? passwords.path : own;
      bulk.set(keystoreFile, {
        ...{ identity: `\0${keystoreFile}\0${passwordFile}`, place: keystoreFile, keystoreFile, passwordFile },
        group: 'keystores-bulk-loading',
      });
    }
  }
  return { descriptors: [...descriptors], bulk: [...bulk.values()] };
}

async function checkPasswords({ kind, path }: { kind: 'folder' | 'file'; path: string }): Promise<void> {
  try {
    const stats = await stat(path);
    if (kind === 'folder' ? stats.isDirectory() : stats.isFile()) return;
  } catch (error) {
    throw new Fault('vault_invalid', `the passwords in ${path} cannot be read (${errnoOf(error) ?? 'unknown'})`);
  }
  throw new Fault('vault_invalid', `the passwords in ${path} cannot be read: it is not a ${kind}`);
}

/** May it go away by itself? Then what was there before is not given up because of it. */
export function isPassing(fault: Fault): boolean {
  if (isFault(fault, 'vault_invalid')) return fault.facts['gone'] !== true;
  return isFault(fault, 'internal') || isFault(fault, 'shutting_down') || isFault(fault, 'overloaded');
}
