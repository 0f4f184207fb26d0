import type { Duty } from '../protection/lane.ts';
import type { Mark } from '../protection/mark.ts';
import { int32Max, WatermarkField } from './watermark-field.ts';
import { RecordCollector, type WatermarkRecords } from './watermark-records.ts';

/**
 * Reads Signatory's file `watermark/<chain id>.json` (version 0): like version 2 with kinds outside and keys inside.
 *
 * @throws Fault `store_corrupt`, with the place in its text and as the fact `offset` (in bytes)
 */
export function parseWatermarkV0(bytes: Uint8Array): WatermarkRecords {
  const collector = new RecordCollector();
  for (const [kind, keys] of WatermarkField.document(bytes).members()) {
    for (const [pkh, record] of keys.members()) {
      collector.add(record.keyHash(pkh), keys.duty(kind), record.mark());
    }
  }
  return collector.records;
}

/** The duties in the order in which version 1 let them follow one another within one level and round. */
const dutyOrder: readonly Duty[] = ['block', 'preattestation', 'attestation'];

/**
 * Reads Signatory's file `watermark_v1/<chain id>.json` (version 1): one record for each key, `level`, `round` and
 * `order`, and nothing below it was signed for any duty. So each duty gets the lowest mark that still says that, not
 * only the one that was signed: the others would start anew.
 *
 * @throws Fault `store_corrupt`, with the place in its text and as the fact `offset` (in bytes)
 */
export function parseWatermarkV1(bytes: Uint8Array): WatermarkRecords {
  const collector = new RecordCollector();
  for (const [pkh, entry] of WatermarkField.document(bytes).members()) {
    const { mark, fields } = entry.record(['level', 'round', 'order', 'hash']);
    const signed = Math.min(Number(fields.get('order')?.int32() ?? 0n), dutyOrder.length - 1);
    for (const [order, duty] of dutyOrder.entries()) {
      const implied = impliedMark(mark, order - signed);
      if (implied !== null) collector.add(entry.keyHash(pkh), duty, implied);
    }
  }
  return collector.records;
}

/** What `mark` says of a duty that comes `later` steps after its own: nothing (null) when it is the first of all. */
function impliedMark(mark: Mark, later: number): Mark | null {
  if (later === 0) return mark;
  if (later < 0) return { ...mark, root: null };
  const { height, round } = mark;
  if (round > 0n) return { height, round: round - 1n, floor: 0n, root: null };
  return height > 0n ? { height: height - 1n, round: int32Max, floor: 0n, root: null } : null;
}
