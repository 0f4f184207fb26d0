import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import type { Lane } from '../../src/protection/lane.ts';
import { encode } from '../../src/tezos/base58.ts';
import { ethereumLane, mark, tezosLane } from '../contract/samples.ts';
import type { SimulatedMachine } from './simulated-machine.ts';
import { baseDir, newMachine, openOn } from './trace.ts';

const lane = tezosLane('a');
const chainPath = `${baseDir}/watermark_v2/${lane.network}.json`;
const newChain: Lane = { ...lane, network: encode('Net', Buffer.alloc(4, 9)) };

interface Interference {
  readonly what: string;
  readonly does: (machine: SimulatedMachine) => void;
  /** The lane whose next commit must notice. */
  readonly noticedOn: Lane;
}

const interferences: readonly Interference[] = [
  { what: 'the chain file is removed', does: (machine) => machine.remove(chainPath, 'file'), noticedOn: lane },
  {
    what: 'another program replaces the chain file with the same content',
    does: (machine) => machine.put(chainPath, machine.bytesOf(chainPath)),
    noticedOn: lane,
  },
  {
    what: 'another program writes into the chain file',
    does: (machine) => machine.write(machine.get(chainPath), Buffer.from('{'), 0),
    noticedOn: lane,
  },
  {
    what: 'the folder is exchanged',
    does: (machine) => {
      machine.rename(`${baseDir}/watermark_v2`, `${baseDir}/old`);
      machine.create(`${baseDir}/watermark_v2`, 'folder');
    },
    noticedOn: lane,
  },
  {
    what: 'another program begins with a chain that this process begins with, too',
    does: (machine) => machine.put(`${baseDir}/watermark_v2/${newChain.network}.json`, machine.bytesOf(chainPath)),
    noticedOn: newChain,
  },
  { what: 'the journal is removed', does: removeJournal, noticedOn: ethereumLane(1) },
];

function removeJournal(machine: SimulatedMachine): void {
  for (const path of machine.paths().filter((one) => one.includes('/journal-'))) machine.remove(path, 'file');
}

for (const { what, does, noticedOn } of interferences) {
  test(`${what}: the next commit notices, and nothing is answered until the restart`, async () => {
    const machine = newMachine();
    const store = await openOn(machine);
    await store.advance(lane, mark(5n));
    await store.advance(ethereumLane(1), mark(5n));
    does(machine);
    await assertFailed(() => store.advance(noticedOn, mark(6n)));
    const calls: readonly (() => Promise<unknown>)[] = [
      () => store.advance(lane, mark(5n)),
      () => store.advance(ethereumLane(2), mark(1n)),
      () => store.raise(lane, mark(9n)),
      () => store.close(lane),
      () => store.read(lane),
    ];
    for (const call of calls) await assertFailed(call);
    await store.end();
  });
}

async function assertFailed(call: () => Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => isFault(error, 'store_failed') && /then restart/u.test(error.message));
}

test('what another program wrote meanwhile counts after the restart', async () => {
  const machine = newMachine();
  const store = await openOn(machine);
  await store.advance(lane, mark(5n));
  machine.put(
    chainPath,
    Buffer.from(Buffer.from(machine.bytesOf(chainPath)).toString().replace('"level": 5', '"level": 8')),
  );
  await assertFailed(() => store.advance(lane, mark(6n)));
  const next = await openOn(machine);
  assert.equal((await next.advance(lane, mark(7n))).kind, 'refused');
  assert.equal((await next.advance(lane, mark(9n))).kind, 'advance');
});
