import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { errnoOf, Fault } from '../base/fault.ts';

export interface SmallFileRules {
  /** What the file is, for errors: `the configuration file`. */
  readonly what: string;
  readonly bytesMax: number;
  /** Permission bits that must not be set: 0o002 where nobody else may write, 0o007 where nobody else may look. */
  readonly forbiddenMode: number;
  /** What to do when there is no such file. */
  readonly ifMissing: string;
}

export interface SmallFile {
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/**
 * Reads a whole file that the operator named. A symbolic link is followed, since Kubernetes mounts all its files so;
 * what it leads to must keep the rules. The checks are made on the open file, so nothing can be swapped in between.
 *
 * @throws Fault `config_invalid` when it is missing, unreadable, no regular file, too large, or open to other users
 */
export function readSmallFile(path: string, rules: SmallFileRules): SmallFile {
  // Without O_NONBLOCK, opening a named pipe would wait for ever.
  const file = orFault(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), path, rules);
  try {
    const stats = fstatSync(file);
    checkStats(stats, path, rules);
    const bytes = orFault(() => readUpTo(file, path, rules), path, rules);
    return { bytes, mode: stats.mode & 0o777 };
  } finally {
    closeSync(file);
  }
}

/** The same, of a file that holds text. @throws Fault `config_invalid` also when it is not UTF-8 */
export function readSmallText(path: string, rules: SmallFileRules): { text: string; mode: number } {
  const { bytes, mode } = readSmallFile(path, rules);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), mode };
  } catch (error) {
    throw new Fault('config_invalid', `${rules.what} ${path} is not UTF-8 text`, { cause: error });
  }
}

function checkStats(stats: Stats, path: string, { what, forbiddenMode }: SmallFileRules): void {
  if (stats.isDirectory()) throw invalid(`${what} ${path} is a folder; name the file in it`);
  if (!stats.isFile()) throw invalid(`${what} ${path} is not a regular file`);
  const open = stats.mode & forbiddenMode;
  if (open === 0) return;
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  const [can, fix] = (open & 0o002) === 0 ? ['read', '0600'] : ['change', forbiddenMode === 0o002 ? '0644' : '0600'];
  const sentence = `every user of this machine can ${can} it; set it to ${fix} or stricter`;
  throw invalid(`${what} ${path} has mode ${mode}: ${sentence}`);
}

function readUpTo(file: number, path: string, { what, bytesMax }: SmallFileRules): Uint8Array {
  // One byte more than allowed, to notice a file that is larger, even one that grows meanwhile.
  const buffer = Buffer.alloc(bytesMax + 1);
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, buffer.length - length, null);
    if (read === 0) return buffer.subarray(0, length);
    length += read;
  }
  throw invalid(`${what} ${path} is larger than ${bytesMax / 1024} KiB; is it the right file?`);
}

const reasons = new Map([
  ['ENOENT', 'does not exist'],
  ['ENOTDIR', 'does not exist (part of its path is not a folder)'],
  ['EACCES', 'cannot be read: permission denied for this user'],
  ['ELOOP', 'is a symbolic link that leads in a circle'],
]);

function orFault<T>(read: () => T, path: string, { what, ifMissing }: SmallFileRules): T {
  try {
    return read();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    const reason = reasons.get(errno) ?? `cannot be read (${errno})`;
    const advice = errno === 'ENOENT' ? `; ${ifMissing}` : '';
    throw new Fault('config_invalid', `${what} ${path} ${reason}${advice}`, { cause: error });
  }
}

function invalid(sentence: string): Fault {
  return new Fault('config_invalid', sentence);
}
