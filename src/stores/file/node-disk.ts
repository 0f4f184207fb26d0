import { constants, type BigIntStats, type Dirent } from 'node:fs';
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rmdir,
  statfs,
  unlink,
} from 'node:fs/promises';
import { errnoOf } from '../../base/fault.ts';
import type { Disk, DiskEntry, DiskFile, EntryKind, FileFacts, OpenMode } from './disk.ts';
import { lockFile } from './file-lock.ts';

const fileMode = 0o600;

/** No symbolic link is ever followed: whoever can write the folder cannot send the store elsewhere. */
const openFlags: Readonly<Record<OpenMode, number>> = {
  create: constants.O_CREAT | constants.O_EXCL | constants.O_RDWR,
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  folder: constants.O_RDONLY | constants.O_DIRECTORY,
};

/**
 * statfs types of NFS, SMB1, CIFS and SMB2 (linux/magic.h and fs/smb): locks and fsync there are another machine's
 * word.
 */
const remoteFileSystems: ReadonlySet<bigint> = new Set([0x6969n, 0x517bn, 0xff534d42n, 0xfe534d42n]);

/** The operating system's disk, through libuv's threads: the event loop never waits for it. */
export const nodeDisk: Disk = {
  realPath: realpath,
  open: async (path, how) => new NodeFile(await open(path, openFlags[how] | constants.O_NOFOLLOW, fileMode)),
  rename,
  unlink,
  makeFolder: async (path, mode) => {
    await mkdir(path, { mode });
  },
  removeFolder: rmdir,
  list: async (folder) => (await readdir(folder, { withFileTypes: true })).map(entryOf),
  look,
  isRemote: async (path) => remoteFileSystems.has((await statfs(path, { bigint: true })).type),
  lock: lockFile,
};

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      if (bytesWritten === 0) throw new Error('the system wrote nothing and gave no reason');
      done += bytesWritten;
    }
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < target.length) {
      const { bytesRead } = await this.#handle.read(target, done, target.length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  async sync(): Promise<void> {
    await this.#handle.sync();
  }

  async dataSync(): Promise<void> {
    await this.#handle.datasync();
  }

  async facts(): Promise<FileFacts> {
    return factsOf(await this.#handle.stat({ bigint: true }));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function look(path: string): Promise<FileFacts | null> {
  try {
    return factsOf(await lstat(path, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function factsOf(stats: BigIntStats): FileFacts {
  return { kind: kindOf(stats), device: stats.dev, inode: stats.ino, size: stats.size, modifiedNs: stats.mtimeNs };
}

function entryOf(entry: Dirent): DiskEntry {
  return { name: entry.name, kind: kindOf(entry) };
}

function kindOf(entry: BigIntStats | Dirent): EntryKind {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : 'other';
}
