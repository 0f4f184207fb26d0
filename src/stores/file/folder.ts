import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Disk, DiskEntry, DiskFile, FileFacts } from './disk.ts';
import { fatalFault, stepFault } from './disk-fault.ts';

/** How the temporary files of the store's own folder end. */
export const temporaryEnd = '.new';

/** How a file of a folder comes to be. */
export interface Draft {
  /** The name that the file has while it is written, in the same folder. */
  readonly temporary: string;
  readonly fill: (file: DiskFile) => Promise<void>;
  /** The last look before the file takes its name; what it throws leaves the old one in place. */
  readonly check?: () => Promise<void>;
}

/** One folder, held open for life, whose files are replaced whole and durably, or not at all. */
export class Folder {
  readonly path: string;
  readonly #disk: Disk;
  readonly #handle: DiskFile;
  #leftovers: string[] = [];

  private constructor(disk: Disk, path: string, handle: DiskFile) {
    this.#disk = disk;
    this.path = path;
    this.#handle = handle;
  }

  /** @throws the system's error */
  static async open(disk: Disk, path: string): Promise<Folder> {
    return new Folder(disk, path, await disk.open(path, 'folder'));
  }

  /** Opens a folder of this one. @throws Fault `config_invalid` when it is something else; the system's error */
  async openFolder(name: string): Promise<Folder> {
    const facts = await this.look(name);
    if (facts !== null && facts.kind !== 'folder') throw notAFolder(this.pathOf(name));
    return await Folder.open(this.#disk, this.pathOf(name));
  }

  /** The same; makes it if it is missing, durably. `mode` concerns a new one only. */
  async makeFolder(name: string, mode: number): Promise<Folder> {
    if ((await this.look(name)) === null) await this.#disk.makeFolder(this.pathOf(name), mode);
    // Also when it is there: a process that was killed may have made it, and not synced this folder any more.
    await this.sync();
    return await this.openFolder(name);
  }

  /** Removes a folder of this one and the files in it, if it is there. */
  async removeFolder(name: string): Promise<void> {
    if ((await this.look(name)) === null) return;
    const folder = await this.openFolder(name);
    try {
      for (const entry of await folder.list()) await folder.remove(entry.name);
    } finally {
      await folder.close();
    }
    await this.#disk.removeFolder(this.pathOf(name));
  }

  /** Gives a file or folder another name, durably. */
  async rename(from: string, to: string): Promise<void> {
    await this.#disk.rename(this.pathOf(from), this.pathOf(to));
    await this.sync();
  }

  pathOf(name: string): string {
    return join(this.path, name);
  }

  async open(name: string, how: 'create' | 'read' | 'write'): Promise<DiskFile> {
    return await this.#disk.open(this.pathOf(name), how);
  }

  async look(name: string): Promise<FileFacts | null> {
    return await this.#disk.look(this.pathOf(name));
  }

  async list(): Promise<readonly DiskEntry[]> {
    return await this.#disk.list(this.path);
  }

  /**
   * Writes a file and gives it its name: temporary file, fsync, rename over, fsync of the folder. Until the rename a
   * reader sees the old file, after it the new one, and once this answers no power cut brings the old one back.
   *
   * @returns what `look` will say of it, as long as nobody else touches it
   * @throws Fault `store_unavailable` when nothing changed, `store_failed` when nobody knows
   */
  async replace(name: string, draft: Draft): Promise<FileFacts> {
    const { file, facts } = await this.#putInPlace(name, draft);
    try {
      await Promise.all([this.#handle.sync(), closeQuietly(file)]);
    } catch (error) {
      throw fatalFault(error, `make the new ${this.pathOf(name)} durable`);
    }
    await this.#removeLeftovers();
    return facts;
  }

  /** These are not needed any more: they are removed after the next file that is replaced. */
  discard(names: readonly string[]): void {
    this.#leftovers.push(...names);
  }

  /** @throws the system's error */
  async remove(name: string): Promise<void> {
    await this.#disk.unlink(this.pathOf(name));
  }

  async sync(): Promise<void> {
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Everything up to the rename: as long as that has not happened, nothing has. */
  async #putInPlace(name: string, draft: Draft): Promise<{ file: DiskFile; facts: FileFacts }> {
    const temporary = this.pathOf(draft.temporary);
    let file: DiskFile | null = null;
    try {
      file = await this.#disk.open(temporary, 'create');
      await draft.fill(file);
      const [facts] = await Promise.all([file.facts(), syncFile(file, temporary)]);
      await draft.check?.();
      await this.#disk.rename(temporary, this.pathOf(name));
      return { file, facts };
    } catch (error) {
      await closeQuietly(file);
      await this.#removeQuietly(draft.temporary);
      throw stepFault(error, `write ${this.pathOf(name)}`);
    }
  }

  async #removeLeftovers(): Promise<void> {
    for (const name of this.#leftovers.splice(0)) await this.#removeQuietly(name);
  }

  /** A temporary file that stays does no harm: it is found and named at the next start. */
  async #removeQuietly(name: string): Promise<void> {
    await this.remove(name).catch(() => {});
  }
}

/** Nothing depends on how a close ends: what was written is durable by then, or not wanted any more. */
async function closeQuietly(file: DiskFile | null): Promise<void> {
  await file?.close().catch(() => {});
}

function notAFolder(path: string): Fault {
  const text = `${path} must be a folder itself, not a file and not a symbolic link: move what it points to there`;
  return new Fault('config_invalid', text, { facts: { path } });
}

async function syncFile(file: DiskFile, path: string): Promise<void> {
  try {
    await file.sync();
  } catch (error) {
    throw fatalFault(error, `make ${path} durable`);
  }
}
