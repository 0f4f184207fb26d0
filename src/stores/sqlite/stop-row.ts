import type { Stop } from '../../protection/stop.ts';
import { crcOfTexts, digitsOf } from './row.ts';

/** A stop line as the database holds it: numbers are twenty digits, both NULL when the line was taken away. */
export interface StopRow {
  readonly network: string;
  readonly slot: string | null;
  readonly epoch: string | null;
  readonly crc: string;
}

/** What a row says: null for a line that was taken away. */
export interface StopRecord {
  readonly network: string;
  readonly stop: Stop | null;
}

export function stopRowOf({ network, stop }: StopRecord): StopRow {
  const slot = stop === null ? null : digitsOf(stop.slot);
  const epoch = stop === null ? null : digitsOf(stop.epoch);
  return { network, slot, epoch, crc: crcOfTexts([network, slot, epoch]) };
}

/** Null when the row is not what was written. */
export function stopRecordOf({ network, slot, epoch, crc }: StopRow): StopRecord | null {
  if (crc !== crcOfTexts([network, slot, epoch])) return null;
  return { network, stop: slot === null || epoch === null ? null : { slot: BigInt(slot), epoch: BigInt(epoch) } };
}

/** What is wrong with a row of which there is no record. */
export function stopDamageOf({ network }: StopRow): string {
  return `the stop line of ${network} is not what was written, its checksum differs`;
}
