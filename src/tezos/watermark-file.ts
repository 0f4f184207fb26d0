import { assert } from '../base/fault.ts';
import type { Duty } from '../protection/lane.ts';
import type { Mark } from '../protection/mark.ts';
import { rootText } from './root-text.ts';
import { int32Max, WatermarkField } from './watermark-field.ts';
import { type DutyMarks, RecordCollector, type WatermarkRecords } from './watermark-records.ts';

/**
 * Signatory's file `watermark_v2/<chain id>.json`: for each key, for each kind, the level, round and digest signed
 * last. What Signatory wrote is read, old names of kinds included; what is written here Signatory reads.
 */

/**
 * Reads a file. A file that says nothing (empty, `null`, `{}`) is damaged: a signer writes one when it has something
 * to say, and no mark is never the same as a fresh start.
 *
 * @throws Fault `store_corrupt`, with the place in its text and as the fact `offset` (in bytes)
 */
export function parseWatermarkV2(bytes: Uint8Array): WatermarkRecords {
  const collector = new RecordCollector();
  for (const [pkh, kinds] of WatermarkField.document(bytes).members()) {
    for (const [kind, record] of kinds.members()) {
      collector.add(kinds.keyHash(pkh), record.duty(kind), record.mark());
    }
  }
  return collector.records;
}

/** Writes a file byte for byte as Signatory does: four spaces, keys sorted, no newline at the end. */
export function formatWatermarkV2(records: WatermarkRecords): string {
  const keys = [...records.keys()].sort();
  return document(keys.map((pkh) => keyText(pkh, records.get(pkh) ?? new Map())));
}

/** A file that is written again and again: only the key that changed is rendered anew. */
export class WatermarkText {
  readonly #marks = new Map<string, Map<Duty, Mark>>();
  readonly #texts = new Map<string, string>();
  /** Sorted; null after a key was added. */
  #order: readonly string[] | null = null;

  constructor(records: WatermarkRecords = new Map()) {
    for (const [pkh, marks] of records) {
      for (const [duty, mark] of marks) this.set(pkh, duty, mark);
    }
  }

  set(pkh: string, duty: Duty, mark: Mark): void {
    const marks = this.#marks.get(pkh) ?? new Map<Duty, Mark>();
    if (marks.size === 0) this.#order = null;
    this.#marks.set(pkh, marks.set(duty, mark));
    this.#texts.delete(pkh);
  }

  /** The text of `formatWatermarkV2` for what was set. */
  text(): string {
    this.#order ??= [...this.#marks.keys()].sort();
    return document(this.#order.map((pkh) => this.#textOf(pkh)));
  }

  #textOf(pkh: string): string {
    const known = this.#texts.get(pkh);
    if (known !== undefined) return known;
    const text = keyText(pkh, this.#marks.get(pkh) ?? new Map());
    this.#texts.set(pkh, text);
    return text;
  }
}

/**
 * The records that each duty is written as, sorted by name over all duties. An attestation is written under both of
 * Signatory's names for it, so that an operator who goes back to Signatory is protected whichever kind comes next:
 * Signatory itself would let one of each kind through at the same position.
 */
const recordsOfDuty: readonly (readonly [name: string, duty: Duty])[] = [
  ['attestation', 'attestation'],
  ['attestation_with_dal', 'attestation'],
  ['block', 'block'],
  ['preattestation', 'preattestation'],
];

function document(keys: readonly string[]): string {
  return keys.length === 0 ? '{}' : `{\n${keys.join(',\n')}\n}`;
}

function keyText(pkh: string, marks: DutyMarks): string {
  const records = recordsOfDuty.flatMap(([name, duty]) => {
    const mark = marks.get(duty);
    return mark === undefined ? [] : [`        "${name}": ${markText(mark)}`];
  });
  return `    "${pkh}": {\n${records.join(',\n')}\n    }`;
}

function markText({ height, round, floor, root }: Mark): string {
  assert(height >= 0n && height <= int32Max && round >= 0n && round <= int32Max && floor === 0n, 'a Tezos mark');
  const hash = root === null ? 'null' : `"${rootText(root)}"`;
  const indent = '            ';
  return `{\n${indent}"level": ${height},\n${indent}"round": ${round},\n${indent}"hash": ${hash}\n        }`;
}
