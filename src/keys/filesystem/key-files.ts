import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, Fault, isFault } from '../../base/fault.ts';

/** What a file was when it was read. */
export interface KeyFile {
  readonly bytes: Uint8Array;
  readonly stamp: string;
  /** Can every user of this machine read or change it? */
  readonly openToAll: boolean;
  /** `0644` */
  readonly mode: string;
}

/** How the key sources see the disk. Symbolic links are followed: Kubernetes mounts all its files so. */
export interface KeyFiles {
  /**
   * The files of a folder that end in one of `endings`, as paths in order. Names that begin with a dot are left out,
   * and what lies in folders below.
   *
   * @throws Fault `vault_invalid` when the folder cannot be read
   */
  list(folder: string, endings: readonly string[]): Promise<readonly string[]>;
  /** Text that is another when the file is another, or was written or made accessible. Null when there is none. */
  stamp(path: string): Promise<string | null>;
  /**
   * Reads a file that lies still.
   *
   * @throws Fault `vault_invalid` with the fact `gone` when there is no such file or it can never be read as it is;
   *   without it when it may be readable later
   */
  read(path: string, bytesMax: number): Promise<KeyFile>;
}

/** The disk itself. */
export const diskKeyFiles: KeyFiles = {
  list: async (folder, endings) => {
    const names = await orFault(folder, () => readdir(folder));
    const isWanted = (name: string) => endings.some((ending) => name.toLowerCase().endsWith(ending));
    const wanted = names.filter((name) => !name.startsWith('.') && isWanted(name));
    return wanted.sort().map((name) => join(folder, name));
  },
  stamp: async (path) => {
    try {
      return stampOf(await stat(path, { bigint: true }));
    } catch {
      return null;
    }
  },
  read: async (path, bytesMax) => {
    return await orFault(path, async () => {
      // Without O_NONBLOCK, opening a named pipe would wait for ever.
      await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const stats = await file.stat({ bigint: true });
      if (!stats.isFile()) throw unusable(`${path} is not a regular file`);
      if (stats.size > bytesMax) throw unusable(`${path} is longer than ${bytesMax} bytes: is it the right file?`);
      const mode = Number(stats.mode & 0o777n);
      return {
        bytes: await readWhole(path, file, Number(stats.size)),
        stamp: stampOf(stats),
        openToAll: (mode & 0o007) !== 0,
        mode: mode.toString(8).padStart(4, '0'),
      };
    });
  },
};

/** `ctimeNs` tells a file that was replaced with its old times kept, and one whose mode was changed. */
function stampOf(stats: { mtimeNs: bigint; ctimeNs: bigint; size: bigint; dev: bigint; ino: bigint }): string {
  return `${stats.mtimeNs}:${stats.ctimeNs}:${stats.size}:${stats.dev}:${stats.ino}`;
}

async function readWhole(path: string, file: FileHandle, size: number): Promise<Uint8Array> {
  // Memory of its own, since it is wiped; one byte more shows a file that grows meanwhile.
  const buffer = new Uint8Array(size + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length === size) return buffer.subarray(0, size);
  buffer.fill(0);
  throw new Fault('vault_invalid', `${path} was written while it was read; it will be read again at the next reload`);
}

const reasons = new Map([
  ['ENOENT', 'does not exist'],
  ['ENOTDIR', 'does not exist (part of its path is not a folder)'],
  ['EACCES', 'cannot be read: permission denied for this user'],
  ['ELOOP', 'is a symbolic link that leads in a circle'],
]);
/** What waiting does not mend. */
const lasting = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

async function orFault<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isFault(error)) throw error;
    const errno = errnoOf(error) ?? 'for an unknown reason';
    const sentence = `${path} ${reasons.get(errno) ?? `cannot be read (${errno})`}`;
    throw lasting.has(errno) ? unusable(sentence) : new Fault('vault_invalid', sentence, { cause: error });
  }
}

/** Of a file that is not there, or that is no file of keys whatever happens to it next. */
export function unusable(sentence: string): Fault {
  return new Fault('vault_invalid', sentence, { facts: { gone: true } });
}
