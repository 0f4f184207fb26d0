import { Fault } from '../../base/fault.ts';
import type { DiskFile, FileFacts } from './disk.ts';
import { fatalFault, stepFault } from './disk-fault.ts';
import { type Folder, temporaryEnd } from './folder.ts';
import { writeHeader } from './header.ts';

/**
 * What a commit takes at least, and where it begins: a block of the disk. An acknowledged byte is thus never in a block
 * that is written again, whatever a power cut does to that block.
 */
export const blockBytes = 4096;

const zeroes = Buffer.alloc(1 << 20);
const temporary = `journal${temporaryEnd}`;
const namePattern = /^journal-(\d{12})$/u;

/** Which segment, of which store. */
export interface SegmentPlan {
  readonly identity: string;
  readonly number: number;
  /** The size of the file, for ever; a multiple of `blockBytes`. */
  readonly bytes: number;
}

/**
 * One file of the journal: a block with its header, then room for batches. It has its full size and real zeroes from
 * the first day, so that a commit changes nothing but the bytes it writes, and one fdatasync makes them durable.
 */
export class Segment {
  readonly number: number;
  readonly #name: string;
  readonly #bytes: number;
  readonly #folder: Folder;
  readonly #file: DiskFile;
  readonly #facts: FileFacts;
  #tail = blockBytes;

  private constructor(folder: Folder, plan: SegmentPlan, file: DiskFile, facts: FileFacts) {
    this.number = plan.number;
    this.#name = segmentName(plan.number);
    this.#bytes = plan.bytes;
    this.#folder = folder;
    this.#file = file;
    this.#facts = facts;
  }

  /** Makes the file, durably. @throws Fault `store_unavailable`, `store_failed` */
  static async create(folder: Folder, plan: SegmentPlan): Promise<Segment> {
    const name = segmentName(plan.number);
    const facts = await folder.replace(name, { temporary, fill: async (file) => await fill(file, plan) });
    try {
      return new Segment(folder, plan, await folder.open(name, 'write'), facts);
    } catch (error) {
      throw stepFault(error, `open ${folder.pathOf(name)}`);
    }
  }

  hasRoom(bytes: number): boolean {
    return this.#tail + bytes <= this.#bytes;
  }

  /**
   * Writes a batch behind the last one and makes it durable.
   *
   * @param batch whole blocks
   * @throws Fault `store_unavailable` when the system refused it: then nothing more is written here, since a part of it
   *   may be on the disk; `store_failed` when nobody knows
   */
  async append(batch: Buffer): Promise<void> {
    await Promise.all([this.#write(batch), this.#checkInPlace()]);
    this.#tail += batch.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Whoever removes or replaces the file takes marks away that this process has given its word for. */
  async #checkInPlace(): Promise<void> {
    const path = this.#folder.pathOf(this.#name);
    const facts = await this.#folder.look(this.#name).catch((error: unknown) => {
      throw fatalFault(error, `find ${path}`);
    });
    const same = facts?.inode === this.#facts.inode && facts.device === this.#facts.device;
    if (same && facts.size === BigInt(this.#bytes)) return;
    const text =
      `${path} was removed or replaced while this process writes it; nothing more is signed. ` +
      'Find out what did it, put the file back as it was, then restart';
    throw new Fault('store_failed', text, { facts: { path } });
  }

  async #write(batch: Buffer): Promise<void> {
    const path = this.#folder.pathOf(this.#name);
    try {
      await this.#file.write(batch, this.#tail);
    } catch (error) {
      throw stepFault(error, `write ${path}`);
    }
    try {
      await this.#file.dataSync();
    } catch (error) {
      throw fatalFault(error, `make ${path} durable`);
    }
  }
}

export function segmentName(number: number): string {
  return `journal-${String(number).padStart(12, '0')}`;
}

/** The number in a segment's name; null for another name. */
export function segmentNumber(name: string): number | null {
  const digits = namePattern.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

async function fill(file: DiskFile, { identity, number, bytes }: SegmentPlan): Promise<void> {
  for (let done = 0; done < bytes; done += zeroes.length) {
    await file.write(zeroes.subarray(0, Math.min(zeroes.length, bytes - done)), done);
  }
  await file.write(writeHeader('TMJ1', { identity, numbers: [number, bytes, 0, 0] }), 0);
}
