import { crc32 } from 'node:zlib';
import { cellBytes, saltOf, stateOf } from './cell.ts';
import { corrupt } from './corrupt.ts';
import type { DiskFile } from './disk.ts';
import { type Folder, temporaryEnd } from './folder.ts';
import { headerBytes, readHeader, writeHeader } from './header.ts';
import { LaneTable } from './lane-table.ts';

/** The name of the one snapshot: all lanes at once, and from which segment on the journal goes further. */
export const snapshotName = 'marks';

const temporary = `marks${temporaryEnd}`;
const chunkBytes = 1 << 20;

export interface Snapshot {
  readonly identity: string;
  /** The journal goes on in this segment; older ones are not needed. */
  readonly firstSegment: number;
  /** The first sequence number of that segment. */
  readonly nextSequence: number;
  readonly table: LaneTable;
}

/** Writes the cells that the table has now, durably; those that change meanwhile are in the journal as well. */
export async function writeSnapshot(folder: Folder, snapshot: Snapshot): Promise<void> {
  const count = snapshot.table.size;
  await folder.replace(snapshotName, { temporary, fill: async (file) => await fill(file, snapshot, count) });
}

async function fill(
  file: DiskFile,
  { identity, firstSegment, nextSequence, table }: Snapshot,
  count: number,
): Promise<void> {
  const copy = Buffer.allocUnsafeSlow(Math.min(chunkBytes, count * cellBytes));
  let sum = 0;
  for (let done = 0; done < count;) {
    // A copy, since commits go on while this is on its way to the disk.
    const cells = copy.subarray(0, table.slice(done, count).copy(copy));
    sum = crc32(cells, sum);
    await file.write(cells, headerBytes + done * cellBytes);
    done += cells.length / cellBytes;
  }
  await file.write(writeHeader('TMS1', { identity, numbers: [firstSegment, nextSequence, count, sum] }), 0);
}

/** @returns null when there is none. @throws Fault `store_corrupt`; the system's error */
export async function readSnapshot(folder: Folder): Promise<Snapshot | null> {
  const facts = await folder.look(snapshotName);
  if (facts === null) return null;
  const path = folder.pathOf(snapshotName);
  const file = await folder.open(snapshotName, 'read');
  try {
    const bytes = Buffer.alloc(headerBytes);
    const { identity, numbers } = readHeader('TMS1', bytes.subarray(0, await file.read(bytes, 0)), path);
    const [firstSegment, nextSequence, count, sum] = numbers;
    const size = headerBytes + count * cellBytes;
    if (facts.size !== BigInt(size)) throw corrupt(path, Math.min(size, Number(facts.size)), `its size is not ${size}`);
    const cells = { file, path, salt: saltOf(identity), count };
    return { identity, firstSegment, nextSequence, table: await readCells(cells, sum) };
  } finally {
    await file.close();
  }
}

interface Cells {
  readonly file: DiskFile;
  readonly path: string;
  readonly salt: number;
  readonly count: number;
}

async function readCells({ file, path, salt, count }: Cells, sum: number): Promise<LaneTable> {
  const table = new LaneTable();
  const end = headerBytes + count * cellBytes;
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  let found = 0;
  for (let offset = headerBytes; offset < end; offset += chunkBytes) {
    const cells = chunk.subarray(0, Math.min(chunkBytes, end - offset));
    if ((await file.read(cells, offset)) !== cells.length) throw corrupt(path, offset, 'it ends while it is read');
    found = crc32(cells, found);
    for (let at = 0; at < cells.length; at += cellBytes) {
      const cell = cells.subarray(at, at + cellBytes);
      if (stateOf(cell, salt) !== 'valid') throw corrupt(path, offset + at, 'the lane that begins here is damaged');
      table.put(cell);
    }
  }
  if (found !== sum || table.size !== count)
    throw corrupt(path, headerBytes, 'its lanes are not those that were written');
  return table;
}
