import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MarkStore } from '../../src/protection/store.ts';
import { mark, root } from '../contract/samples.ts';
import { type OpenIn, temporaryDirectory } from '../contract/stores.ts';
import { Child } from './child.ts';
import { loadedLanes } from './load.ts';

export interface KillReport {
  /** Advances that a child told of before it was killed. */
  readonly acknowledged: number;
  /** Those that the store did not hold afterwards, or whose position it gave away again. */
  readonly lost: readonly string[];
}

/** Starts a child under load on one place, kills it at some moment, and looks at what is there; `kills` times. */
export async function killLoop(name: string, openIn: OpenIn, kills: number): Promise<KillReport> {
  const directory = await temporaryDirectory();
  let acknowledged = 0;
  const lost: string[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const child = new Child('load-child', [name, directory]);
    await child.wrote(20);
    await sleep((kill * 37) % 120);
    await child.kill();
    const told = child.lines.slice(1);
    acknowledged += told.length;
    const store = await openIn(directory);
    lost.push(...(await lostOf(store, told)));
    await store.end();
  }
  await rm(directory, { recursive: true });
  return { acknowledged, lost };
}

/** @param told lines of a child: the lane's index and the height that was acknowledged */
export async function lostOf(store: MarkStore, told: readonly string[]): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const line of told) {
    const [index, height] = line.split(' ').map(BigInt);
    const lane = loadedLanes[Number(index)];
    if (lane === undefined || height === undefined) throw new Error(`the child said "${line}"`);
    const held = (await store.read(lane)).mark?.height ?? -1n;
    if (held < height) lost.push(`${line}: the store holds ${held}`);
    const conflict = await store.advance(lane, mark(height, { root: root(0xff) }));
    if (conflict.kind !== 'refused') lost.push(`${line}: another root was let through`);
  }
  return lost;
}
