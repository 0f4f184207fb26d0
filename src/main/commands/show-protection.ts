import type { LaneRecord } from '../../protection/store.ts';
import { parseKey } from '../protection/parse-key.ts';
import { readConfig } from '../read-config.ts';
import { type ProtectionSettings, withAntiSlashing } from './anti-slashing.ts';
import type { GlobalOptions } from './global-options.ts';
import { ethereumLanes } from './lanes.ts';
import { described } from './stop-at.ts';

export interface ShowOptions extends GlobalOptions {
  readonly key?: string;
}

/** `tidemark protection show`: the store of the Ethereum marks, its stop lines, and what each key has signed last. */
export async function showProtection(options: ShowOptions): Promise<void> {
  await show(readConfig(options), options, (line) => console.log(line));
}

/** The same, on a configuration that was read. @throws Fault `config_invalid`, `store_in_use`, of the store */
export async function show(
  settings: ProtectionSettings,
  { key }: Pick<ShowOptions, 'key'>,
  print: (line: string) => void,
): Promise<void> {
  const wanted = key === undefined ? null : parseKey(key);
  await withAntiSlashing(settings, async (store, place) => {
    print(`${place}, store ${store.identity}`);
    const stops = await store.stops();
    for (const [network, stop] of stops) print(`stop line of ${network}: ${described(stop)}`);
    if (stops.size === 0) print('no stop line');
    const records = await ethereumLanes(store, wanted);
    if (records.length === 0) return print(wanted === null ? 'nothing signed yet' : `nothing signed by ${wanted}`);
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
