import { isFault } from '../../src/base/fault.ts';
import type { Lane } from '../../src/protection/lane.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { mark, rootOf } from '../contract/samples.ts';
import { stores } from '../contract/stores.ts';
import { eagerFixture } from '../sabotage/eager-store.ts';
import { loadedLanes } from './load.ts';

/**
 * A signer without keys: opens the named store in a directory and advances lanes until it is killed. Each advance that
 * was acknowledged is told to the parent before the lane goes on, as `lane height`. Its first line is `opened`, or the
 * code of the fault that stopped it.
 */
const [name = '', directory = ''] = process.argv.slice(2);

/** Resolves when the line has left this process: a kill after that does not take it back. */
async function say(line: string): Promise<void> {
  await new Promise((resolve) => process.stdout.write(`${line}\n`, resolve));
}

async function open(): Promise<MarkStore | null> {
  const fixture = [...stores, eagerFixture].find((one) => one.name === name);
  try {
    return (await fixture?.openIn?.(directory)) ?? null;
  } catch (error) {
    if (!isFault(error)) throw error;
    await say(error.code);
    return null;
  }
}

async function load(store: MarkStore, lane: Lane, index: number): Promise<never> {
  for (;;) {
    const height = ((await store.read(lane)).mark?.height ?? -1n) + 1n;
    const { kind } = await store.advance(lane, mark(height, { root: rootOf(index * 1_000_000 + Number(height)) }));
    if (kind === 'advance') await say(`${index} ${height}`);
  }
}

const store = await open();
if (store !== null) {
  await say('opened');
  await Promise.all(loadedLanes.map((lane, index) => load(store, lane, index)));
}
