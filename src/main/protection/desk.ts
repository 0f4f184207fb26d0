import { dirname } from 'node:path';
import type { Networks } from '../../ethereum/networks.ts';
import type { ProtectionDesk } from '../../http/protection-desk.ts';
import type { LaneRecord, MarkStore } from '../../protection/store.ts';
import { ethereumLanes } from '../commands/lanes.ts';
import { exportOf } from './export-of.ts';
import { checkInterchange } from './import-check.ts';
import { importMarks } from './import-marks.ts';
import type { ImportProgress } from './import-summary.ts';
import { InterchangeFile } from './interchange-file.ts';
import { parseKey } from './parse-key.ts';
import { every } from './progress.ts';

export interface DeskParts {
  readonly store: MarkStore;
  /** Those that are served. */
  readonly networks: Networks;
  /** Where the socket is: a file that is imported is kept beside it while it is checked. */
  readonly socket: string;
}

/** Few at once: signatures wait for the same commits. */
const together = 32;
const progressMs = 250;

/** The protection socket's work, over the store of the running signer. */
export function openDesk({ store, networks, socket }: DeskParts): ProtectionDesk {
  return {
    exportFile: async (asked) => {
      const marks = await exportOf(store, asked);
      return { pieces: marks.pieces(), summary: () => marks.summary };
    },
    importFile: async (pieces, { force, verbose, signal, tell }) => {
      const file = await InterchangeFile.spool(pieces, dirname(socket), 'the file');
      try {
        const nowMs = () => Date.now();
        const network = await checkInterchange(file, { networks, force, nowMs, onProgress: () => undefined });
        let latest = null as ImportProgress | null;
        const onProgress = every<ImportProgress>(progressMs, (progress) => (latest = progress));
        const onEntry = async (entry: object) => {
          if (verbose) await tell({ entry });
          if (latest === null) return;
          await tell({ progress: latest });
          latest = null;
        };
        return await importMarks(file, { store, network, together, signal, onEntry, onProgress });
      } finally {
        await file.end();
      }
    },
    marksOf: async (key) => ({ marks: (await ethereumLanes(store, parseKey(key))).map(told) }),
  };
}

function told({ lane, mark, closed }: LaneRecord): object {
  const { network, key, duty } = lane;
  if (mark === null) return { network, key, duty, closed, mark: null };
  const { height, floor, root } = mark;
  return { network, key, duty, closed, mark: { height: String(height), floor: String(floor), root } };
}
