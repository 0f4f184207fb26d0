import type { Lane } from '../../protection/lane.ts';
import { decide, type LaneState, type Mark, merge, type Verdict } from '../../protection/mark.ts';
import { isStopped, type Stops } from '../../protection/stop.ts';

/** What is asked of one lane. */
export type LaneEdit =
  | { readonly kind: 'advance'; readonly next: Mark }
  | { readonly kind: 'raise'; readonly mark: Mark }
  | { readonly kind: 'close' | 'open' };

/** The answer to one edit. */
export interface LaneAnswer {
  /** Of an advance. */
  readonly verdict: Verdict | null;
  /** What the lane holds after it. */
  readonly state: LaneState;
}

/** Makes the edits one after the other. Pure: a transaction may ask again, on what it finds then. */
export function applyAll(
  lane: Lane,
  { state: before, stops }: { state: LaneState; stops: Stops },
  edits: readonly LaneEdit[],
): { state: LaneState; answers: readonly LaneAnswer[] } {
  let state = before;
  const answers = edits.map((edit): LaneAnswer => {
    const verdict = edit.kind === 'advance' ? judge(lane, { state, stops }, edit.next) : null;
    state = edited(state, edit, verdict);
    return { verdict, state };
  });
  return { state, answers };
}

function judge(lane: Lane, { state, stops }: { state: LaneState; stops: Stops }, next: Mark): Verdict {
  if (isStopped(stops, lane, next)) return { kind: 'refused', why: 'stopped', found: state.mark };
  return decide(state, next);
}

function edited({ mark, closed }: LaneState, edit: LaneEdit, verdict: Verdict | null): LaneState {
  switch (edit.kind) {
    case 'advance':
      return { mark: verdict?.kind === 'advance' ? edit.next : mark, closed };
    case 'raise':
      return { mark: mark === null ? edit.mark : merge(mark, edit.mark), closed };
    case 'close':
    case 'open':
      return { mark, closed: edit.kind === 'close' };
  }
}
