import type { Lane } from '../../src/protection/lane.ts';
import type { Stop } from '../../src/protection/stop.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';
import type { FileStoreObserver } from '../../src/stores/file/observer.ts';
import { encode } from '../../src/tezos/base58.ts';
import { ethereumLane, mark, rootOf, tezosLane } from '../contract/samples.ts';
import { type DiskOptions, SimulatedDisk } from './simulated-disk.ts';
import { SimulatedMachine } from './simulated-machine.ts';
import type { Witness } from './witness.ts';

const silent: FileStoreObserver = { operation: () => {}, info: () => {}, warn: () => {} };

export const baseDir = '/base';
/** A header and room for two commits: segments and snapshots follow each other quickly. */
const shortSegment = 3 * 4096;

export function newMachine(): SimulatedMachine {
  const machine = new SimulatedMachine();
  machine.sync(machine.get('/'));
  machine.create(baseDir, 'folder');
  machine.sync(machine.get('/'));
  return machine;
}

interface OpenOptions extends DiskOptions {
  readonly observer?: FileStoreObserver;
  readonly segmentBytes?: number;
}

/** Opens the store of a machine, in a new process. */
export async function openOn(machine: SimulatedMachine, options: OpenOptions = {}): Promise<FileStore> {
  const disk = new SimulatedDisk(machine, options);
  return await FileStore.open({ baseDir, observer: silent, segmentBytes: shortSegment, ...options, disk });
}

/** An observer that keeps what it is told. */
export function listener(): FileStoreObserver & { readonly lines: string[] } {
  const lines: string[] = [];
  const told = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  return {
    lines,
    operation: (kind, result) => void lines.push(`${kind} ${result}`),
    info: told('info'),
    warn: told('warn'),
  };
}

const secondChain = encode('Net', Buffer.alloc(4, 7));
const onSecondChain: Lane = { ...tezosLane('a'), network: secondChain };

export type Step = (store: MarkStore, witness: Witness) => Promise<void>;

/** All that a store does in its life, in few steps: lone and joined commits, both chains, closing, a new chain. */
export const trace: readonly Step[] = [
  advances([ethereumLane(1)], 1),
  advances([tezosLane('a')], 1),
  advances([ethereumLane(1), ethereumLane(2), ethereumLane(3), ethereumLane(4, 'block'), ethereumLane(5, 'block')], 2),
  stops({ slot: 700n, epoch: 20n }),
  closes(ethereumLane(2), true),
  closes(tezosLane('b', 'attestation'), true),
  advances([tezosLane('a'), tezosLane('a', 'attestation'), tezosLane('b'), ethereumLane(1)], 3),
  advances([onSecondChain, ethereumLane(3)], 4),
  stops({ slot: 600n, epoch: 30n }),
  closes(ethereumLane(2), false),
  advances([ethereumLane(2), ethereumLane(4, 'block')], 5),
  advances([ethereumLane(1)], 6),
  advances([ethereumLane(1), tezosLane('a', 'attestation'), onSecondChain], 7),
  stops(null),
  advances([ethereumLane(1)], 8),
  stops({ slot: 500n, epoch: 10n }),
  closes(tezosLane('b', 'attestation'), false),
  advances([tezosLane('b', 'attestation'), ethereumLane(5, 'block')], 9),
];

function advances(lanes: readonly Lane[], height: number): Step {
  return async (store, witness) => {
    const next = mark(BigInt(height), { root: rootOf(height) });
    await Promise.all(lanes.map(async (lane) => await witness.advance(store, lane, next)));
  };
}

function closes(lane: Lane, closed: boolean): Step {
  return async (store, witness) => await witness.setClosed(store, lane, closed);
}

function stops(stop: Stop | null): Step {
  return async (store, witness) => await witness.setStop(store, ethereumLane(1).network, stop);
}

/** A generator of the same numbers for the same seed (mulberry32), from 0 up to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
