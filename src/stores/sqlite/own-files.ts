import { lstatSync } from 'node:fs';
import { Fault } from '../../base/fault.ts';

interface FileState {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
}

/**
 * The database that is open and its log, as their paths named them when they were opened. SQLite never asks again: it
 * goes on in files that were removed or renamed, and the next start, which finds nothing there, would begin anew.
 */
export class OwnFiles {
  readonly #files: readonly FileState[];
  readonly #path: string;
  #bytes = 0n;

  /** @param path of a database in WAL mode that is open and was written @throws Fault `store_failed` */
  constructor(path: string) {
    this.#path = path;
    this.#files = [path, `${path}-wal`].map((each) => {
      const { device, inode } = stateOf(each);
      return { path: each, device, inode };
    });
    this.check();
  }

  /**
   * Costs two system calls. @throws Fault `store_failed` when one of them is gone, is another file, or when the
   * database is shorter than it was: nothing that runs here makes it so
   */
  check(): void {
    for (const { path, device, inode } of this.#files) {
      const now = stateOf(path);
      if (now.device !== device || now.inode !== inode) throw lost(path, 'was replaced');
      if (path !== this.#path) continue;
      if (now.bytes < this.#bytes) throw lost(path, 'was cut short');
      this.#bytes = now.bytes;
    }
  }
}

function stateOf(path: string): { readonly device: bigint; readonly inode: bigint; readonly bytes: bigint } {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) throw lost(path, 'was removed or renamed');
  return { device: found.dev, inode: found.ino, bytes: found.size };
}

function lost(path: string, what: string): Fault {
  return new Fault(
    'store_failed',
    `${path} ${what} while this process writes it; nothing more is signed. Find out what did it, put it back as it ` +
      'last was, and restart (docs/troubleshooting.md#store-failed)',
  );
}
