/**
 * The rule, once, for both chains. Pure: no I/O, no clock, no randomness.
 *
 * It equals the minimal strategy of EIP-3076 plus repeats of the same signing root, and it is Signatory's watermark
 * without its 32-bit overflow: numbers are bigint and are compared, never subtracted.
 */

/** 32 bytes as 64 lower-case hex digits: an Ethereum signing root, or blake2b-256 of a Tezos request. */
export type Root = string;

/** What a lane has signed last. */
export interface Mark {
  /** Tezos level, Ethereum slot or target epoch. */
  readonly height: bigint;
  /** Tezos round; 0 on Ethereum. */
  readonly round: bigint;
  /** Ethereum source epoch; 0 elsewhere. */
  readonly floor: bigint;
  /** What was signed there; null when it is not known, and then nothing repeats it. */
  readonly root: Root | null;
}

/** What a store holds of a lane: the mark may be missing, and a closed lane refuses everything until it is opened. */
export interface LaneState {
  readonly mark: Mark | null;
  readonly closed: boolean;
}

export const laneNeverSeen: LaneState = { mark: null, closed: false };

export type RefusalReason =
  /** The same position with other bytes. */
  | 'double_vote'
  /** The floor would fall while the height rises, or the other way round (EIP-3076, conditions 4 and 5). */
  | 'surround'
  /** Lower than what was signed. */
  | 'below_mark'
  /** The floor lies above the height: no honest client asks for it. */
  | 'source_after_target'
  /** The lane was closed. */
  | 'closed'
  /** At or above the operator's stop line: the guard says so, whatever the lane holds. */
  | 'stopped';

/** The answer of the rule: a value, never an exception. `found` is the mark that was there before. */
export type Verdict =
  | { readonly kind: 'advance'; readonly found: Mark | null }
  | { readonly kind: 'repeat'; readonly found: Mark }
  | { readonly kind: 'refused'; readonly why: RefusalReason; readonly found: Mark | null };

/**
 * May `next` be signed on a lane in this state?
 *
 * `advance`: (height, round) rises lexicographically and the floor does not fall, with floor ≤ height.
 * `repeat`: height, round, floor and a known root are all equal. Anything else is `refused`.
 */
export function decide(state: LaneState, next: Mark): Verdict {
  const found = state.mark;
  if (state.closed) return { kind: 'refused', why: 'closed', found };
  if (next.floor > next.height) return { kind: 'refused', why: 'source_after_target', found };
  if (found === null) return { kind: 'advance', found };
  if (samePosition(found, next)) return decideAgain(found, next);
  if (!rises(found, next)) return { kind: 'refused', why: next.floor > found.floor ? 'surround' : 'below_mark', found };
  if (next.floor < found.floor) return { kind: 'refused', why: 'surround', found };
  return { kind: 'advance', found };
}

function decideAgain(found: Mark, next: Mark): Verdict {
  const repeats = found.floor === next.floor && found.root !== null && found.root === next.root;
  return repeats ? { kind: 'repeat', found } : { kind: 'refused', why: 'double_vote', found };
}

/** Is (height, round) of `next` above that of `found`? */
export function rises(found: Mark, next: Mark): boolean {
  return next.height > found.height || (next.height === found.height && next.round > found.round);
}

function samePosition(a: Mark, b: Mark): boolean {
  return a.height === b.height && a.round === b.round;
}

/**
 * The mark that refuses what either of both refuses, for imports: the higher position, the higher floor. A root
 * survives where it lets nothing through that the other side refuses: from the higher side, unless the other one raised
 * its floor; of two sides at one position, only if they are the same.
 */
export function merge(a: Mark, b: Mark): Mark {
  const top = rises(a, b) ? b : a;
  const floor = a.floor > b.floor ? a.floor : b.floor;
  const { height, round } = top;
  if (samePosition(a, b)) return { height, round, floor, root: sameFields(a, b) && a.root === b.root ? a.root : null };
  return { height, round, floor, root: floor === top.floor ? top.root : null };
}

function sameFields(a: Mark, b: Mark): boolean {
  return samePosition(a, b) && a.floor === b.floor;
}

/** Does `mark` stand at or above `floor` in every field? */
export function atLeast(mark: Mark, floor: Mark): boolean {
  return !rises(mark, floor) && mark.floor >= floor.floor;
}

/**
 * Can a store that lost nothing hold `found` where it held `earlier`? Marks only rise, and where the position stands
 * still so does everything else, except that an import raises the floor or makes the root unknown.
 */
export function follows(earlier: Mark, found: Mark): boolean {
  if (!atLeast(found, earlier)) return false;
  if (!samePosition(earlier, found) || found.root === null) return true;
  return earlier.root === found.root && earlier.floor === found.floor;
}
