import { writeSync } from 'node:fs';
import { type Fault, isFault } from '../../src/base/fault.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { ethereumLane, mark, rootOf, tezosLane } from '../contract/samples.ts';
import { stores } from '../contract/stores.ts';

/**
 * A signer without keys: opens the named store in a directory and advances lanes until it is killed. Each advance that
 * was acknowledged is told to the parent before the lane goes on: `lane height`. `opened` is its first line, or the
 * code
 * of the fault that stopped it.
 */
const [name = '', directory = ''] = process.argv.slice(2);

/** Lanes that are loaded, several callers to each of the first ones. */
const lanes = [
  tezosLane('a'),
  ethereumLane(1),
  tezosLane('b', 'attestation'),
  ethereumLane(2, 'block'),
  tezosLane('a'),
];

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function load(store: MarkStore, index: number): Promise<never> {
  const lane = lanes[index] ?? tezosLane('a');
  for (;;) {
    const height = ((await store.read(lane)).mark?.height ?? -1n) + 1n;
    const { kind } = await store.advance(lane, mark(height, { root: rootOf(index * 1_000_000 + Number(height)) }));
    if (kind === 'advance') say(`${index} ${height}`);
  }
}

const store = await stores
  .find((one) => one.name === name)
  ?.openIn?.(directory)
  .catch((error: unknown) => {
    if (isFault(error)) return error satisfies Fault;
    throw error;
  });
if (store === undefined || isFault(store)) {
  say(store === undefined ? 'no such store' : store.code);
} else {
  say('opened');
  await Promise.all(lanes.map((_, index) => load(store, index)));
}
