import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, Fault, messageOf } from '../../base/fault.ts';

export interface WholeFileOptions {
  /** Replace a file that is there. */
  readonly force: boolean;
  /** Opens what is written before it has its name; tests bring their own. */
  readonly openFile?: (path: string) => Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>;
}

/**
 * Writes a file with mode 0600 that is there as a whole or not at all: under another name first, flushed, then given
 * its own.
 *
 * @throws Fault `config_invalid` when something is there already, or the place takes no file; what `pieces` throws
 */
export async function writeWholeFile(
  path: string,
  pieces: AsyncIterable<string | Uint8Array>,
  { force, openFile = openNew }: WholeFileOptions,
): Promise<void> {
  if (!force && existsSync(path)) throw exists(path);
  const building = `${path}.new-${randomUUID()}`;
  try {
    await fill(await openFile(building), pieces);
    // A link is refused where a file is, also one that came while this was written.
    await (force ? rename(building, path) : link(building, path));
    await flushFolder(dirname(path));
  } catch (error) {
    throw errnoOf(error) === 'EEXIST' ? exists(path) : faultOfWriting(path, error);
  } finally {
    await rm(building, { force: true });
  }
}

async function openNew(path: string): Promise<FileHandle> {
  return await open(path, 'wx', 0o600);
}

async function fill(
  handle: Pick<FileHandle, 'writeFile' | 'sync' | 'close'>,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  try {
    for await (const piece of pieces) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function exists(path: string): Fault {
  return new Fault(
    'config_invalid',
    `${path} is there already and was left as it is; name another file, or give --force`,
  );
}

function faultOfWriting(path: string, error: unknown): unknown {
  if (errnoOf(error) === null) return error;
  const text = `${path} could not be written (${messageOf(error)}); nothing was left there`;
  return new Fault('config_invalid', text, { cause: error });
}
