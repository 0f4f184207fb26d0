import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { MarkStore } from '../protection/store.ts';

const reminderMs = 10 * 60 * 1000;

export interface Loudness {
  /** The root of the configuration that names the store. */
  readonly door: 'watermark' | 'anti_slashing';
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Says what the store promises: once in a metric, and again and again in the log when marks are lost with the process
 * or are not kept at all.
 *
 * @returns what ends the reminder
 */
export function warnAboutStore(store: MarkStore, { door, log, metrics }: Loudness): () => void {
  metrics.protection.set({ mode: modeOf(store), backend: store.backend }, 1);
  if (store.durable) return () => undefined;
  const remind = () => log.warn(warnings[door][store.remembers ? 'mem' : 'none'], { [door]: store.backend });
  remind();
  const timer = setInterval(remind, reminderMs);
  timer.unref();
  return () => clearInterval(timer);
}

function modeOf({ durable, remembers }: MarkStore): 'durable' | 'mem' | 'none' {
  if (!remembers) return 'none';
  return durable ? 'durable' : 'mem';
}

const warnings = {
  watermark: {
    mem: 'NOT DURABLE: watermarks are kept in memory and lost with this process; a restart can sign twice',
    none: 'NO PROTECTION: watermark.driver says that no watermarks are kept; whatever is asked is signed, also twice',
  },
  anti_slashing: {
    mem: 'NOT DURABLE: the marks of anti_slashing are kept in memory and lost with this process; after a restart validators can be slashed',
    none: 'NO PROTECTION: anti_slashing.backend says that no marks are kept; whatever is asked is signed, also what validators are slashed for',
  },
} as const;
