import { type FileHandle, open } from 'node:fs/promises';
import { Fault } from '../../base/fault.ts';
import type { DiskLock } from './disk.ts';

/**
 * Takes the kernel's lock on the file at `path`, made if missing. The kernel releases it when the process dies, however
 * that happens, so nothing is ever left to clean up. While it is held, the file tells the holder's pid.
 *
 * @returns null when another open file holds it, in this process or another
 * @throws Fault `addon_missing` when the lock cannot be had on this platform; the system's error for the file itself
 */
export async function lockFile(path: string): Promise<DiskLock | null> {
  const tryLock = await loadTryLock();
  const handle = await open(path, 'a+', 0o600);
  try {
    if (!tryLock(handle.fd)) {
      await handle.close();
      return null;
    }
    await writePid(handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return { release: async () => await handle.close() };
}

async function loadTryLock(): Promise<(fd: number) => boolean> {
  try {
    return (await import('fs-native-extensions')).tryLock;
  } catch (cause) {
    const text =
      'the native part of fs-native-extensions does not load, and without it two processes could write one store; ' +
      'install Tidemark anew on this platform, or use another watermark driver';
    throw new Fault('addon_missing', text, { cause });
  }
}

async function writePid(handle: FileHandle): Promise<void> {
  await handle.truncate(0);
  await handle.write(`${process.pid}\n`);
}
