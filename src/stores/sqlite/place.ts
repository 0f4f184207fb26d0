import { lstatSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, Fault } from '../../base/fault.ts';
import { corruptText } from './sqlite-fault.ts';

/**
 * Types of `statfs` on Linux whose locks or flushes cannot be relied on, since another machine or a program in user
 * space answers for them. Elsewhere the numbers mean something else and this check finds nothing.
 */
const remote: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff53_4d42, 'CIFS'],
  [0xfe53_4d42, 'SMB2'],
  [0x0102_1997, '9P'],
  [0x6573_5546, 'FUSE'],
  [0x00c3_6400, 'Ceph'],
  [0x5346_414f, 'AFS'],
  [0x6b41_4653, 'AFS'],
  [0x0bd0_0bd0, 'Lustre'],
  [0x7461_636f, 'OCFS2'],
  [0x0116_1970, 'GFS2'],
  [0x7372_7578, 'Coda'],
  [0x786f_4256, 'VirtualBox share'],
]);

/**
 * Looks at the place of a database without opening it. (To open and close the file here would drop the locks of a
 * connection that this process may hold on it: POSIX locks belong to the process.)
 *
 * @returns whether a database is there
 * @throws Fault `config_invalid` for a place that cannot hold one, `store_corrupt` for remains of one
 */
export function databaseExists(path: string): boolean {
  checkDirectory(dirname(path), path);
  const found = lookAt(path);
  if (found !== null) checkFile(found, path);
  else checkNoRemains(path);
  return found !== null;
}

function checkDirectory(directory: string, path: string): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) throw misplaced(path, `the directory ${directory} does not exist; create it`);
  if (!found.isDirectory()) throw misplaced(path, `${directory} is not a directory`);
  checkFileSystem(statfsSync(directory).type, path);
}

/** @param type of the file system, as `statfs` tells it */
export function checkFileSystem(type: number, path: string): void {
  const name = remote.get(type);
  if (name === undefined) return;
  throw misplaced(
    path,
    `it lies on a ${name} file system, which does not keep locks and flushes reliably; use a local disk`,
  );
}

function checkFile(found: Stats, path: string): void {
  if (found.isSymbolicLink()) throw misplaced(path, 'it is a symbolic link; name the file itself');
  if (found.isDirectory()) throw misplaced(path, 'it is a directory; name a file in it');
  if (!found.isFile()) throw misplaced(path, 'it is not a regular file');
  // The group may write: container platforms give a volume to a group. Everyone may not.
  if ((found.mode & 0o002) !== 0) throw misplaced(path, `everyone may write it; run "chmod 600 ${path}"`);
  if (found.size === 0) throw new Fault('store_corrupt', corruptText(path, 'it is empty, and a new one never is'));
}

function checkNoRemains(path: string): void {
  for (const remains of [`${path}-wal`, `${path}-journal`]) {
    if (lookAt(remains) === null) continue;
    throw new Fault('store_corrupt', corruptText(path, `it is missing, but its log ${remains} is there`));
  }
}

function lookAt(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function misplaced(path: string, reason: string): Fault {
  return new Fault('config_invalid', `${path} cannot hold the mark database: ${reason}`);
}
