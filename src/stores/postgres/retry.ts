import { Fault } from '../../base/fault.ts';
import { budget } from './budget.ts';
import { faultOfCall, hopeOf } from './postgres-fault.ts';

/**
 * Does something that is safe to do twice until it is done, or until its time is up: a conflict with another
 * transaction is tried again, and so is a connection that broke, whether or not the server did what it was asked there.
 * What was recorded the first time is found the second time, as our own.
 *
 * @throws Fault `store_unavailable`, `store_corrupt`
 */
export async function withRetries<T>(attempt: () => Promise<T>, limitMs: number = budget.callMs): Promise<T> {
  const until = performance.now() + limitMs;
  for (let pauseMs: number = budget.backOffMs; ; pauseMs *= 2) {
    try {
      return await attempt();
    } catch (error) {
      const inTime = performance.now() + pauseMs < until;
      if (hopeOf(error) === 'none' || !inTime) throw faultOfCall(error);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** @throws Fault what `work` throws, or `store_unavailable` when it takes longer than a request can wait */
export async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const text = 'the mark database did not answer in time; nothing was signed, ask again';
    timer = setTimeout(() => reject(new Fault('store_unavailable', text)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
