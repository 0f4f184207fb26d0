import type { Stop, Stops } from '../../protection/stop.ts';
import { type AttributeValue, type Item, membersIn, uint64In } from './item.ts';
import { corruptRow, keyItem, type RowKey } from './row.ts';

/**
 * Where the stop lines stand: one row for all networks, so that one read finds them all. Its name has no `/`, so no
 * lane's row is called so. Once made, it stays: lines go, the row does not.
 */
export const stopKey: RowKey = { idx: 'stop-lines', request: 'stop-lines' };

/** The stop lines as they are recorded. */
export interface StopRecord {
  readonly stops: Stops;
  /** How often they were changed; 0 when there is no row. */
  readonly revision: bigint;
}

export const noStopRecord: StopRecord = { stops: new Map(), revision: 0n };

export function stopItem({ stops, revision }: StopRecord): Item {
  const lines: Record<string, AttributeValue> = {};
  for (const [network, { slot, epoch }] of stops) {
    lines[network] = { M: { slot: { N: slot.toString() }, epoch: { N: epoch.toString() } } };
  }
  return { ...keyItem(stopKey), revision: { N: revision.toString() }, lines: { M: lines } };
}

/** @throws Fault `store_corrupt`: lines that cannot be read are never "no lines" */
export function readStopRecord(item: Item): StopRecord {
  const revision = uint64In(item['revision']);
  const lines = membersIn(item['lines']);
  if (revision === null || revision === 0n || lines === null) throw damaged('revision or lines');
  const stops = new Map<string, Stop>();
  for (const [network, line] of Object.entries(lines)) stops.set(network, stopIn(network, line));
  return { stops, revision };
}

function stopIn(network: string, line: unknown): Stop {
  const members = membersIn(line);
  const slot = uint64In(members?.['slot']);
  const epoch = uint64In(members?.['epoch']);
  if (!/^0x[0-9a-f]{64}$/u.test(network) || slot === null || epoch === null) throw damaged(`lines.${network}`);
  return Object.freeze({ slot, epoch });
}

function damaged(what: string): Error {
  return corruptRow(`the stop lines (row ${stopKey.idx}) cannot be read: ${what} is missing or wrong`);
}
