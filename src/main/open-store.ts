import { Fault } from '../base/fault.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { MarkStore } from '../protection/store.ts';
import { MemoryStore } from '../stores/memory/memory-store.ts';

/** Opens the store that the configuration names; the code of the others is not even loaded. */
export async function openStore(config: Config, { log, metrics }: { log: Log; metrics: Metrics }): Promise<MarkStore> {
  switch (config.watermark.driver) {
    case 'mem':
      return new MemoryStore();
    case 'ignore':
      throw new Fault('config_invalid', 'watermark.driver: ignore is not wired');
    case 'sqlite': {
      const { SqliteStore } = await import('../stores/sqlite/sqlite-store.ts');
      return await SqliteStore.open({ path: config.watermark.path });
    }
    case 'file': {
      const { FileStore } = await import('../stores/file/file-store.ts');
      const observer = {
        operation: (operation: 'read' | 'write', result: 'success' | 'error', seconds: number) => {
          metrics.fileOperations.inc({ operation, result });
          metrics.fileLatency.observe({ operation }, seconds);
        },
        info: log.info,
        warn: log.warn,
      };
      return await FileStore.open({ baseDir: config.baseDir, observer });
    }
  }
}
