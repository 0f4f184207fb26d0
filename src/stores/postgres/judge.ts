import type { Lane } from '../../protection/lane.ts';
import { decide, type LaneState, type Mark, type Verdict } from '../../protection/mark.ts';
import { isStopped, noStops, type Stop, type Stops } from '../../protection/stop.ts';

/** What is known to have stood on a lane at one moment after the call began. */
export interface Known {
  readonly state: LaneState;
  /** The stop line of the lane's network at that moment. */
  readonly stops: Stops;
}

export function knownOf({ network }: Lane, state: LaneState, stop: Stop | null): Known {
  return { state, stops: stop === null ? noStops : new Map([[network, stop]]) };
}

/**
 * The verdict of a claim that did not advance, from what stood there a moment later; `null` when the rule would let it
 * advance there: then something changed in between, and the database is asked again.
 */
export function judge({ state, stops }: Known, lane: Lane, next: Mark): Verdict | null {
  if (isStopped(stops, lane, next)) return { kind: 'refused', why: 'stopped', found: copyOf(state.mark) };
  const verdict = decide(state, next);
  if (verdict.kind === 'advance') return null;
  return verdict.kind === 'repeat'
    ? { kind: 'repeat', found: { ...verdict.found } }
    : { ...verdict, found: copyOf(verdict.found) };
}

/**
 * The verdict of a further claim on a lane that has just advanced to `mark`, without asking again: whatever stands no
 * higher is a repeat of it or refused, by a line that `mark` stands below, too. What stands higher must be asked.
 */
export function judgeAfter(mark: Mark, lane: Lane, next: Mark): Verdict | null {
  if (next.height > mark.height) return null;
  return judge({ state: { mark, closed: false }, stops: noStops }, lane, next);
}

/** Callers may do what they like with what they get. */
function copyOf(mark: Mark | null): Mark | null {
  return mark === null ? null : { ...mark };
}
