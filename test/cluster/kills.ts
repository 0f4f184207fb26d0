import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from './channel.ts';
import { type Cluster, clusterSize } from './cluster.ts';
import type { Duty } from './duties.ts';
import type { Subject } from './subject.ts';
import type { Tally } from './tally.ts';

/** How far back an adversary asks again, for other messages, after each kill. */
const recent = 3;
/** Which messages of a place are asked for at first, by signer; one of them twice, of two signers. */
const atFirst = [0, 1, 2, 3, 0];
/** What is asked afterwards: those again, since one of them may have been signed, and others. */
const contested = [4, 3, 2, 1, 0, 5];
const killWithinMs = 200;

/** One key and one duty, asked for one place after the other. */
export class Contest {
  readonly #duty: Duty;
  readonly #subject: Subject;
  readonly #tally: Tally;
  #place = recent;

  constructor(duty: Duty, subject: Subject, tally: Tally) {
    this.#duty = duty;
    this.#subject = subject;
    this.#tally = tally;
  }

  /**
   * Asks all signers at once for the next place, each for another message. @param answered is called when somebody has
   * answered
   */
  async step(channels: readonly Channel[], answered: () => void): Promise<void> {
    this.#place += 1;
    await Promise.all(
      atFirst.map(async (variant, index) => {
        const reply = await this.#ask(channels, { place: this.#place, variant, index });
        if (reply !== null) answered();
      }),
    );
  }

  /** Asks again for what may have been signed lately, and for what conflicts with it, everywhere at once. */
  async contest(channels: readonly Channel[]): Promise<void> {
    const places = Array.from({ length: recent }, (_, back) => this.#place - back);
    await Promise.all(
      places.flatMap((place) =>
        contested.map(async (variant, index) => await this.#ask(channels, { place, variant, index })),
      ),
    );
  }

  /** @returns whether each signer signs the next place that it alone is asked for */
  async proceeds(channels: readonly Channel[]): Promise<boolean> {
    for (const channel of channels) {
      this.#place += 1;
      const reply = await this.#ask([channel], { place: this.#place, variant: 0, index: 0 });
      if (reply?.status !== 200) return false;
    }
    return true;
  }

  async #ask(
    channels: readonly Channel[],
    { place, variant, index }: { place: number; variant: number; index: number },
  ) {
    const channel = channels[(place + index) % channels.length] ?? assert.fail('there is no signer');
    return await this.#subject.ask(channel, this.#duty.bodyAt(place, variant), this.#tally);
  }
}

/**
 * Kills a signer at some moment of its work, has the others and then the restarted one asked for the opposite of what
 * was just asked, and so on.
 */
export async function killUnderLoad(cluster: Cluster, contests: readonly Contest[], kills: number): Promise<void> {
  for (let round = 0; round < kills; round += 1) {
    const victim = Math.floor(Math.random() * clusterSize);
    let underLoad = true;
    const { promise: begun, resolve: answered } = newPromise();
    const load = contests.map(async (contest) => {
      while (underLoad) await contest.step(cluster.channels, answered);
    });
    // Nobody dies before there is something to lose.
    await begun;
    await sleep(Math.random() * killWithinMs);
    await cluster.kill(victim);
    underLoad = false;
    await Promise.all(load);
    const others = cluster.channels.filter((_, index) => index !== victim);
    await Promise.all([cluster.restart(victim), contestAll(contests, others)]);
    await contestAll(contests, cluster.channels.slice(victim, victim + 1));
  }
}

async function contestAll(contests: readonly Contest[], channels: readonly Channel[]): Promise<void> {
  await Promise.all(contests.map(async (contest) => await contest.contest(channels)));
}

function newPromise(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
