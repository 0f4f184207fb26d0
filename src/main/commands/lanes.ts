import type { LaneRecord, MarkStore } from '../../protection/store.ts';

/** The highest that was signed on one network; null for none. */
export interface Highest {
  readonly slot: bigint | null;
  readonly epoch: bigint | null;
}

/** Every Ethereum network that the store has marks or stop lines of. */
export async function networksOf(store: MarkStore): Promise<ReadonlySet<string>> {
  const networks = new Set((await store.stops()).keys());
  for await (const { lane } of store.list()) if (lane.chain === 'ethereum') networks.add(lane.network);
  return networks;
}

export async function highestOf(store: MarkStore, network: string): Promise<Highest> {
  let slot: bigint | null = null;
  let epoch: bigint | null = null;
  for await (const { lane, mark } of store.list()) {
    if (lane.network !== network || mark === null) continue;
    if (lane.duty === 'block') slot = higher(slot, mark.height);
    else epoch = higher(epoch, mark.height);
  }
  return { slot, epoch };
}

/** The lanes of Ethereum, of one key where it is given, in the order of networks, keys and duties. */
export async function ethereumLanes(store: MarkStore, key: string | null): Promise<readonly LaneRecord[]> {
  const records: LaneRecord[] = [];
  for await (const record of store.list()) {
    const { chain, key: name } = record.lane;
    if (chain === 'ethereum' && (key === null || key === name)) records.push(record);
  }
  const nameOf = ({ lane }: LaneRecord): string => `${lane.network} ${lane.key} ${lane.duty}`;
  return records.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** The lanes of one key, of either chain, in the order of networks and duties. */
export async function lanesOfKey(store: MarkStore, key: string): Promise<readonly LaneRecord[]> {
  const records: LaneRecord[] = [];
  for await (const record of store.list()) if (record.lane.key === key) records.push(record);
  const nameOf = ({ lane }: LaneRecord): string => `${lane.network} ${lane.duty}`;
  return records.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function higher(a: bigint | null, b: bigint): bigint {
  return a === null || b > a ? b : a;
}
