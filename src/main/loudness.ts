import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { MarkStore } from '../protection/store.ts';

const reminderMs = 10 * 60 * 1000;

/**
 * Says what the store promises: once in a metric, and again and again in the log when marks are lost with the process.
 *
 * @returns what ends the reminder
 */
export function warnAboutStore(store: MarkStore, { log, metrics }: { log: Log; metrics: Metrics }): () => void {
  metrics.protection.set({ mode: store.durable ? 'durable' : 'mem', backend: store.backend }, 1);
  if (store.durable) return () => undefined;
  const remind = () =>
    log.warn('NOT DURABLE: watermarks are kept in memory and lost with this process; a restart can sign twice', {
      watermark: store.backend,
    });
  remind();
  const timer = setInterval(remind, reminderMs);
  timer.unref();
  return () => clearInterval(timer);
}
