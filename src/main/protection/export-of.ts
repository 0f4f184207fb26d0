import type { ExportAsked } from '../../http/protection-desk.ts';
import type { MarkStore } from '../../protection/store.ts';
import { networksOf } from '../commands/lanes.ts';
import { rootOfNetwork } from '../network-root.ts';
import { MarkExport } from './export-marks.ts';
import { parseKey } from './parse-key.ts';

/** What `tidemark protection export` asks of a store. @throws Fault `config_invalid` */
export async function exportOf(store: MarkStore, { network, keys }: ExportAsked): Promise<MarkExport> {
  const chosen = keys?.map(parseKey) ?? null;
  const known = network === null ? await networksOf(store) : new Set<string>();
  return new MarkExport({ store, network: rootOfNetwork(network ?? undefined, known), keys: chosen });
}
