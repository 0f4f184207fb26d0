import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { isFault } from '../../src/base/fault.ts';
import { type Lane, laneId } from '../../src/protection/lane.ts';
import { atLeast, type Mark } from '../../src/protection/mark.ts';
import type { Stop } from '../../src/protection/stop.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { root } from '../contract/samples.ts';

interface Known {
  readonly lane: Lane;
  /** All that was ever asked. */
  readonly asked: readonly Mark[];
  /** The highest mark that the store has answered for. */
  readonly acknowledged: Mark | null;
  /** What the store has answered last; null while it has been asked something else. */
  readonly closed: boolean | null;
}

const anotherRoot = root(0xee);

/** Asks a store, and remembers what it has given its word for. */
export class Witness {
  readonly #lanes: Map<string, Known>;

  /** Each network's stop line; several where the store could not tell whether it drew the last one. */
  readonly #stops: Map<string, readonly (Stop | null)[]>;

  constructor(
    lanes: ReadonlyMap<string, Known> = new Map(),
    stops: ReadonlyMap<string, readonly (Stop | null)[]> = new Map(),
  ) {
    this.#lanes = new Map(lanes);
    this.#stops = new Map(stops);
  }

  /** What is known now. */
  copy(): Witness {
    return new Witness(this.#lanes, this.#stops);
  }

  get acknowledgements(): number {
    return [...this.#lanes.values()].filter(({ acknowledged }) => acknowledged !== null).length;
  }

  /**
   * Asks, and once more when the store could not tell, as a baker does.
   *
   * @returns whether the store allowed it; null when it could not tell
   */
  async advance(store: MarkStore, lane: Lane, next: Mark): Promise<boolean | null> {
    this.#learn(lane, { asked: [...this.#known(lane).asked, next] });
    const ask = async () => await answered(() => store.advance(lane, next));
    const verdict = (await ask()) ?? (await ask());
    if (verdict === null) return null;
    if (verdict.kind !== 'refused') this.#acknowledge(lane, next);
    return verdict.kind !== 'refused';
  }

  async setClosed(store: MarkStore, lane: Lane, closed: boolean): Promise<void> {
    this.#learn(lane, { closed: null });
    const done = await answered(async () => {
      await (closed ? store.close(lane) : store.open(lane));
      return true;
    });
    if (done !== null) this.#learn(lane, { closed });
  }

  async setStop(store: MarkStore, network: string, stop: Stop | null): Promise<void> {
    const before = this.#stops.get(network) ?? [null];
    this.#stops.set(network, [...before, stop]);
    const done = await answered(async () => {
      await store.setStop(network, stop);
      return true;
    });
    if (done !== null) this.#stops.set(network, [stop]);
  }

  /** @throws AssertionError when the store has lost anything that it gave its word for, or would sign against it */
  async check(store: MarkStore): Promise<void> {
    for (const [id, { lane, asked }] of this.#lanes) {
      const { mark } = await store.read(lane);
      if (mark !== null)
        assert(
          asked.some((one) => isSame(one, mark)),
          `${id}: nobody asked for this mark`,
        );
    }
    await this.checkAcknowledged(store);
  }

  /** The same, where a damaged file may have raised a mark. */
  async checkAcknowledged(store: MarkStore): Promise<void> {
    const stops = await store.stops();
    for (const [network, possible] of this.#stops) {
      const held = stops.get(network) ?? null;
      assert(
        possible.some((one) => isDeepStrictEqual(one, held)),
        `${network}: the stop line is not one that was drawn`,
      );
    }
    for (const [id, known] of this.#lanes) {
      if (known.closed !== null) assert.equal((await store.read(known.lane)).closed, known.closed, `${id}: closed`);
      if (known.acknowledged !== null) await checkMark(store, known.lane, known.acknowledged);
    }
  }

  #acknowledge(lane: Lane, mark: Mark): void {
    const { acknowledged } = this.#known(lane);
    if (acknowledged === null || atLeast(mark, acknowledged)) this.#learn(lane, { acknowledged: mark });
  }

  #known(lane: Lane): Known {
    return this.#lanes.get(laneId(lane)) ?? { lane, asked: [], acknowledged: null, closed: false };
  }

  #learn(lane: Lane, news: Partial<Known>): void {
    this.#lanes.set(laneId(lane), { ...this.#known(lane), ...news });
  }
}

async function checkMark(store: MarkStore, lane: Lane, acknowledged: Mark): Promise<void> {
  const id = laneId(lane);
  const { mark } = await store.read(lane);
  assert(mark !== null && atLeast(mark, acknowledged), `${id}: ${acknowledged.height}/${acknowledged.round} was lost`);
  const samePosition = mark.height === acknowledged.height && mark.round === acknowledged.round;
  if (samePosition && mark.root !== null) assert(isSame(mark, acknowledged), `${id}: another root`);
  const conflict = await store.advance(lane, { ...acknowledged, root: anotherRoot });
  assert.equal(conflict.kind, 'refused', `${id}: a conflict was allowed`);
  if (acknowledged.height === 0n) return;
  const lower = await store.advance(lane, {
    ...acknowledged,
    height: acknowledged.height - 1n,
    floor: 0n,
    root: anotherRoot,
  });
  assert.equal(lower.kind, 'refused', `${id}: less was allowed`);
}

/** Null when the store could not tell. */
async function answered<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (isFault(error, 'store_unavailable') || isFault(error, 'store_failed')) return null;
    throw error;
  }
}

function isSame(a: Mark, b: Mark): boolean {
  return a.height === b.height && a.round === b.round && a.floor === b.floor && a.root === b.root;
}
