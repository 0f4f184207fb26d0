import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mark, tezosLane } from '../contract/samples.ts';
import { startDynalite } from './emulators.ts';
import { onEmulators } from './on-emulators.ts';
import { tableAtStart } from './table.ts';
import { World } from './world.ts';

onEmulators(tableAtStart);

test('a table that takes its time, on an emulator that refuses writes until then, is waited for', async () => {
  const emulator = await startDynalite(700);
  {
    await using world = await World.make(emulator);
    const stores = await Promise.all([world.open(), world.open()]);
    for (const [index, store] of stores.entries()) {
      assert.equal((await store.advance(tezosLane('a'), mark(BigInt(index + 1)))).kind, 'advance');
    }
  }
  await emulator.end();
});
