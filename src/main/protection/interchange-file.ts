import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errnoOf, Fault } from '../../base/fault.ts';

const pieceBytes = 64 * 1024;
/** Ten times what the largest operators have, with their whole history. */
const fileBytesMax = 8 * 1024 * 1024 * 1024;

/** An interchange file that can be read as often as one likes: it is checked as a whole before anything is imported. */
export class InterchangeFile {
  /** What a person calls it. */
  readonly name: string;
  readonly size: number;
  readonly #handle: FileHandle;

  private constructor(name: string, handle: FileHandle, size: number) {
    this.name = name;
    this.#handle = handle;
    this.size = size;
  }

  /** @throws Fault `config_invalid` for a file that cannot be read */
  static async open(path: string): Promise<InterchangeFile> {
    try {
      const handle = await open(path, 'r');
      const about = await handle.stat();
      if (about.isFile()) return new InterchangeFile(path, handle, about.size);
      // A pipe can be read once only.
      return await InterchangeFile.spool(handle.createReadStream(), tmpdir(), path);
    } catch (error) {
      if (error instanceof Fault) throw error;
      const text = `the interchange file ${path} cannot be read (${errnoOf(error) ?? 'for an unknown reason'})`;
      throw new Fault('config_invalid', text, { cause: error });
    }
  }

  /**
   * Keeps what can be read once only, in a file of `folder` that has mode 0600 and no name any more: nothing is left of
   * it however the process ends.
   *
   * @throws Fault `body_too_large`; `config_invalid` when the folder takes no such file
   */
  static async spool(pieces: AsyncIterable<Uint8Array>, folder: string, name: string): Promise<InterchangeFile> {
    const handle = await openNameless(folder);
    try {
      let size = 0;
      for await (const piece of pieces) {
        size += piece.length;
        if (size > fileBytesMax) throw new Fault('body_too_large', `${name} is longer than ${fileBytesMax} bytes`);
        await handle.writeFile(piece);
      }
      return new InterchangeFile(name, handle, size);
    } catch (error) {
      await handle.close();
      throw error instanceof Fault ? error : notKept(folder, error);
    }
  }

  /** From the first byte on. The memory of a piece is used again for the next. */
  async *pieces(): AsyncIterable<Uint8Array> {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    for (let at = 0; ;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, pieceBytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async end(): Promise<void> {
    await this.#handle.close();
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `.tidemark-import-${randomUUID()}`);
  try {
    const handle = await open(path, 'wx+', 0o600);
    await rm(path);
    return handle;
  } catch (error) {
    throw notKept(folder, error);
  }
}

function notKept(folder: string, error: unknown): Fault {
  const text = `what is to be imported cannot be kept in ${folder} while it is checked (${errnoOf(error) ?? 'unknown'})`;
  return new Fault('config_invalid', text, { cause: error });
}
