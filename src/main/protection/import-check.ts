import { Fault, isFault } from '../../base/fault.ts';
import { checkHorizon } from '../../ethereum/horizon.ts';
import { type LaneMark, marksOf } from '../../ethereum/interchange.ts';
import { InterchangeReader } from '../../ethereum/interchange-reader.ts';
import type { Network } from '../../ethereum/network.ts';
import type { Networks } from '../../ethereum/networks.ts';
import type { Duty } from '../../protection/lane.ts';
import type { ImportProgress } from './import-summary.ts';
import type { InterchangeFile } from './interchange-file.ts';

export interface CheckOptions {
  /** Those that are served. */
  readonly networks: Networks;
  /** Also take marks that lie far ahead of the clock. */
  readonly force: boolean;
  readonly nowMs: () => number;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** So many of the entries that are wrong are named. */
const namedMax = 20;

/**
 * Reads a file from end to end, before anything of it is imported.
 *
 * @returns the network that it is of
 * @throws Fault `json_*`, `field_*`, `uint64_range`, `beyond_future_bound`: the text names the entries that are wrong,
 *   up to 20; `config_invalid` for a network that is not served
 */
export async function checkInterchange(file: InterchangeFile, options: CheckOptions): Promise<Network> {
  const wrong = new WrongEntries();
  const highest = new Map<Duty, LaneMark>();
  const reader = new InterchangeReader({
    entry: (entry) => marksOf(entry, '').forEach((found) => keepHighest(highest, found)),
    problem: ({ fault, key }) => wrong.add(key === null ? fault.message : `${fault.message}, of ${key}`, fault),
  });
  let done = 0;
  for await (const piece of file.pieces()) {
    reader.write(piece);
    options.onProgress({ stage: 'checking', done: (done += piece.length), total: file.size });
  }
  const network = networkOf(options.networks, reader.end(), file.name);
  wrong.throwIfAny();
  // The network may be told after the entries, so that of each duty the furthest is asked: if it passes, all do.
  if (!options.force) for (const mark of highest.values()) checkMark(mark, network, options.nowMs);
  return network;
}

class WrongEntries {
  #count = 0;
  #first: Fault | null = null;
  readonly #lines: string[] = [];

  add(line: string, fault: Fault): void {
    this.#count += 1;
    this.#first ??= fault;
    if (this.#lines.length < namedMax) this.#lines.push(line);
  }

  throwIfAny(): void {
    if (this.#first === null) return;
    const others = this.#count - this.#lines.length;
    const more = others > 0 ? [`and ${others} more entries`] : [];
    const text = `${this.#count} of its entries cannot be read, so nothing was imported:`;
    throw new Fault(this.#first.code, [text, ...this.#lines, ...more].join('\n  '));
  }
}

function keepHighest(highest: Map<Duty, LaneMark>, found: LaneMark): void {
  const known = highest.get(found.lane.duty);
  if (known === undefined || found.mark.height > known.mark.height) highest.set(found.lane.duty, found);
}

/** @throws Fault `config_invalid` when no network of this root is served */
function networkOf(networks: Networks, root: string, file: string): Network {
  try {
    return networks.byRoot(root, '');
  } catch (error) {
    if (!isFault(error, 'wrong_network')) throw error;
    throw new Fault('config_invalid', `${file}: ${error.message}; nothing was imported`);
  }
}

/** A mark far ahead of the clock would keep its key from signing until then. */
function checkMark({ lane, mark }: LaneMark, network: Network, nowMs: () => number): void {
  const named = lane.duty === 'block' ? { slot: mark.height, epoch: null } : { slot: null, epoch: mark.height };
  try {
    checkHorizon({ network, ...named }, BigInt(nowMs()), network.preset.slotsPerEpoch);
  } catch (error) {
    if (!isFault(error)) throw error;
    const advice = 'the key could not sign until then; if the file is right, import it with --force';
    const text = `the ${lane.duty} of ${lane.key}: ${error.message}; ${advice}. Nothing was imported`;
    throw new Fault(error.code, text);
  }
}
