import type { Duty } from '../protection/lane.ts';
import { type Mark, merge } from '../protection/mark.ts';

/** The marks of one chain: for each key hash (`tz…`), its mark for each duty. */
export type WatermarkRecords = ReadonlyMap<string, DutyMarks>;

export type DutyMarks = ReadonlyMap<Duty, Mark>;

/** Collects what a file says; where it says something twice of a lane, the higher holds. */
export class RecordCollector {
  readonly #records = new Map<string, Map<Duty, Mark>>();

  add(pkh: string, duty: Duty, mark: Mark): void {
    const marks = this.#records.get(pkh) ?? new Map<Duty, Mark>();
    const before = marks.get(duty);
    marks.set(duty, before === undefined ? mark : merge(before, mark));
    this.#records.set(pkh, marks);
  }

  get records(): WatermarkRecords {
    return this.#records;
  }
}
