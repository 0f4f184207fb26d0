/**
 * The system calls that the file store makes, and no others. `nodeDisk` is the real one; tests put in one that fails
 * the n-th call, or one that remembers what a power cut would leave behind.
 *
 * Every method throws the system's own error; `disk-fault.ts` alone decides what an error means.
 */
export interface Disk {
  /** The path without symbolic links. */
  realPath(path: string): Promise<string>;
  open(path: string, how: OpenMode): Promise<DiskFile>;
  /** Replaces `to` if it exists, atomically. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  makeFolder(path: string, mode: number): Promise<void>;
  removeFolder(path: string): Promise<void>;
  /** What the folder holds, in no order. */
  list(folder: string): Promise<readonly DiskEntry[]>;
  /** What stands at `path` itself, symbolic links not followed; null when nothing does. */
  look(path: string): Promise<FileFacts | null>;
  /** Is the file system at `path` one that other machines can write? */
  isRemote(path: string): Promise<boolean>;
  /** Takes the lock that the file at `path` stands for, for as long as this process lives; null when another has it. */
  lock(path: string): Promise<DiskLock | null>;
}

/**
 * `create`: new, for reading and writing, 0600, fails when the path exists. `write`: existing. `folder`: for `sync`
 * alone.
 */
export type OpenMode = 'create' | 'read' | 'write' | 'folder';

export interface DiskFile {
  /** Writes all of `bytes` at `position`. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Fills `target` from `position` and answers how many bytes there were: fewer only at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** fsync: what was written, and the size. */
  sync(): Promise<void>;
  /** fdatasync: what was written into bytes that the file already had. */
  dataSync(): Promise<void>;
  facts(): Promise<FileFacts>;
  close(): Promise<void>;
}

export interface DiskEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export type EntryKind = 'file' | 'folder' | 'other';

/** Enough to tell whether a path still names the file it named before, with the content it had. */
export interface FileFacts {
  readonly kind: EntryKind;
  readonly device: bigint;
  readonly inode: bigint;
  /** Bytes. */
  readonly size: bigint;
  readonly modifiedNs: bigint;
}

export interface DiskLock {
  release(): Promise<void>;
}
