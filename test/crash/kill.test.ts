import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFault } from '../../src/base/fault.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { ethereumLane, mark, root, tezosLane } from '../contract/samples.ts';
import { type OpenIn, stores, temporaryDirectory } from '../contract/stores.ts';
import { note } from '../not-run.ts';
import { Child } from './child.ts';

/** `TIDEMARK_KILLS` asks for more; each kill is a start, a burst of load and a SIGKILL at some moment of it. */
const kills = Number(process.env['TIDEMARK_KILLS'] ?? '8');

/** As in `load-child`. */
const lanes = [
  tezosLane('a'),
  ethereumLane(1),
  tezosLane('b', 'attestation'),
  ethereumLane(2, 'block'),
  tezosLane('a'),
];

for (const { name, openIn } of stores) {
  if (openIn !== null) describe(`crash: ${name}`, () => crashTests(name, openIn));
}

function crashTests(name: string, openIn: OpenIn): void {
  test('a process that is killed loses nothing that it acknowledged', async () => {
    const directory = await temporaryDirectory();
    let acknowledged = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const child = new Child('load-child', [name, directory]);
      await child.wrote(20);
      await sleep((kill * 37) % 120);
      await child.kill();
      acknowledged += child.lines.length - 1;
      const store = await openIn(directory);
      await checkAcknowledged(store, child.lines.slice(1));
      await store.end();
    }
    await rm(directory, { recursive: true });
    note(`kills: ${name}, ${kills} under load, ${acknowledged} advances acknowledged, none lost`);
  });

  test('a second process is turned away at once, and let in after a crash of the first', async () => {
    const directory = await temporaryDirectory();
    const first = new Child('load-child', [name, directory]);
    await first.wrote(1);
    const started = performance.now();
    await assert.rejects(
      openIn(directory),
      (error) => isFault(error, 'store_in_use') && error.message.includes(directory),
    );
    assert(performance.now() - started < 2_000, 'it does not wait for the lock');
    assert.deepEqual(await new Child('load-child', [name, directory]).ended(), ['store_in_use']);
    await first.wrote(50);
    await first.kill();
    const store = await openIn(directory);
    await checkAcknowledged(store, first.lines.slice(1));
    await store.end();
    await rm(directory, { recursive: true });
  });
}

async function checkAcknowledged(store: MarkStore, lines: readonly string[]): Promise<void> {
  assert(lines.length > 0);
  for (const line of lines.filter((one) => one.includes(' '))) {
    const [index, height] = line.split(' ').map(BigInt);
    const lane = lanes[Number(index)];
    assert(lane !== undefined && height !== undefined);
    const { mark: held } = await store.read(lane);
    assert(held !== null && held.height >= height, `${line} was acknowledged and lost`);
    const conflict = await store.advance(lane, mark(height, { root: root(0xff) }));
    assert.equal(conflict.kind, 'refused', line);
  }
}
