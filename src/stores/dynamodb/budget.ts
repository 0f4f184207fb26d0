import { limits } from '../../base/limits.ts';
import type { Lane } from '../../protection/lane.ts';
import type { Budget } from './client.ts';

/** What one signature may wait for its mark. */
export function signingBudget({ chain }: Pick<Lane, 'chain'>): Budget {
  const { budgetMs, tryMs, connectMs } = limits.dynamodb;
  return { untilMs: performance.now() + budgetMs[chain], each: { answerMs: tryMs, totalMs: tryMs + connectMs } };
}

/** What one request of the start, or of a command, may take. */
export function patientBudget(): Budget {
  const { patienceMs, patientTryMs } = limits.dynamodb;
  const each = { answerMs: patientTryMs, totalMs: patientTryMs };
  return { untilMs: performance.now() + patienceMs, each };
}
