import {
  type BigIntStats,
  closeSync,
  constants,
  type Dirent,
  fdatasync,
  fstatSync,
  fsync,
  lstatSync,
  openSync,
  read,
  renameSync,
  write,
  writeSync,
} from 'node:fs';
import { mkdir, readdir, realpath, rmdir, statfs, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
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

/** What is written at once on the event loop; more goes through libuv's threads. */
const writtenAtOnceBytesMax = 64 * 1024;

const syncLater = promisify(fsync);
const dataSyncLater = promisify(fdatasync);
const readLater = promisify(read);
const writeLater = promisify(write);

/**
 * The operating system's disk. What waits for the disk (the syncs, long writes, reads) runs on libuv's threads; what
 * only
 * touches the system's memory, some ten microseconds each, is done at once: handing it to a thread and back costs more,
 * and a commit of eight such turns would wait eight times behind the requests that have come meanwhile.
 */
export const nodeDisk: Disk = {
  realPath: realpath,
  open: async (path, how) => new NodeFile(openSync(path, openFlags[how] | constants.O_NOFOLLOW, fileMode)),
  rename: async (from, to) => renameSync(from, to),
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
  readonly #fd: number;
  #closed = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const left = bytes.length - done;
      const written =
        left <= writtenAtOnceBytesMax
          ? writeSync(this.#fd, bytes, done, left, position + done)
          : (await writeLater(this.#fd, bytes, done, left, position + done)).bytesWritten;
      if (written === 0) throw new Error('the system wrote nothing and gave no reason');
      done += written;
    }
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < target.length) {
      const { bytesRead } = await readLater(this.#fd, target, done, target.length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  async sync(): Promise<void> {
    await syncLater(this.#fd);
  }

  async dataSync(): Promise<void> {
    await dataSyncLater(this.#fd);
  }

  async facts(): Promise<FileFacts> {
    return factsOf(fstatSync(this.#fd, { bigint: true }));
  }

  async close(): Promise<void> {
    // The number may be another file's by now.
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }
}

async function look(path: string): Promise<FileFacts | null> {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : factsOf(stats);
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
