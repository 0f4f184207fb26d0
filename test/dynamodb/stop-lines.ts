import assert from 'node:assert/strict';
import type { Lane } from '../../src/protection/lane.ts';
import type { Mark, Verdict } from '../../src/protection/mark.ts';
import type { MarkStore } from '../../src/protection/store.ts';
import { ethereumLane, mark, rootOf } from '../contract/samples.ts';
import { Random } from '../simulate/random.ts';
import { CallTurns } from './call-turns.ts';
import { pass } from './fault-proxy.ts';
import type { Suite } from './suite.ts';

const seed = Number(process.env['TIDEMARK_SEED'] ?? '3076');
/** More before a release. */
const interleavings = Number(process.env['TIDEMARK_INTERLEAVINGS'] ?? '60');
const line = 100n;

/** Stop lines that one replica draws while others sign. */
export const stopLines: Suite = {
  title: 'stop lines of several replicas',
  cases: ({ test, makeWorld }) => {
    test(`once a line is drawn, nobody passes it: ${interleavings} interleavings of three replicas`, async () => {
      await using world = await makeWorld();
      const random = new Random(seed);
      const stores = [await world.open(), await world.open(), await world.open()];
      let passed = 0;
      let stopped = 0;
      for (let index = 0; index < interleavings; index += 1) {
        const scene = new Scene(stores, random, `0x${rootOf(index)}`);
        await scene.prepare();
        const turns = new CallTurns(random);
        world.proxy.plan = turns.fate;
        await turns.play(scene.requests());
        world.proxy.plan = () => pass;
        await scene.afterwards();
        passed += scene.passed;
        stopped += scene.stopped;
      }
      assert.ok(passed > 0 && stopped > 0, `${passed} came before the line, ${stopped} did not`);
    });
  },
};

/** One network: lanes that some replicas know and lanes that nobody has used, and a line that is drawn meanwhile. */
class Scene {
  passed = 0;
  stopped = 0;
  readonly #stores: readonly MarkStore[];
  readonly #random: Random;
  readonly #network: string;
  readonly #lanes: readonly Lane[];
  #drawn = false;

  constructor(stores: readonly MarkStore[], random: Random, network: string) {
    this.#stores = stores;
    this.#random = random;
    this.#network = network;
    this.#lanes = [1, 2].flatMap((key) =>
      (['block', 'attestation'] as const).map((duty) => ({ ...ethereumLane(key, duty), network })),
    );
  }

  async prepare(): Promise<void> {
    for (const lane of this.#lanes.filter(() => this.#random.chance(60))) {
      await this.#random.pick(this.#stores).advance(lane, this.#next(1n));
    }
    if (this.#random.chance(30))
      await this.#random.pick(this.#stores).setStop(this.#network, { slot: 500n, epoch: 500n });
  }

  /** One replica draws the line, the others sign above and below. */
  requests(): (() => Promise<unknown>)[] {
    const draw = async (): Promise<void> => {
      await this.#random.pick(this.#stores).setStop(this.#network, { slot: line, epoch: line });
      this.#drawn = true;
    };
    const claims = Array.from({ length: 3 }, () => {
      const [store, lane] = [this.#random.pick(this.#stores), this.#random.pick(this.#lanes)];
      const next = this.#next(this.#random.chance(70) ? line + BigInt(this.#random.below(9)) : 50n);
      return async () => this.#judge(await store.advance(lane, next), next);
    });
    return [draw, ...claims];
  }

  /** Now the line is drawn, for every replica and every lane. */
  async afterwards(): Promise<void> {
    for (const lane of this.#lanes) {
      for (const store of this.#stores) {
        const next = this.#next(line + 50n);
        const verdict = await store.advance(lane, next);
        assert.deepEqual([verdict.kind, verdict.kind === 'refused' && verdict.why], ['refused', 'stopped']);
      }
    }
  }

  #judge(verdict: Verdict, { height }: Mark): void {
    if (height < line) return;
    if (verdict.kind === 'refused') {
      this.stopped += 1;
      return;
    }
    assert.ok(!this.#drawn, `height ${height} went through after the line was drawn`);
    this.passed += 1;
  }

  #next(height: bigint): Mark {
    return mark(height, { root: rootOf(this.#random.below(1_000_000)) });
  }
}
