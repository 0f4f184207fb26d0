import type { LaneRecord } from '../../protection/store.ts';
import { readConfig } from '../read-config.ts';
import { type ProtectionSettings, withAntiSlashing } from './anti-slashing.ts';
import type { GlobalOptions } from './global-options.ts';
import { ethereumLanes } from './lanes.ts';
import { showKey } from './show-key.ts';
import { described } from './stop-at.ts';

export interface ShowOptions extends GlobalOptions {
  readonly key?: string;
  readonly json?: boolean;
}

/**
 * `tidemark protection show [KEY]`: the store of the Ethereum marks, its stop lines, and what each key has signed last;
 * or one key, of either chain.
 */
export async function showProtection({ key, json = false, ...options }: ShowOptions): Promise<void> {
  const config = readConfig(options);
  const print = (line: string): void => console.log(line);
  if (key === undefined) await show(config, print);
  else await showKey(config, { key, json }, print);
}

/** The same, on a configuration that was read. @throws Fault `config_invalid`, `store_in_use`, of the store */
export async function show(settings: ProtectionSettings, print: (line: string) => void): Promise<void> {
  await withAntiSlashing(settings, async (store, place) => {
    print(`${place}, store ${store.identity}`);
    const stops = await store.stops();
    for (const [network, stop] of stops) print(`stop line of ${network}: ${described(stop)}`);
    if (stops.size === 0) print('no stop line');
    const records = await ethereumLanes(store, null);
    if (records.length === 0) return print('nothing signed yet');
    printTable(records, print);
  });
}

/** One network after the other, each with a heading. */
function printTable(records: readonly LaneRecord[], print: (line: string) => void): void {
  let network = '';
  for (const record of records) {
    if (record.lane.network !== network) {
      network = record.lane.network;
      print(`\nnetwork ${network}`);
      print(rowOf(['KEY', 'DUTY', 'SLOT OR TARGET', 'SOURCE', 'SIGNING ROOT']));
    }
    print(rowOf(cellsOf(record)));
  }
}

type Cells = readonly [key: string, duty: string, height: string, floor: string, root: string];

function cellsOf({ lane, mark, closed }: LaneRecord): Cells {
  const { key } = lane;
  const duty = closed ? `${lane.duty} (closed)` : lane.duty;
  if (mark === null) return [key, duty, '-', '-', '-'];
  const floor = lane.duty === 'attestation' ? String(mark.floor) : '-';
  return [key, duty, String(mark.height), floor, mark.root === null ? 'not known' : `0x${mark.root}`];
}

const widths = [98, 20, 20, 20] as const;

function rowOf(cells: Cells): string {
  return cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ');
}
