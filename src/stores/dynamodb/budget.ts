import { limits } from '../../base/limits.ts';
import type { Lane } from '../../protection/lane.ts';
import type { TryLimits } from './http-post.ts';

/** How long a call may take, all tries together, and each of them. */
export interface Budget {
  /** By `performance.now()`. */
  readonly untilMs: number;
  readonly each: TryLimits;
}

/** Times in milliseconds; see `limits.dynamodb`. */
export interface Timing {
  readonly budgetMs: Readonly<Record<Lane['chain'], number>>;
  readonly tryMs: number;
}

/** Gives out the time that calls may take. */
export class Budgets {
  readonly #timing: Timing;

  constructor(timing: Timing = limits.dynamodb) {
    this.#timing = timing;
  }

  /** What one signature may wait for its mark. */
  signing({ chain }: Pick<Lane, 'chain'>): Budget {
    const { budgetMs, tryMs } = this.#timing;
    const each = { answerMs: tryMs, totalMs: tryMs + limits.dynamodb.connectMs };
    return { untilMs: performance.now() + budgetMs[chain], each };
  }

  /** What one request of the start, or of a command, may take. */
  patient(): Budget {
    const { patienceMs, patientTryMs } = limits.dynamodb;
    const each = { answerMs: patientTryMs, totalMs: patientTryMs };
    return { untilMs: performance.now() + patienceMs, each };
  }
}
