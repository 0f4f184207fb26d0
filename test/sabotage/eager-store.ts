import type { Lane } from '../../src/protection/lane.ts';
import type { LaneState, Mark, Verdict } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { fileFixture, type OpenIn } from '../contract/stores.ts';
import { RelayStore } from '../doubles/relay-store.ts';

const delayMs = 40;

/** Answers from memory, and writes a moment later. */
class EagerStore extends RelayStore {
  readonly #answers = new MemoryStore();

  static async open(target: MarkStore): Promise<EagerStore> {
    const store = new EagerStore(target);
    for await (const { lane, mark } of target.list()) if (mark !== null) await store.#answers.raise(lane, mark);
    return store;
  }

  override async advance(lane: Lane, next: Mark): Promise<Verdict> {
    const verdict = await this.#answers.advance(lane, next);
    if (verdict.kind === 'advance') setTimeout(() => void super.advance(lane, next), delayMs);
    return verdict;
  }

  override async read(lane: Lane): Promise<LaneState> {
    return await this.#answers.read(lane);
  }
}

const openIn: OpenIn = async (directory) => await EagerStore.open(await fileFixture.openIn(directory));

/** The file store, but it answers before it is durable. */
export const eagerFixture = { name: 'eager', openIn };
