import type { Stop, Stops } from '../../protection/stop.ts';
import { corruptDocument } from './corrupt.ts';
import { type Fields, membersIn, uint64In, uint64Value, type Value } from './value.ts';

/** What the document says that names the store and holds the stop lines of all networks. */
export interface Home {
  /** Drawn by chance when the store was made: no other store has it. */
  readonly store: string;
  readonly stops: Stops;
}

const format = '1';

export function homeFields({ store, stops }: Home): Fields {
  const lines: Record<string, Value> = {};
  for (const [network, { slot, epoch }] of stops) {
    lines[network] = { mapValue: { fields: { slot: uint64Value(slot), epoch: uint64Value(epoch) } } };
  }
  return {
    store: { stringValue: store },
    format: { integerValue: format },
    stops: { mapValue: { fields: lines } },
  };
}

/** @throws Fault `store_corrupt`: lines that cannot be read are never "no lines" */
export function readHome(path: string, fields: Fields): Home {
  const store = fields['store']?.stringValue;
  const lines = membersIn(fields['stops']);
  const known = fields['format']?.integerValue === format;
  if (!known || store === undefined || store.length < 16 || lines === null) {
    throw corruptDocument(`the document ${path} is not that of a store of this version`);
  }
  const stops = new Map<string, Stop>();
  for (const [network, line] of Object.entries(lines)) stops.set(network, stopIn(path, network, line));
  return { store, stops };
}

function stopIn(path: string, network: string, line: Value): Stop {
  const members = membersIn(line);
  const slot = uint64In(members?.['slot']);
  const epoch = uint64In(members?.['epoch']);
  if (!/^0x[0-9a-f]{64}$/u.test(network) || slot === null || epoch === null) {
    throw corruptDocument(`the stop line of ${network} (document ${path}) cannot be read`);
  }
  return Object.freeze({ slot, epoch });
}
