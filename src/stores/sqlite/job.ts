import type { Lane } from '../../protection/lane.ts';
import type { LaneState, Mark, Verdict } from '../../protection/mark.ts';
import type { Stop, Stops } from '../../protection/stop.ts';
import type { Claim, LaneRecord } from '../../protection/store.ts';

/** What the store asks of the thread that owns the database; plain data, since it crosses threads. */
export type Job =
  | { readonly kind: 'advance'; readonly claims: readonly Claim[] }
  | { readonly kind: 'raise'; readonly lane: Lane; readonly mark: Mark }
  | { readonly kind: 'close' | 'open' | 'read'; readonly lane: Lane }
  /** The next page of all lanes, after this one. */
  | { readonly kind: 'list'; readonly after: Lane | null }
  | { readonly kind: 'stops' }
  | { readonly kind: 'setStop'; readonly network: string; readonly stop: Stop | null };

export type Answer =
  | { readonly kind: 'verdicts'; readonly verdicts: readonly Verdict[] }
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'state'; readonly state: LaneState }
  /** Empty after the last lane. */
  | { readonly kind: 'page'; readonly records: readonly LaneRecord[] }
  /** Every stop line, after what was asked. */
  | { readonly kind: 'stops'; readonly stops: Stops }
  /** A row that this job needs is not what was written. Other jobs of the same commit are not touched by it. */
  | { readonly kind: 'corrupt'; readonly text: string };
