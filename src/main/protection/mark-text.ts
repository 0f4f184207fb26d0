import type { Network } from '../../ethereum/network.ts';
import type { LaneRecord } from '../../protection/store.ts';

/**
 * What a lane has signed last, as a person reads it, in one line.
 *
 * @param network for the time of a slot; null where it is not known
 */
export function markText({ lane, mark, closed }: LaneRecord, network: Network | null): string {
  const state = closed ? ' (closed: nothing more is signed)' : '';
  if (mark === null) return `${lane.duty}: nothing signed${state}`;
  const root = mark.root === null ? 'root not known' : `root ${lane.chain === 'ethereum' ? '0x' : ''}${mark.root}`;
  return `${lane.duty}: ${positionText({ lane, mark }, network)}, ${root}${state}`;
}

type Marked = Pick<LaneRecord, 'lane'> & { readonly mark: NonNullable<LaneRecord['mark']> };

function positionText({ lane, mark: { height, round, floor } }: Marked, network: Network | null): string {
  if (lane.chain === 'tezos') return `up to level ${height}, round ${round}`;
  if (lane.duty === 'block') return `up to slot ${height}${timeText(height, network)}`;
  const slot = network === null ? height : height * network.preset.slotsPerEpoch;
  return `up to target epoch ${height}${timeText(slot, network)}, source epoch ${floor}`;
}

/** The last second that `Date` can tell. */
const secondsMax = 8_640_000_000_000n;

function timeText(slot: bigint, network: Network | null): string {
  if (network?.genesisTime === undefined || network.genesisTime === null) return '';
  const seconds = network.genesisTime + slot * network.secondsPerSlot;
  if (seconds > secondsMax) return '';
  return ` (${new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')})`;
}
