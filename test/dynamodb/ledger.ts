import assert from 'node:assert/strict';
import type { Guard } from '../../src/protection/guard.ts';
import type { Lane } from '../../src/protection/lane.ts';
import { laneId } from '../../src/protection/lane.ts';
import type { Mark } from '../../src/protection/mark.ts';
import { isFault } from '../../src/base/fault.ts';
import { intent } from '../contract/samples.ts';

/** What became of a request: `unknown` is a 503, and nothing was signed. */
export type Outcome = 'granted' | 'refused' | 'unknown';

const triesMax = 20;

/**
 * Asks guards, and keeps what they granted: two payloads at one position of a lane are the accident that all of this is
 * there to prevent.
 */
export class Ledger {
  /** Lane and position, with the payload that was signed there. */
  readonly #signed = new Map<string, string>();
  #lastFault = '';
  /** How many requests were granted. */
  granted = 0;

  /** @throws AssertionError when this is the second payload at its position */
  async ask(guard: Pick<Guard, 'admit'>, lane: Lane, next: Mark): Promise<Outcome> {
    const admission = await guard.admit(intent(lane, next), { deterministic: true }).catch((error: unknown) => {
      if (!isFault(error, 'store_unavailable')) throw error;
      this.#lastFault = error.message;
      return null;
    });
    if (admission === null) return 'unknown';
    if (admission.kind === 'refused') return 'refused';
    this.sign(lane, next);
    return 'granted';
  }

  /** Asks until there is an answer, as a client does. @throws AssertionError as `ask` does, or when none comes */
  async learn(guard: Pick<Guard, 'admit'>, lane: Lane, next: Mark): Promise<Outcome> {
    for (let tries = 1; tries <= triesMax; tries += 1) {
      const outcome = await this.ask(guard, lane, next);
      if (outcome !== 'unknown') return outcome;
    }
    assert.fail(`nothing was said about ${laneId(lane)} in ${triesMax} tries; the last time: ${this.#lastFault}`);
  }

  /** @throws AssertionError when another payload was signed at this position */
  sign(lane: Lane, { height, round, root }: Mark): void {
    const position = `${laneId(lane)}@${height}/${round}`;
    const before = this.#signed.get(position);
    assert.ok(before === undefined || before === root, `${position}: signed ${before}, and now ${root}`);
    this.#signed.set(position, String(root));
    this.granted += 1;
  }
}
