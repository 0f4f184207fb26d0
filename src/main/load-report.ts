import type { LoadObserver } from '../keys/filesystem/load-observer.ts';
import type { EthereumMetrics } from '../observe/ethereum-metrics.ts';
import type { Log } from '../observe/log.ts';

/** Says in the log, and counts, how the loading of Ethereum keys goes. */
export function loadReport(log: Log, metrics: EthereumMetrics): LoadObserver {
  const source = 'filesystem';
  return {
    keyLoaded: (pubkey, place) => log.debug('Key loaded', { pubkey, place }),
    failed: (place, fault) => {
      metrics.keyFailures.inc({ source });
      log.error('A key cannot be loaded; the others are not touched', {
        place,
        code: fault.code,
        error: fault.message,
      });
    },
    keyTwice: (pubkey, [first, second]) => {
      log.warn('This key stands in two places; it is loaded once', { pubkey, first, second });
    },
    keyRemoved: (pubkey, place) => log.info('Key removed: its file is gone', { pubkey, place }),
    weakKeystore: (place) => {
      log.warn('This keystore is weakly encrypted: whoever has the file can guess its password quickly', { place });
    },
    progress: (counts) => log.info('Loading keys', { ...counts }),
    ended: ({ ms, ...summary }) => {
      metrics.keyLoading.set({ source }, ms / 1000);
      log.info('Keys loaded', { ...summary, seconds: Math.round(ms / 100) / 10 });
    },
  };
}
