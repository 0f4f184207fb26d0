import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isFault } from '../../src/base/fault.ts';
import { type OpenIn, stores, temporaryDirectory } from '../contract/stores.ts';
import { note } from '../not-run.ts';
import { Child } from './child.ts';
import { killLoop, lostOf } from './kill-loop.ts';

/** `TIDEMARK_KILLS` asks for more. */
const kills = Number(process.env['TIDEMARK_KILLS'] ?? '8');

for (const { name, openIn } of stores) {
  if (openIn !== null) describe(`crash: ${name}`, () => crashTests(name, openIn));
}

function crashTests(name: string, openIn: OpenIn): void {
  test('a process that is killed loses nothing that it acknowledged', async () => {
    const { acknowledged, lost } = await killLoop(name, openIn, kills);
    assert.deepEqual(lost, []);
    assert(acknowledged > kills * 10);
    note(`kills: ${name}, ${kills} under load, ${acknowledged} advances acknowledged, none lost`);
  });

  test('a second process is turned away at once, and let in after a crash of the first', async () => {
    const directory = await temporaryDirectory();
    const first = new Child('load-child', [name, directory]);
    await first.wrote(1);
    const started = performance.now();
    const isInUse = (error: unknown): boolean => isFault(error, 'store_in_use') && error.message.includes(directory);
    await assert.rejects(openIn(directory), isInUse);
    assert(performance.now() - started < 5_000, 'it does not wait for the lock');
    assert.deepEqual(await new Child('load-child', [name, directory]).ended(), ['store_in_use']);
    await first.wrote(50);
    await first.kill();
    const store = await openIn(directory);
    assert.deepEqual(await lostOf(store, first.lines.slice(1)), []);
    await store.end();
    await rm(directory, { recursive: true });
  });
}
