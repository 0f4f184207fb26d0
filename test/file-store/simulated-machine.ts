import type { DiskLock } from '../../src/stores/file/disk.ts';

/** What a disk writes whole or not at all. */
export const sectorBytes = 512;

/** A file in the page cache, and what of it has reached the disk. */
interface SimFile {
  readonly kind: 'file';
  readonly inode: bigint;
  cached: Uint8Array;
  durable: Uint8Array;
  /** Sectors that were written since they were last made durable. */
  readonly dirty: Set<number>;
  sizeDirty: boolean;
  modified: bigint;
}

interface SimFolder {
  readonly kind: 'folder';
  readonly inode: bigint;
  readonly cached: Map<string, SimNode>;
  readonly durable: Map<string, SimNode>;
  /** What was done to the names since they were last made durable, in order. */
  pending: NameChange[];
}

export type SimNode = SimFile | SimFolder;

/** One atomic change of a folder's names: null removes. */
type NameChange = readonly (readonly [name: string, node: SimNode | null])[];

/** Has this one of the things that were not made durable reached the disk nevertheless? They are numbered from 0. */
export type Choice = (choice: number) => boolean;

/**
 * A machine whose power can be cut: a page cache over a disk. What was not made durable may be lost in any part: each
 * sector of 512 bytes, the size of a file, each change of a name. That is more than real file systems allow themselves.
 */
export class SimulatedMachine {
  /** Is its disk another machine's? */
  remote = false;
  /** What it says to have made durable, and has not: the sync of a file, of a folder, of a file's data. */
  readonly lies = new Set<'file' | 'folder' | 'data'>();
  #nodes = 1n;
  #clock = 1n;
  #root: SimFolder;
  readonly #locks = new Map<string, object>();

  constructor() {
    this.#root = this.#folder();
  }

  /** How many choices a power cut has now. */
  choices(): number {
    let count = 0;
    for (const node of this.#all()) {
      count += node.kind === 'folder' ? node.pending.length : node.dirty.size + (node.sizeDirty ? 1 : 0);
    }
    return count;
  }

  /** The machine as it is after a power cut and a restart. */
  afterPowerCut(choose: Choice): SimulatedMachine {
    let next = 0;
    const take = (): boolean => choose(next++);
    const images = new Map<SimNode, SimNode>();
    const after = new SimulatedMachine();
    const nodes = [...this.#all()];
    for (const node of nodes) images.set(node, node.kind === 'file' ? after.#fileAfter(node, take) : after.#folder());
    for (const node of nodes) {
      if (node.kind === 'folder') fillFolder(node, images, take);
    }
    const root = images.get(this.#root);
    if (root?.kind === 'folder') after.#root = root;
    return after;
  }

  /** The same machine again, all durable. */
  copy(): SimulatedMachine {
    return this.afterPowerCut(() => true);
  }

  /** The paths of all files. */
  paths(folder = ''): readonly string[] {
    const node = this.get(folder);
    if (node.kind === 'file') return [folder];
    return [...node.cached.keys()].flatMap((name) => this.paths(`${folder}/${name}`));
  }

  bytesOf(path: string): Uint8Array {
    const node = this.get(path);
    return node.kind === 'file' ? node.cached.slice() : new Uint8Array();
  }

  /** What an operator or a fault does: the file has this content, durably, and is a new one. */
  put(path: string, bytes: Uint8Array): void {
    if (this.find(path) !== null) this.remove(path, 'file');
    const node = this.create(path, 'file');
    this.write(node, bytes, 0);
    this.sync(node);
    this.sync(this.folderOf(path));
  }

  /** The process that ran here is gone, and its locks with it. */
  endProcess(): void {
    this.#locks.clear();
  }

  find(path: string): SimNode | null {
    let node: SimNode | undefined = this.#root;
    for (const name of path.split('/').filter((part) => part !== '')) {
      node = node?.kind === 'folder' ? node.cached.get(name) : undefined;
    }
    return node ?? null;
  }

  /** The node at `path`. @throws ENOENT */
  get(path: string): SimNode {
    const node = this.find(path);
    if (node === null) throw systemError('ENOENT', path);
    return node;
  }

  folderOf(path: string): SimFolder {
    const folder = this.get(path.slice(0, path.lastIndexOf('/')) || '/');
    if (folder.kind !== 'folder') throw systemError('ENOTDIR', path);
    return folder;
  }

  change(folder: SimFolder, change: NameChange): void {
    for (const [name, node] of change) setName(folder.cached, name, node);
    folder.pending.push(change);
  }

  create(path: string, kind: SimNode['kind']): SimNode {
    if (this.find(path) !== null) throw systemError('EEXIST', path);
    const node = kind === 'file' ? this.#file() : this.#folder();
    this.change(this.folderOf(path), [[nameOf(path), node]]);
    return node;
  }

  rename(from: string, to: string): void {
    const folder = this.folderOf(from);
    if (this.folderOf(to) !== folder) throw systemError('EXDEV', to);
    this.change(folder, [
      [nameOf(from), null],
      [nameOf(to), this.get(from)],
    ]);
  }

  remove(path: string, kind: SimNode['kind']): void {
    const node = this.get(path);
    if (node.kind !== kind) throw systemError(kind === 'file' ? 'EISDIR' : 'ENOTDIR', path);
    if (node.kind === 'folder' && node.cached.size > 0) throw systemError('ENOTEMPTY', path);
    this.change(this.folderOf(path), [[nameOf(path), null]]);
  }

  write(node: SimNode, bytes: Uint8Array, position: number): void {
    if (node.kind === 'folder') throw systemError('EISDIR', 'write');
    const end = position + bytes.length;
    if (end > node.cached.length) {
      const longer = new Uint8Array(end);
      longer.set(node.cached);
      node.cached = longer;
      node.sizeDirty = true;
    }
    node.cached.set(bytes, position);
    for (let sector = Math.floor(position / sectorBytes); sector * sectorBytes < end; sector += 1)
      node.dirty.add(sector);
    node.modified = this.#clock++;
  }

  /** Makes durable what was written to a file, or what was done to the names of a folder. */
  sync(node: SimNode, what: 'file' | 'folder' | 'data' = node.kind): void {
    if (this.lies.has(what)) return;
    if (node.kind === 'file') {
      syncFile(node);
      return;
    }
    node.durable.clear();
    for (const [name, one] of node.cached) node.durable.set(name, one);
    node.pending = [];
  }

  /** A failed fsync: Linux keeps the pages, calls them clean, and never writes them. */
  forget(node: SimNode): void {
    if (node.kind === 'file') clean(node);
  }

  lock(path: string): DiskLock | null {
    if (this.#locks.has(path)) return null;
    if (this.find(path) === null) this.create(path, 'file');
    const holder = {};
    this.#locks.set(path, holder);
    return {
      release: async () => {
        if (this.#locks.get(path) === holder) this.#locks.delete(path);
      },
    };
  }

  *#all(from: SimNode = this.#root, seen = new Set<SimNode>()): Iterable<SimNode> {
    if (seen.has(from)) return;
    seen.add(from);
    yield from;
    if (from.kind === 'file') return;
    const named = from.pending.flatMap((change) => change.map(([, node]) => node)).filter((node) => node !== null);
    for (const node of [...from.cached.values(), ...from.durable.values(), ...named]) yield* this.#all(node, seen);
  }

  #file(): SimFile {
    const [cached, durable] = [new Uint8Array(), new Uint8Array()];
    return {
      kind: 'file',
      inode: this.#nodes++,
      cached,
      durable,
      dirty: new Set(),
      sizeDirty: false,
      modified: this.#clock++,
    };
  }

  #folder(): SimFolder {
    return { kind: 'folder', inode: this.#nodes++, cached: new Map(), durable: new Map(), pending: [] };
  }

  #fileAfter(file: SimFile, take: () => boolean): SimFile {
    const size = file.sizeDirty && take() ? file.cached.length : file.durable.length;
    const bytes = new Uint8Array(size);
    bytes.set(file.durable.subarray(0, size));
    for (const sector of file.dirty) {
      const start = sector * sectorBytes;
      if (take() && start < size) bytes.set(file.cached.subarray(start, Math.min(start + sectorBytes, size)), start);
    }
    return { ...this.#file(), cached: bytes, durable: bytes.slice() };
  }
}

function syncFile(file: SimFile): void {
  const durable = new Uint8Array(file.sizeDirty ? file.cached.length : file.durable.length);
  durable.set(file.durable);
  for (const sector of file.dirty) {
    const start = sector * sectorBytes;
    durable.set(file.cached.subarray(start, Math.min(start + sectorBytes, durable.length)), start);
  }
  file.durable = durable;
  clean(file);
}

function clean(file: SimFile): void {
  file.dirty.clear();
  file.sizeDirty = false;
}

function fillFolder(folder: SimFolder, images: ReadonlyMap<SimNode, SimNode>, take: () => boolean): void {
  const image = images.get(folder);
  if (image?.kind !== 'folder') return;
  const names = new Map(folder.durable);
  for (const change of folder.pending) {
    if (!take()) continue;
    for (const [name, node] of change) setName(names, name, node);
  }
  for (const [name, node] of names) {
    const found = images.get(node);
    if (found === undefined) continue;
    image.cached.set(name, found);
    image.durable.set(name, found);
  }
}

function setName(names: Map<string, SimNode>, name: string, node: SimNode | null): void {
  if (node === null) names.delete(name);
  else names.set(name, node);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${path}`), { code });
}
