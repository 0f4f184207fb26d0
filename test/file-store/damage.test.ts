import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import { ethereumLane, mark } from '../contract/samples.ts';
import { note } from '../not-run.ts';
import { sectorBytes, type SimulatedMachine } from './simulated-machine.ts';
import { newMachine, openOn, randomFrom, trace } from './trace.ts';
import { Witness } from './witness.ts';

const all = process.env['TIDEMARK_DAMAGE'] === 'all';
const random = randomFrom(Number(process.env['TIDEMARK_SEED'] ?? '3076'));
const blockBytes = 4096;
/** Each bit by itself, and all of them. */
const flips = [1, 2, 4, 8, 16, 32, 64, 128, 255];

/** A machine after the trace: a snapshot, segments with something in them, two watermark files. */
async function filled(): Promise<{ machine: SimulatedMachine; witness: Witness }> {
  const machine = newMachine();
  const witness = new Witness();
  const store = await openOn(machine);
  for (const step of trace) await step(store, witness);
  await store.end();
  return { machine: machine.copy(), witness };
}

type Outcome = 'refused' | 'correct';

/** Opens the store of a machine with one file damaged. It may refuse, naming the file and leaving it, or know all. */
async function openDamaged(
  original: SimulatedMachine,
  witness: Witness,
  [path, bytes]: [string, Uint8Array],
): Promise<Outcome> {
  const machine = original.copy();
  machine.put(path, bytes);
  try {
    const store = await openOn(machine);
    await witness.copy().checkAcknowledged(store);
    await store.end();
    return 'correct';
  } catch (error) {
    if (!isFault(error, 'store_corrupt')) throw error;
    const named = String(error.facts['path']);
    assert(error.message.includes(named));
    // A batch that is gone shows where the next segment begins.
    assert.equal(dirname(named), dirname(path));
    const offset = Number(error.facts['offset']);
    assert(offset >= 0 && offset <= bytes.length, `the offset lies in the file: ${error.message}`);
    assert.deepEqual(machine.bytesOf(path), bytes, 'the file is left as it is');
    return 'refused';
  }
}

function filesOf(machine: SimulatedMachine): readonly string[] {
  return machine.paths().filter((path) => !path.endsWith('/lock'));
}

/** Every byte, or about `few` of them, those that are not zero first of all. */
function* offsets(bytes: Uint8Array, few: number): Iterable<number> {
  const written = bytes.filter((byte) => byte !== 0).length;
  for (const [offset, byte] of bytes.entries()) {
    const share = byte === 0 ? few / (2 * (bytes.length - written)) : few / (2 * written);
    if (all || random() < share) yield offset;
  }
}

test('a byte that was changed anywhere is refused or corrected', async () => {
  const { machine, witness } = await filled();
  const counts = { refused: 0, correct: 0 };
  for (const path of filesOf(machine)) {
    const bytes = machine.bytesOf(path);
    for (const offset of offsets(bytes, 150)) {
      for (const flip of all ? flips : [flips[Math.floor(random() * flips.length)] ?? 1]) {
        const damaged = bytes.slice();
        damaged[offset] = (damaged[offset] ?? 0) ^ flip;
        const outcome = await openDamaged(machine, witness, [path, damaged]);
        counts[outcome] += 1;
        assert(path.endsWith('.json') || outcome === 'refused', `${path} at ${offset}: the journal notices every byte`);
      }
    }
  }
  note(
    `file store: ${counts.refused + counts.correct} flipped bytes, ${counts.refused} refused, ${counts.correct} corrected`,
  );
});

test('a file that was cut short or extended is refused', async () => {
  const { machine, witness } = await filled();
  let images = 0;
  for (const path of filesOf(machine)) {
    const bytes = machine.bytesOf(path);
    for (const length of [0, ...offsets(bytes, 80)]) {
      assert.equal(
        await openDamaged(machine, witness, [path, bytes.slice(0, length)]),
        'refused',
        `${path} cut at ${length}`,
      );
      images += 1;
    }
    for (const more of [0, 0x20, 0x7d]) {
      const outcome = await openDamaged(machine, witness, [path, Uint8Array.of(...bytes, more)]);
      assert(outcome === 'refused' || (path.endsWith('.json') && more === 0x20), `${path} extended by ${more}`);
    }
  }
  note(`file store: ${images} files cut short, all refused`);
});

test('a sector or a block that the disk lost is refused, but for the last commit, of which nothing tells', async () => {
  const machine = newMachine();
  const witness = new Witness();
  const store = await openOn(machine, { segmentBytes: 5 * blockBytes });
  for (let height = 1; height <= 7; height += 1) {
    const asked = [1, 2, 3, 4, 5].map((key) => witness.advance(store, ethereumLane(key), mark(BigInt(height))));
    await Promise.all(asked);
  }
  await store.end();
  const batches = machine
    .paths()
    .filter((path) => path.includes('/journal-'))
    .flatMap((path) => batchesOf(machine, path));
  assert.equal(batches.length, 7);
  for (const { path, at } of batches.slice(0, -1)) {
    for (const [from, length] of [
      [0, sectorBytes],
      [sectorBytes, sectorBytes],
      [2 * sectorBytes, sectorBytes],
      [0, blockBytes],
    ] as const) {
      const damaged = machine.bytesOf(path).fill(0, at + from, at + from + length);
      assert.equal(
        await openDamaged(machine, witness, [path, damaged]),
        'refused',
        `${path}: ${length} bytes at ${at + from}`,
      );
    }
  }
});

/** Where commits begin in a segment. */
function batchesOf(machine: SimulatedMachine, path: string): readonly { readonly path: string; readonly at: number }[] {
  const bytes = machine.bytesOf(path);
  const blocks = Array.from({ length: bytes.length / blockBytes - 1 }, (_, index) => (index + 1) * blockBytes);
  return blocks
    .filter((at) => bytes.subarray(at, at + blockBytes).some((byte) => byte !== 0))
    .map((at) => ({ path, at }));
}

test('blocks of the journal that changed places, and segments of another time or store, are refused', async () => {
  const { machine, witness } = await filled();
  const other = await filled();
  const segments = machine.paths().filter((path) => path.includes('/journal-'));
  assert(segments.length >= 2);
  for (const path of segments) {
    const bytes = machine.bytesOf(path);
    const swapped = Uint8Array.of(
      ...bytes.subarray(0, blockBytes),
      ...bytes.subarray(2 * blockBytes),
      ...bytes.subarray(blockBytes, 2 * blockBytes),
    );
    if (Buffer.compare(bytes, swapped) !== 0)
      assert.equal(await openDamaged(machine, witness, [path, swapped]), 'refused');
    const foreign = other.machine.bytesOf(path);
    assert.equal(await openDamaged(machine, witness, [path, foreign]), 'refused');
    for (const another of segments.filter((one) => one !== path)) {
      assert.equal(await openDamaged(machine, witness, [path, machine.bytesOf(another)]), 'refused');
    }
  }
});
