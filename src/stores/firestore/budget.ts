import { limits } from '../../base/limits.ts';
import type { Lane } from '../../protection/lane.ts';

/** How long a call may take, all tries together, and each of them. */
export interface Budget {
  /** By `performance.now()`. */
  readonly untilMs: number;
  readonly tryMs: number;
}

/** Times in milliseconds; see `limits.firestore`. */
export interface Timing {
  readonly budgetMs: Readonly<Record<Lane['chain'], number>>;
  readonly tryMs: number;
}

/** What one signature may wait for its mark. */
export function signingBudget({ chain }: Pick<Lane, 'chain'>, { budgetMs, tryMs }: Timing): Budget {
  return { untilMs: performance.now() + budgetMs[chain], tryMs };
}

/** What one call of the start, or of a command, may take. */
export function patientBudget(): Budget {
  const { patienceMs, patientTryMs } = limits.firestore;
  return { untilMs: performance.now() + patienceMs, tryMs: patientTryMs };
}
