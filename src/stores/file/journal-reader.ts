import { atLeast } from '../../protection/mark.ts';
import { cellBytes, type Place, placeOf, readState, saltOf, sequenceOf, stateOf, subjectOf } from './cell.ts';
import { corrupt, vanished } from './corrupt.ts';
import type { Folder } from './folder.ts';
import { headerBytes, readHeader } from './header.ts';
import type { LaneTable } from './lane-table.ts';
import { blockBytes, segmentName, segmentNumber } from './segment.ts';
import { readSnapshot, type Snapshot, snapshotName } from './snapshot.ts';
import { isOfStop } from './subject.ts';

/** What the journal's files say when they are read together. */
export interface JournalContent {
  readonly identity: string;
  readonly nextSequence: number;
  readonly table: LaneTable;
}

/** The numbers of all segments that there are, ascending. */
export async function segmentsOf(folder: Folder): Promise<readonly number[]> {
  const numbers = (await folder.list()).map((entry) => segmentNumber(entry.name)).filter((number) => number !== null);
  return numbers.toSorted((a, b) => a - b);
}

/**
 * Reads the snapshot and what the journal adds to it. Changes nothing.
 *
 * @returns null when no store was ever made here
 * @throws Fault `store_corrupt` with path and offset; the system's error
 */
export async function readJournal(folder: Folder): Promise<JournalContent | null> {
  const numbers = await segmentsOf(folder);
  const snapshot = await readSnapshot(folder);
  if (snapshot === null) {
    for (const number of numbers) await checkBlank(folder, number);
    return null;
  }
  const reader = new Reader(folder, snapshot);
  for (const number of needed(folder, numbers, snapshot.firstSegment)) await reader.read(number);
  return { identity: snapshot.identity, nextSequence: reader.nextSequence, table: snapshot.table };
}

/** A store is made by its first snapshot: segments without one are blank, unless the snapshot was taken away. */
async function checkBlank(folder: Folder, number: number): Promise<void> {
  const bytes = await readWhole(folder, number, null);
  if (firstWritten(bytes, blockBytes) === null) return;
  throw vanished(
    folder.pathOf(snapshotName),
    `${segmentName(number)} beside it holds marks of the store it belongs to`,
  );
}

function needed(folder: Folder, numbers: readonly number[], first: number): readonly number[] {
  const found = numbers.filter((number) => number >= first);
  const last = Math.max(first, ...found);
  for (let number = first; number <= last; number += 1) {
    if (!found.includes(number)) throw vanished(folder.pathOf(segmentName(number)), 'it holds marks of this store');
  }
  return found;
}

/**
 * Reads batches one after the other. Since a commit begins only when the one before is durable, a power cut leaves at
 * most the last batch incomplete: any of its cells may be missing, and none of them was acknowledged. Cells are whole
 * or empty, because a disk writes a sector of 512 bytes whole or not at all. All else is damage.
 */
class Reader {
  readonly #folder: Folder;
  readonly #identity: string;
  readonly #salt: number;
  readonly #table: LaneTable;
  nextSequence: number;
  /** Where a cell is missing; nothing may follow. */
  #gap: { readonly path: string; readonly offset: number } | null = null;

  constructor(folder: Folder, { identity, table, nextSequence }: Snapshot) {
    this.#folder = folder;
    this.#identity = identity;
    this.#salt = saltOf(identity);
    this.#table = table;
    this.nextSequence = nextSequence;
  }

  async read(number: number): Promise<void> {
    const bytes = await readWhole(this.#folder, number, this.#identity);
    const path = this.#folder.pathOf(segmentName(number));
    for (let at = blockBytes; at < bytes.length;) {
      const first = firstWritten(bytes, at);
      if (first === null) return;
      if (this.#gap !== null)
        throw corrupt(this.#gap.path, this.#gap.offset, 'a mark that was recorded is missing here');
      at = this.#readBatch({ path, bytes, at }, first);
    }
  }

  /** @returns the offset behind the batch */
  #readBatch({ path, bytes, at }: Position, first: number): number {
    const { batch } = this.#place(path, bytes, first);
    const end = at + Math.ceil((batch * cellBytes) / blockBytes) * blockBytes;
    if (first >= end || end > bytes.length) throw corrupt(path, first, 'the mark that begins here belongs elsewhere');
    for (let offset = at; offset < end; offset += cellBytes) {
      const cell = cellAt(bytes, offset);
      const place = {
        sequence: this.nextSequence + (offset - at) / cellBytes,
        index: (offset - at) / cellBytes,
        batch,
      };
      if (stateOf(cell, this.#salt) !== 'empty') this.#take({ path, bytes, at: offset }, place);
      else if (place.index < batch) this.#gap ??= { path, offset };
    }
    this.nextSequence += batch;
    return end;
  }

  #place(path: string, bytes: Buffer, offset: number): Place {
    const cell = cellAt(bytes, offset);
    if (stateOf(cell, this.#salt) !== 'valid') throw corrupt(path, offset, 'the mark that begins here is damaged');
    return placeOf(cell);
  }

  #take({ path, bytes, at }: Position, expected: Place): void {
    const { sequence, index, batch } = this.#place(path, bytes, at);
    const right = sequence === expected.sequence && index === expected.index && batch === expected.batch;
    if (!right || index >= batch) throw corrupt(path, at, 'the mark that begins here belongs elsewhere');
    const cell = cellAt(bytes, at);
    const old = this.#table.findLike(cell);
    // The snapshot was written while commits went on: it may know better.
    if (old !== null && sequenceOf(old) >= sequence) return;
    if (old !== null && !isOfStop(subjectOf(cell)) && falls(old, cell))
      throw corrupt(path, at, 'the mark that begins here is lower than the one before it');
    this.#table.put(cell);
  }
}

interface Position {
  readonly path: string;
  readonly bytes: Buffer;
  readonly at: number;
}

function falls(old: Buffer, cell: Buffer): boolean {
  const before = readState(old).mark;
  const after = readState(cell).mark;
  return before !== null && (after === null || !atLeast(after, before));
}

/** @param identity null: of any store */
async function readWhole(folder: Folder, number: number, identity: string | null): Promise<Buffer> {
  const path = folder.pathOf(segmentName(number));
  const file = await folder.open(segmentName(number), 'read');
  try {
    const head = Buffer.alloc(headerBytes);
    const header = readHeader('TMJ1', head.subarray(0, await file.read(head, 0)), path);
    const { size } = await file.facts();
    const [named, length] = header.numbers;
    if (size !== BigInt(length)) throw corrupt(path, Math.min(length, Number(size)), `its size is not ${length}`);
    if (named !== number) throw corrupt(path, 0, `this is segment ${named}`);
    if (identity !== null && header.identity !== identity) throw corrupt(path, 0, 'it belongs to another store');
    const bytes = Buffer.alloc(length);
    if ((await file.read(bytes, 0)) !== length) throw corrupt(path, 0, 'it ends while it is read');
    const written = firstWritten(bytes.subarray(0, blockBytes), headerBytes);
    if (written !== null) throw corrupt(path, written, 'there is something behind its header');
    return bytes;
  } finally {
    await file.close();
  }
}

/** The offset of the first cell from `from` on that is not empty. */
function firstWritten(bytes: Buffer, from: number): number | null {
  for (let offset = from; offset < bytes.length; offset += cellBytes) {
    if (!cellAt(bytes, offset).equals(emptyCell)) return offset;
  }
  return null;
}

const emptyCell = Buffer.alloc(cellBytes);

function cellAt(bytes: Buffer, offset: number): Buffer {
  return bytes.subarray(offset, offset + cellBytes);
}
